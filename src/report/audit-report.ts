import * as z from "zod";

/**
 * What `holdfast audit --output json` prints: self-contained and versioned. The JSON Schema in
 * docs/schema/audit-report.schema.json is generated from here; all other formats are made from this too.
 * Text in it is as found in the repository (hostile): formats that print it make it safe themselves.
 */
const object = z
  .object({
    kind: z.string(),
    namespace: z.string().nullable(),
    name: z.string(),
    resourceVersion: z.string().nullable(),
    source: z.string().describe("Where the object was read: a snapshot with its time, or the cluster."),
  })
  .describe("An object of a cluster.");

const place = z.object({
  path: z.string(),
  line: z.int().describe("From 1."),
  column: z.int().describe("From 1, in UTF-16 units."),
  endLine: z.int(),
  endColumn: z.int(),
  object: object
    .optional()
    .describe(
      "Set where this is no file: `path` names what was read of the object, and the lines are of a text made of it.",
    ),
});

const evidence = place.extend({
  role: z
    .string()
    .optional()
    .describe("What the place contributes, such as `root variable default var.chart_version`."),
  excerpt: z.string().describe("The text at the place, redacted, at most 200 characters."),
  hash: z.string().describe("sha256 of the excerpt, hex."),
});

const reason = z.object({
  code: z.string(),
  text: z.string(),
  supply: z.string().optional().describe("How a person can supply what is missing."),
  evidence: z.array(evidence),
});

const answer = z.object({
  state: z.enum(["open", "conditional", "unknown", "held", "unreached"]),
  word: z.string().describe("One or two words for a table: `open`, `held pin`, `cond. default`."),
  detail: z.string().describe("One sentence: the trigger of an open cell, the hold, the condition, the reason."),
  republish: z.boolean().describe("Open only to a push of other bytes under the same version or tag."),
  reason: reason.optional(),
  evidence: z.array(evidence),
});

const cell = answer.extend({
  mover: z.enum(["terraform", "bot", "keel", "chart-republish", "image-republish", "kubelet"]),
  also: z
    .array(answer)
    .optional()
    .describe("What else answers for the mover: it would still stand if what the cell names were gone."),
  movesTo: z
    .object({ version: z.string().nullable(), detail: z.string(), url: z.string(), at: z.string() })
    .optional()
    .describe("With --online: what it would move to today."),
});

const subject = z.object({
  key: z.string().describe("Unique in the report and stable between revisions."),
  kind: z.enum(["chart", "image", "module", "provider"]),
  name: z.string(),
  current: z.string().nullable(),
  place,
  cells: z.array(cell),
});

const revision = z.object({
  revision: z.int(),
  status: z.string().describe("Helm's word: `deployed`, `failed`, `pending-upgrade`, …"),
  chart: z
    .object({ name: z.string(), version: z.string(), appVersion: z.string().nullable() })
    .nullable()
    .describe("null: Helm's record could not be read."),
  record: object,
});

const deployment = z
  .object({
    state: z.enum(["runs", "not deployed", "absent", "unknown"]),
    why: z.string().optional().describe("Of `unknown`."),
    revision: revision.optional().describe("Of `runs`: the revision that is deployed."),
    newest: revision.optional().describe("The newest revision, where that is not the deployed one."),
  })
  .describe("What the cluster has of a release.");

const row = z.object({
  kind: z.enum(["release", "workload", "stack"]),
  title: z.string().describe("`namespace/name`, or the directory of a stack."),
  address: z.string(),
  cluster: z.string().nullable(),
  place,
  plan: z
    .string()
    .optional()
    .describe("The plan that tells of the release: its module is not in the repository, and `place` is the call."),
  deployment: deployment.optional().describe("With a cluster, of releases that may be of it."),
  standing: z.enum(["moves", "unknown", "conditional", "republish", "exclusion", "held"]),
  subjects: z.array(subject),
});

const finding = z.object({
  rule: z.string(),
  severity: z.enum(["block", "high", "medium", "low", "info"]),
  confidence: z.enum(["observed", "inferred", "stated"]),
  subject: z.string(),
  what: z.string(),
  why: z.string(),
  do: z.string(),
  place,
  evidence: z.array(evidence),
  cells: z.array(z.object({ subject: z.string(), mover: z.string() })),
  fingerprint: z.string().describe("Stable between revisions: sha256 of rule, path and identity, hex."),
  fix: z
    .object({
      kind: z.enum(["pin"]),
      safe: z.boolean(),
      detail: z.string().describe("What --fix would write and where the version comes from, or why it refuses."),
      version: z.string().nullable(),
    })
    .optional(),
  documentation: z.string(),
});

const problem = z.object({
  code: z.string(),
  path: z.string(),
  text: z.string(),
  place: place.optional(),
});

const files = z
  .object({ terraform: z.int(), terragrunt: z.int(), manifest: z.int() })
  .describe("Number of files that may declare something, by kind.");
const byRule = z.object({ rule: z.string(), findings: z.int() });

const leftOut = z
  .object({
    by: z.string().describe("The file that the settings stand in: `holdfast.yaml`, or what --config names."),
    paths: z
      .array(
        z.object({
          setting: z.enum(["paths.include", "paths.exclude"]),
          glob: z.string().nullable().describe("Of `paths.exclude`; null: no glob of `paths.include` names the files."),
          files,
        }),
      )
      .describe("Files that were not audited. What an audited stack calls is audited all the same."),
    rules: z.array(byRule).describe("Rules that `severity` switches off, and what they found."),
    lowered: z
      .array(byRule.extend({ severity: finding.shape.severity }))
      .describe("Findings that `severity` puts below --fail-on; they are among `findings`."),
    silenced: z
      .object({ files, rules: z.array(byRule) })
      .optional()
      .describe(
        "With --since: what the settings and the baseline leave out now and did not leave out at the revision. The report is judged by those of the revision.",
      ),
  })
  .describe("What settings keep out of this report. Comments and the baseline: `suppressedFindings`.");

export const auditReport = z.object({
  $schema: z.string(),
  version: z
    .literal(1)
    .describe(
      "Raised when a property is taken away, renamed or given another type or meaning, and for a new state, standing or severity. Kept when a property, mover, kind, rule, role or code of a reason is added, and when a judgement changes. So ignore what you do not know, and validate by the schema of the Holdfast that wrote the report.",
    ),
  tool: z.object({ name: z.literal("holdfast"), version: z.string() }),
  root: z.string(),
  revision: z.string().nullable().describe("With --since: the revision compared with."),
  summary: z.object({
    releases: z
      .int()
      .describe("Releases and workloads outside any release; with --since all of them, not only the rows."),
    standing: z.record(z.string(), z.int()).describe("Number of releases by standing."),
    stacks: z.int(),
    cells: z.record(z.string(), z.int()).describe("Number of cells by state."),
    chartsNotRendered: z.int().describe("Releases whose images only the rendered chart would tell."),
    unreadKinds: z
      .record(z.string(), z.int())
      .optional()
      .describe(
        "Number of objects by kind that are not read yet, of those that install charts or change what others declare, such as `HelmRelease` and `Kustomization`.",
      ),
    modulesNotSeen: z
      .int()
      .optional()
      .describe(
        "Calls of modules that are not in the repository, and that no plan tells of: what they declare is not seen.",
      ),
    onlyFile: z
      .literal(true)
      .optional()
      .describe(
        "One file is all that was read: what the report says of others, such as a lock file, is of that alone.",
      ),
    findings: z.record(z.string(), z.int()).describe("Number of findings by severity."),
    suppressed: z.int(),
    baselined: z.int(),
    files: z.object({ entries: z.int(), read: z.int(), parsed: z.int() }),
  }),
  rows: z.array(row),
  findings: z.array(finding),
  suppressedFindings: z
    .array(
      finding.extend({
        suppressed: z.object({
          kind: z.enum(["comment", "baseline", "settings"]),
          reason: z.string().nullable(),
          until: z.string().nullable().describe("ISO date after which the comment no longer holds."),
        }),
      }),
    )
    .optional()
    .describe(
      "What comments, the baseline and rules that are switched off keep out of `findings`. SARIF shows them as suppressed; nothing counts them.",
    ),
  leftOut,
  cluster: z
    .object({
      source: z.string(),
      server: z.string().nullable().describe("Address of the API server."),
      name: z.string().nullable().describe("The name that holdfast.yaml gives it."),
      releases: z
        .object({ running: z.int(), undeclared: z.int() })
        .nullable()
        .describe("Helm releases that run, and those that no file here declares; null: they could not be told."),
      untold: z
        .array(z.object({ what: z.string(), code: z.string(), text: z.string(), supply: z.string().optional() }))
        .describe("What could not be read or understood there, kinds by their plural: nothing was compared with it."),
    })
    .optional()
    .describe("The cluster that the repository was compared with. Not given: none was read."),
  problems: z.array(problem),
});

export type AuditReport = z.infer<typeof auditReport>;
export type ReportRow = AuditReport["rows"][number];
export type ReportSubject = ReportRow["subjects"][number];
export type ReportCell = ReportSubject["cells"][number];
export type ReportAnswer = z.infer<typeof answer>;
export type ReportFinding = AuditReport["findings"][number];
export type ReportSuppressedFinding = NonNullable<AuditReport["suppressedFindings"]>[number];
export type ReportProblem = AuditReport["problems"][number];
export type ReportDeployment = NonNullable<ReportRow["deployment"]>;
export type ReportRevision = NonNullable<ReportDeployment["revision"]>;
export type ReportEvidence = ReportFinding["evidence"][number];
