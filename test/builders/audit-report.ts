import { auditReport } from "../../src/report/audit-report.ts";
import type {
  AuditReport,
  ReportCell,
  ReportEvidence,
  ReportFinding,
  ReportProblem,
  ReportRow,
  ReportSubject,
} from "../../src/report/audit-report.ts";

type Place = ReportRow["place"];

/** `stacks/nfs-csi/main.tf:14` as a place. */
export function placeAt(text: string, column = 1): Place {
  const colon = text.lastIndexOf(":");
  const line = Number(text.slice(colon + 1));
  return { path: text.slice(0, colon), line, column, endLine: line, endColumn: column + 10 };
}

export function evidenceAt(text: string, excerpt = "", role?: string): ReportEvidence {
  return { ...placeAt(text), excerpt, hash: "0".repeat(64), ...(role === undefined ? {} : { role }) };
}

/** A cell whose state follows from its word: `held pin`, `open minor`, `re-push`, `cond. label`, `unknown`, `·`. */
export function cell(
  mover: ReportCell["mover"],
  word: string,
  detail = "",
  change: Partial<ReportCell> = {},
): ReportCell {
  const first = word.split(" ")[0] ?? "";
  const state = states.get(first) ?? "unknown";
  return { mover, state, word, detail, republish: first === "re-push", evidence: [], ...change };
}

const states: ReadonlyMap<string, ReportCell["state"]> = new Map([
  ["open", "open"],
  ["re-push", "open"],
  ["cond.", "conditional"],
  ["unknown", "unknown"],
  ["held", "held"],
  ["·", "unreached"],
]);

export function subject(
  kind: ReportSubject["kind"],
  name: string,
  cells: readonly ReportCell[],
  change: Partial<ReportSubject> = {},
): ReportSubject {
  return {
    key: `${kind} ${name}`,
    kind,
    name,
    current: null,
    place: placeAt("main.tf:1"),
    cells: [...cells],
    ...change,
  };
}

export function row(
  title: string,
  standing: ReportRow["standing"],
  subjects: readonly ReportSubject[],
  change: Partial<ReportRow> = {},
): ReportRow {
  const name = title.split("/").at(-1) ?? title;
  return {
    kind: "release",
    title,
    address: `stacks/${name}:helm_release.this`,
    cluster: null,
    place: placeAt(`stacks/${name}/main.tf:14`),
    standing,
    subjects: [...subjects],
    ...change,
  };
}

export function finding(
  rule: string,
  severity: ReportFinding["severity"],
  what: string,
  change: Partial<ReportFinding> = {},
): ReportFinding {
  return {
    rule,
    severity,
    confidence: "observed",
    subject: what.split(" ")[0] ?? "",
    what,
    why: "It matters.",
    do: "Mend it.",
    place: placeAt("main.tf:1"),
    evidence: [],
    cells: [],
    fingerprint: "f".repeat(64),
    documentation: `https://holdfast.example/rules/${rule}`,
    ...change,
  };
}

/** A report whose summary is counted from its parts. Validated against the schema. */
export function report(
  parts: { rows?: readonly ReportRow[]; findings?: readonly ReportFinding[]; problems?: readonly ReportProblem[] } = {},
  change: Partial<AuditReport> = {},
): AuditReport {
  const { rows = [], findings = [], problems = [] } = parts;
  const releases = rows.filter((each) => each.kind !== "stack");
  const cells = rows.flatMap((each) => each.subjects).flatMap((each) => each.cells);
  return auditReport.parse({
    $schema: "https://holdfast.example/audit-report.schema.json",
    version: 1,
    tool: { name: "holdfast", version: "0.1.0" },
    root: ".",
    revision: null,
    summary: {
      releases: releases.length,
      standing: counted(releases.map((each) => each.standing)),
      stacks: rows.length - releases.length,
      cells: counted(cells.map((each) => each.state)),
      chartsNotRendered: cells.filter((each) => each.reason?.code === "chart-not-rendered").length,
      findings: counted(findings.map((each) => each.severity)),
      suppressed: 0,
      baselined: 0,
      files: { entries: 64, read: 31, parsed: 12 },
    },
    rows: [...rows],
    findings: [...findings],
    leftOut: { by: "holdfast.yaml", paths: [], rules: [], lowered: [] },
    problems: [...problems],
    ...change,
  } satisfies AuditReport);
}

function counted(words: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length]));
}

/** The eve of an incident: one release that an edit upgrades, one that Keel moves, one that may be, one that is held. */
export function homelab(): AuditReport {
  const onEdit = "on any edit of its values (helm provider 3)";
  const rows = [
    row("kured/kured", "held", [
      subject(
        "chart",
        "kured",
        [
          cell("terraform", "held pin", "version 5.6.1 is exact"),
          cell("chart-republish", "held digest", "the chart is named by digest"),
        ],
        {
          current: "5.6.1",
        },
      ),
      subject("image", "ghcr.io/kubereboot/kured", [
        cell("keel", "held never", "Keel policy never"),
        cell("image-republish", "held digest", "the image is named by digest"),
        cell("kubelet", "held digest", "the image is named by digest"),
      ]),
    ]),
    row("apps/redis", "conditional", [
      subject(
        "chart",
        "redis",
        [
          cell("terraform", "held pin", "version 19.0.2 is exact"),
          cell("chart-republish", "re-push", "a push of version 19.0.2 again"),
        ],
        { current: "19.0.2" },
      ),
      subject("image", "docker.io/bitnami/redis", [
        cell("keel", "cond. label", "Keel, if the chart renders app=redis", {
          evidence: [evidenceAt("kyverno/keel.tf:64", 'matchLabels = { app = "redis" }', "yaml")],
        }),
        cell("image-republish", "re-push", "a push under tag 7.2"),
        cell("kubelet", "held pin", "IfNotPresent: a node pulls a tag once"),
      ]),
    ]),
    row(
      "nfs-csi/csi-driver-nfs",
      "moves",
      [
        subject(
          "chart",
          "csi-driver-nfs",
          [
            cell("terraform", "open", onEdit, {
              evidence: [
                evidenceAt("stacks/nfs-csi/main.tf:14", 'resource "helm_release" "csi_driver_nfs" {', "literal"),
                evidenceAt("stacks/nfs-csi/versions.tf:6", 'version = "~> 3.0"', "literal"),
              ],
            }),
            cell("bot", "·", "no bot configuration reads this folder"),
          ],
          { place: placeAt("stacks/nfs-csi/main.tf:14") },
        ),
        subject("image", "registry.k8s.io/sig-storage/nfsplugin", [
          cell("keel", "held excl.", "an exclusion of namespace nfs-csi in kyverno/keel.tf:91", {
            evidence: [evidenceAt("kyverno/keel.tf:91", 'namespaces = ["nfs-csi"]', "literal")],
          }),
          cell("image-republish", "unknown", "the chart was not rendered", {
            reason: {
              code: "chart-not-rendered",
              text: "only the rendered chart tells its images",
              supply: "write the images into holdfast.lock: holdfast lock",
              evidence: [],
            },
          }),
          cell("kubelet", "held pin", "IfNotPresent: a node pulls a tag once"),
        ]),
      ],
      { address: "stacks/nfs-csi:helm_release.csi_driver_nfs" },
    ),
    row("monitoring/grafana", "moves", [
      subject("chart", "grafana", [cell("terraform", "open", "on any edit")]),
      subject("image", "docker.io/grafana/grafana", [
        cell("keel", "open minor", "Keel within 1 h of a push"),
        cell("image-republish", "re-push", "a push under tag 11.2"),
        cell("kubelet", "re-push", "a pod start pulls tag 11.2 again"),
      ]),
    ]),
    row(
      "stacks/nfs-csi",
      "moves",
      [
        subject("module", "module.csi", [
          cell("terraform", "open", "init -upgrade takes the newest version in the range"),
        ]),
        subject("provider", "hashicorp/helm", [
          cell("terraform", "held lock", "locked by stacks/nfs-csi/.terraform.lock.hcl"),
        ]),
      ],
      { kind: "stack" },
    ),
    row("stacks/kured", "held", [subject("provider", "hashicorp/helm", [cell("terraform", "held lock", "locked")])], {
      kind: "stack",
    }),
  ];
  const findings = [
    finding("IMG002", "low", "image docker.io/bitnami/redis has the partial tag 7.2", {
      why: "the registry moves 7.2 with every patch release; a new node pulls other bytes than the old ones run.",
      do: "write the whole version and its digest",
      place: placeAt("stacks/redis/values.yaml:3"),
    }),
    finding("HELM001", "high", "nfs-csi/csi-driver-nfs has no chart version", {
      why: 'helm provider 3.0.2 resolves "latest" again whenever another attribute of the release changes, so editing a value can upgrade the chart. The Keel exclusion (kyverno/keel.tf:91) holds images only.',
      do: "pin the chart to what is deployed",
      place: placeAt("stacks/nfs-csi/main.tf:14"),
      evidence: [evidenceAt("stacks/nfs-csi/main.tf:14", 'resource "helm_release" "csi_driver_nfs" {')],
      cells: [{ subject: "chart csi-driver-nfs", mover: "terraform" }],
      fix: {
        kind: "pin",
        safe: true,
        detail: 'version = "4.13.1"   (deployed: terraform.tfstate, 2026-05-17)',
        version: "4.13.1",
      },
    }),
    finding("HELM004", "high", "monitoring/grafana floats: var.chart_version is null unless it is given", {
      why: "the module passes chart_version on, and no caller gives one, so each plan takes the newest chart.",
      do: "give chart_version in the call of module grafana",
      place: placeAt("stacks/monitoring/main.tf:4"),
      evidence: [
        evidenceAt("stacks/monitoring/main.tf:4", 'module "grafana" {', "module argument"),
        evidenceAt("modules/grafana/main.tf:21", "version = var.chart_version"),
        evidenceAt("modules/grafana/variables.tf:2", "default = null", "variable default var.chart_version"),
      ],
      fix: {
        kind: "pin",
        safe: false,
        detail: "refused: no deployed version of monitoring/grafana is proven",
        version: null,
      },
    }),
    finding("KEEL001", "medium", "Keel reaches docker.io/grafana/grafana with policy minor", {
      confidence: "inferred",
      why: "ClusterPolicy keel-annotations puts keel.sh/policy: minor on every Deployment outside 4 namespaces.",
      do: 'exclude namespace monitoring in kyverno/keel.tf:91, or annotate the Deployment with keel.sh/policy: "never"',
      place: placeAt("kyverno/keel.tf:38"),
    }),
  ];
  const problems = [
    {
      code: "READ003",
      path: "secrets/grafana.enc.yaml",
      text: "encrypted with SOPS; releases that take values from it are unknown there",
    },
    {
      code: "HCL001",
      path: "stacks/broken/main.tf",
      text: "a block is not closed; the rest of the file was read",
      place: placeAt("stacks/broken/main.tf:31"),
    },
  ];
  const made = report({ rows, findings, problems });
  return { ...made, summary: { ...made.summary, suppressed: 1, baselined: 2 } };
}
