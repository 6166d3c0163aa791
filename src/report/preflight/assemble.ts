import type { Finding } from "../../model/finding.ts";
import type { Placement } from "../../model/placement.ts";
import type { ObjectKey } from "../../model/rendered-release.ts";
import { positionAt, type SourceFile } from "../../model/source.ts";
import type { Span } from "../../model/span.ts";
import { isKnown } from "../../model/told.ts";
import { groups, type Preflighted } from "../../preflight/preflighted.ts";
import { verdict } from "../../preflight/verdict.ts";
import { redactExcerpt } from "../redact.ts";
import type { PreflightReport } from "./preflight-report.ts";

export interface PreflightContext {
  readonly toolVersion: string;
  readonly revision: number;
  readonly helm: PreflightReport["helm"];
}

/** The judgement as a self-contained report: places become evidence, and secrets are taken out of every text. */
export function assemblePreflight(
  preflighted: Preflighted,
  findings: readonly Finding[],
  { toolVersion, revision, helm }: PreflightContext,
): PreflightReport {
  const { release, before, chart, cluster, placed, ports, untold, files } = preflighted;
  return {
    version: 1,
    tool: { name: "holdfast", version: toolVersion },
    release: { ...release, revision },
    before: { ...before.chart },
    after: { ...chart },
    verdict: verdict(findings, untold),
    untold: groups.flatMap((group) => {
      const reasons = untold.get(group);
      if (reasons === undefined) return [];
      return [
        {
          group,
          reasons: reasons.map(({ code, text, supply }) => ({
            code,
            text: redactExcerpt(text),
            ...(supply === undefined ? {} : { supply }),
          })),
        },
      ];
    }),
    admissionAsked: false,
    helm,
    cluster: {
      source: cluster.source,
      version: cluster.version,
      nodes: isKnown(cluster.nodes) ? cluster.nodes.known.map(({ name }) => name) : [],
    },
    placements: isKnown(placed) ? placed.known.placements.map(reportPlacement) : [],
    ports: [...ports.values()].flatMap(({ claims }) =>
      claims.map(({ pod, container, address, port, transport, strength, seenByScheduler, sources }) => ({
        workload: workloadOf(pod),
        container,
        address,
        port,
        transport,
        strength,
        seenByScheduler,
        from: sources[0]?.name ?? "",
      })),
    ),
    findings: findings.map(({ rule, severity, confidence, subject, what, why, do: next, at }) => ({
      rule,
      severity,
      confidence,
      subject,
      what: redactExcerpt(what),
      why: redactExcerpt(why),
      do: redactExcerpt(next),
      evidence: at.map((span) => evidenceAt(span, files)),
      documentation: `docs/rules/${rule}.md`,
    })),
  };
}

function reportPlacement({
  workload,
  node,
  when,
  pods,
  is,
  because,
}: Placement): PreflightReport["placements"][number] {
  const [minimum, maximum] = pods;
  const word = typeof is === "string" ? is : "unknown";
  return { workload: workloadOf(workload), node, when, minimum, maximum, is: word, because: redactExcerpt(because) };
}

function workloadOf({ group, kind, namespace, name }: ObjectKey): PreflightReport["ports"][number]["workload"] {
  return { group, kind, namespace, name };
}

const longestExcerpt = 200;

function evidenceAt(span: Span, files: readonly SourceFile[]): PreflightReport["findings"][number]["evidence"][number] {
  const file = files[span.file];
  if (file === undefined) return { path: "", line: 1, excerpt: "" };
  const { line } = positionAt(file, span.start);
  const start = file.text.lastIndexOf("\n", Math.max(0, span.start - 1)) + 1;
  const end = file.text.indexOf("\n", span.start);
  const text = file.text.slice(start, end === -1 ? file.text.length : end);
  return {
    path: file.path,
    line,
    excerpt: redactExcerpt(text.trim()).slice(0, longestExcerpt),
    ...(file.object === undefined ? {} : { object: { ...file.object } }),
  };
}
