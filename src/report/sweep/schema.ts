import * as z from "zod";
import { pod, reason, sources, step, warning } from "../node/schema.ts";

/**
 * What the reports of `holdfast sweep` and `holdfast recover` have in common. Ids and uids are whole, times ISO 8601 in
 * UTC. Text in it is as it was found (hostile): formats that print it make it safe themselves.
 */

const premise = z.object({
  id: z.enum(["P1", "P2", "P3", "P4", "P5", "P6"]),
  state: z.enum(["holds", "fails", "untold"]).describe("Nothing is done unless every one of them holds."),
  text: z.string(),
});

const cause = z
  .object({
    kind: z.string(),
    confidence: z.enum(["observed", "inferred"]),
    text: z.string(),
    persists: z.boolean().nullable().describe("Whether the next pod that is stopped here is left behind too."),
    fix: z.string().nullable(),
  })
  .describe("Why its processes do not end.");

const listener = z.object({
  inode: z.int(),
  protocol: z.enum(["tcp", "udp"]),
  address: z.string(),
  port: z.int(),
  network: z.int().describe("The inode of its network namespace."),
});

const processId = z.object({ pid: z.int(), startTicks: z.int() });

const remains = z.object({
  processes: z.array(processId),
  listeners: z.array(listener),
  sandboxes: z.array(z.string()),
});

const outcome = z
  .object({
    is: z.enum(["cleared", "ports-freed", "left", "aborted", "refused", "would-act"]),
    rung: z
      .int()
      .min(0)
      .max(4)
      .describe(
        "The last that was climbed, or would have been: 1 runtime, 2 cgroup, 3 kubelet, 4 reboot; 0: none was needed.",
      ),
    reason: reason.optional(),
    remains: remains.nullable().describe("What was seen of it at the end; null: nothing, or it could not be told."),
    next: z.string().optional().describe("What follows of a restarted kubelet, or of a reboot that was requested."),
    cause: cause.nullable(),
  })
  .describe("By what was seen, never by what a call returned.");

const verdict = z.discriminatedUnion("is", [
  z.object({
    is: z.literal("candidate"),
    waits: z
      .object({ seconds: z.int(), confirmations: z.int() })
      .nullable()
      .describe("Of its grace, and scans that have yet to agree; null: it has waited long enough."),
    listeners: z.array(listener),
    cgroups: z.array(z.string()),
  }),
  z.object({ is: z.literal("protected"), by: z.string(), text: z.string() }),
  z.object({ is: z.literal("unknown"), reason }),
]);

const leftover = z.object({
  kind: z.enum(["orphan", "overdue"]),
  pod,
  verdict,
  cause: cause.nullable(),
});

export const sweepReport = z.object({
  $schema: z.literal("urn:holdfast:schema:sweep-report:1"),
  version: z.literal(1),
  tool: z.object({ name: z.literal("holdfast"), version: z.string() }),
  node: z.string(),
  mode: z.enum(["list", "dry-run", "enforce"]),
  sources,
  warnings: z.array(warning),
  premises: z.array(premise),
  leftovers: z.array(leftover),
  unknown: z.array(pod).describe("Pods of which it could not be told what they are: never touched."),
  foreign: z.array(pod).describe("Sandboxes that no kubelet made: never touched."),
  swept: z.array(z.object({ uid: z.string(), namespace: z.string().nullable(), name: z.string().nullable(), outcome })),
  do: z.array(step),
});

export type SweepReport = z.infer<typeof sweepReport>;
export type ReportPremise = z.infer<typeof premise>;
export type ReportLeftover = z.infer<typeof leftover>;
export type ReportOutcome = z.infer<typeof outcome>;
export type ReportCause = z.infer<typeof cause>;

const port = z.object({ port: z.int(), protocol: z.enum(["tcp", "udp", "sctp"]) });

export const recoverReport = z.object({
  $schema: z.literal("urn:holdfast:schema:recover-report:1"),
  version: z.literal(1),
  tool: z.object({ name: z.literal("holdfast"), version: z.string() }),
  node: z.string(),
  pod: z.object({ namespace: z.string(), name: z.string() }),
  recovery: z.discriminatedUnion("is", [
    z.object({ is: z.enum(["recovered", "not-ready"]) }),
    z.object({ is: z.literal("stopped"), at: z.enum(["find", "confirm", "clear", "delete", "prove"]), reason }),
    z.object({ is: z.literal("would-act"), uids: z.array(z.string()) }),
  ]),
  swept: sweepReport.shape.swept,
  proof: z
    .object({
      replacement: z.object({ namespace: z.string(), name: z.string(), uid: z.string() }).nullable(),
      containers: z.object({ ready: z.int(), all: z.int() }),
      ports: z.array(port.extend({ heldBy: z.enum(["replacement", "nobody", "another", "untold"]) })),
      drivers: z.union([
        z.object({ back: z.array(z.string()), missing: z.array(z.string()) }),
        z.object({ told: z.literal(false), reason }),
      ]),
      restarted: z.array(z.string()).describe("Other pods of the node whose containers were restarted meanwhile."),
      readyAfter: z
        .number()
        .nullable()
        .describe("Seconds until the pod was Ready and had its ports; null: it was not."),
      seconds: z.number().describe("Seconds until all of it was seen."),
    })
    .nullable(),
  seconds: z.number().describe("From the first question to the proof."),
});

export type RecoverReport = z.infer<typeof recoverReport>;
