import * as z from "zod";
import { severities } from "../../model/finding.ts";

/**
 * What the reports of `holdfast node` and `holdfast ports` have in common. Ids and uids are whole, times ISO 8601 in
 * UTC. Text in it is as it was found (hostile): formats that print it make it safe themselves.
 */
export const reason = z.object({
  code: z.string(),
  text: z.string(),
  supply: z.string().optional().describe("How a person can supply what is missing."),
});

const untold = z.object({ told: z.literal(false), reason });

const list = z.discriminatedUnion("told", [
  z.object({
    told: z.literal(true),
    at: z.string(),
    resourceVersion: z.string(),
    node: z.string().nullable().describe("The node whose pods were asked for; null: the pods of all nodes."),
    pods: z.int(),
  }),
  untold,
]);

export const sources = z
  .object({
    api: z.object({
      server: z.string().nullable(),
      before: list.describe("A whole list of pods, taken before the node was read."),
      after: list.describe("One that was taken after it."),
    }),
    runtime: z.discriminatedUnion("told", [
      z.object({
        told: z.literal(true),
        at: z.string(),
        endpoint: z.string(),
        name: z.string(),
        version: z.string(),
        tasks: z.union([z.int(), untold]).describe("containerd's own tasks; it leaves out those whose shim is dead."),
      }),
      untold,
    ]),
    kernel: z.discriminatedUnion("told", [
      z.object({
        told: z.literal(true),
        at: z.string(),
        bootId: z.string(),
        hostNetwork: z.int().describe("The inode of the host's network namespace."),
        processes: z.int().describe("Processes that were there."),
        vanished: z.int().describe("Ended while they were read."),
        unreadable: z.int().describe("Could not be looked into: who holds a socket is then told only in part."),
        podsTold: z.boolean().describe("Whether it could be told which pod a process is in at all."),
        hostSocketsRead: z.boolean(),
      }),
      untold,
    ]),
  })
  .describe("What was asked, and what of it was told.");

export const warning = z.object({ code: z.string(), text: z.string(), supply: z.string().optional() });

export const step = z.object({
  command: z.string(),
  why: z.string().describe("What it is for."),
});

const standing = z
  .enum([
    "orphan",
    "replaced",
    "overdue",
    "elsewhere",
    "ended",
    "unknown",
    "foreign",
    "terminating",
    "static",
    "running",
    "dead",
  ])
  .describe("docs/commands/node.md says what each means.");

const confidence = z.enum(["observed", "inferred", "stated"]);

const podName = z.object({
  namespace: z.string().nullable(),
  name: z.string().nullable(),
  uid: z.string().describe("By which runtime and cgroups know it."),
  standing,
  reason: reason.optional().describe("With the standing `unknown`: why it could not be told."),
});

export const socket = z.object({
  protocol: z.enum(["tcp", "udp"]),
  address: z.string(),
  port: z.int(),
  inode: z.int(),
  network: z.int().describe("The inode of its network namespace."),
  connected: z.boolean(),
});

export const process = z.object({
  pid: z.int(),
  startTicks: z.int().describe("Clock ticks after boot: with pid and boot id it is the identity of the process."),
  startedAt: z.string(),
  ageSeconds: z.number(),
  name: z.string(),
  state: z.string(),
  thread: z.int().nullable().describe("The thread that was read instead of a zombie leader."),
  container: z.string().nullable(),
  cgroup: z.string().nullable(),
  place: reason.optional().describe("Why it could not be told in which pod it is."),
});

const evidence = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("list"),
    which: z.enum(["before", "after"]),
    at: z.string(),
    resourceVersion: z.string(),
    node: z.string().nullable(),
    has: z.boolean(),
  }),
  z.object({ kind: z.literal("get"), at: z.string(), name: z.string(), uid: z.string().nullable() }),
  z.object({
    kind: z.literal("sandbox"),
    at: z.string(),
    endpoint: z.string(),
    id: z.string(),
    state: z.string(),
    configSource: z.string().nullable(),
  }),
  z.object({
    kind: z.literal("process"),
    at: z.string(),
    bootId: z.string(),
    pid: z.int(),
    startTicks: z.int(),
    cgroup: z.string().nullable(),
  }),
]);

const apiContainer = z.object({
  name: z.string(),
  kind: z.enum(["init", "sidecar", "main", "ephemeral"]),
  containerId: z.string().nullable(),
  state: z.string().nullable(),
  ready: z.boolean(),
  restarts: z.int(),
  reason: z.string().nullable(),
  message: z.string().nullable().describe("Redacted, at most 500 characters."),
});

const disagreement = z.object({
  kind: z.string(),
  severity: z.enum(severities),
  text: z.string(),
  about: z.array(z.string()),
});

export const pod = podName.extend({
  confidence,
  api: z
    .object({
      uid: z.string(),
      resourceVersion: z.string(),
      node: z.string().nullable(),
      phase: z.string().nullable(),
      owner: z.string().nullable(),
      hostNetwork: z.boolean(),
      deletion: z.object({ at: z.string(), graceSeconds: z.number().nullable() }).nullable(),
      containers: z.array(apiContainer),
    })
    .nullable()
    .describe("null: the API does not have it, or was not told."),
  sandboxes: z.array(
    z.object({
      id: z.string(),
      state: z.string(),
      createdAt: z.string().describe("Nanoseconds since 1970."),
      attempt: z.int(),
      labelUid: z.string().nullable(),
      configSource: z.string().nullable(),
      runtimeHandler: z.string(),
    }),
  ),
  containers: z.array(z.object({ id: z.string(), name: z.string(), state: z.string(), sandboxId: z.string() })),
  tasks: z.array(z.object({ id: z.string(), pid: z.int(), status: z.string() })),
  processes: z.array(process),
  sockets: z.array(socket),
  disagreements: z.array(disagreement),
  evidence: z.array(evidence),
});

export const holder = z.object({
  by: z.enum(["process", "portmap"]),
  pod: podName.nullable().describe("null: it is in no pod, or that could not be told."),
  blamed: z.boolean().describe("It is an orphan's, and nothing else holds this socket."),
  confidence,
  process: process.nullable(),
  container: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  sandbox: z.string().nullable(),
  sockets: z.array(z.int()).describe("Inodes."),
});

export const wanted = z.object({
  pod: podName,
  container: z.string(),
  how: z.enum(["message", "declared", "rival"]),
  address: z.string().describe("Empty: everywhere, or not said."),
  said: z.string().nullable(),
  confidence,
  reason: z.string().nullable(),
  restarts: z.int(),
  inTheWay: z
    .enum(["yes", "maybe", "no"])
    .nullable()
    .describe("Whether the sockets that are there keep it from this address."),
});

export type ReportSources = z.infer<typeof sources>;
export type ReportPod = z.infer<typeof pod>;
export type ReportPodName = z.infer<typeof podName>;
export type ReportProcess = z.infer<typeof process>;
export type ReportSocket = z.infer<typeof socket>;
export type ReportHolder = z.infer<typeof holder>;
export type ReportWanted = z.infer<typeof wanted>;
export type ReportStep = z.infer<typeof step>;
export type ReportWarning = z.infer<typeof warning>;
export type ReportReason = z.infer<typeof reason>;
