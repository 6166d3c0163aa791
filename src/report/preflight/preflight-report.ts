import * as z from "zod";
import { severities } from "../../model/finding.ts";

/**
 * What `holdfast preflight --output json` prints: self-contained and versioned. Text in it is as it was found (hostile): formats
 * that print it make it safe themselves.
 */
const object = z.object({
  kind: z.string(),
  namespace: z.string().nullable(),
  name: z.string(),
  resourceVersion: z.string().nullable(),
  source: z.string().describe("Where the object was read: a snapshot with its time."),
});

const evidence = z.object({
  path: z.string().describe("A template of the chart, or what names an object of the cluster."),
  line: z.int().describe("From 1, in what the template renders."),
  excerpt: z.string().describe("The line, redacted, at most 200 characters."),
  object: object.optional().describe("Set where this is an object of the cluster."),
});

const reason = z.object({
  code: z.string(),
  text: z.string(),
  supply: z.string().optional().describe("How a person can supply what is missing."),
});

const finding = z.object({
  rule: z.string(),
  severity: z.enum(severities),
  confidence: z.enum(["observed", "inferred", "stated"]),
  subject: z.string(),
  what: z.string(),
  why: z.string(),
  do: z.string(),
  evidence: z.array(evidence),
  documentation: z.string(),
});

const chart = z.object({
  name: z.string(),
  version: z.string(),
  digest: z.string().nullable().describe("SHA-256 of the archive, hex; null: it is a folder, or Helm's record."),
});

const workload = z.object({ group: z.string(), kind: z.string(), namespace: z.string().nullable(), name: z.string() });

const placement = z.object({
  workload,
  node: z.string(),
  when: z.enum(["before", "after"]).describe("Now, or once the rollout has ended."),
  minimum: z.int(),
  maximum: z.int(),
  is: z.enum(["will", "may", "cannot", "unknown"]),
  because: z.string(),
});

const port = z.object({
  workload,
  container: z.string(),
  address: z.string().describe("Empty: most likely everywhere; *: everywhere; node: the node's own address."),
  port: z.int(),
  transport: z.string(),
  strength: z.string(),
  seenByScheduler: z.boolean(),
  from: z.string().describe("What says so, such as `--http-endpoint`."),
});

export const preflightReport = z.object({
  version: z.literal(1),
  tool: z.object({ name: z.literal("holdfast"), version: z.string() }),
  release: z.object({ namespace: z.string(), name: z.string(), revision: z.int() }),
  before: chart,
  after: chart,
  verdict: z.enum(["block", "risk", "unknown", "ok"]),
  untold: z.array(z.object({ group: z.enum(["render", "schedule", "ports", "admission"]), reasons: z.array(reason) })),
  admissionAsked: z.boolean(),
  helm: z.object({ version: z.string(), asked: z.int().describe("Requests that it made of the snapshot.") }),
  cluster: z.object({ source: z.string(), version: z.string().nullable(), nodes: z.array(z.string()) }),
  placements: z.array(placement),
  ports: z.array(port),
  findings: z.array(finding),
});

export type PreflightReport = z.infer<typeof preflightReport>;
export type PreflightFinding = PreflightReport["findings"][number];
