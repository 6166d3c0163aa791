import * as z from "zod";
import type {
  ApiContainer,
  ApiPod,
  Container,
  KernelLedger,
  Process,
  Reading,
  RuntimeLedger,
  Sandbox,
  SandboxDetail,
  Socket,
  Task,
  UnparsedPod,
} from "../../model/ledger.ts";
import { isKnown, reasonCodes, type Reason, type Told } from "../../model/told.ts";

/**
 * The ledgers of src/model/ledger.ts as they stand in a file. Nothing else is written: a field that is not named here is
 * left out, whatever an object has beside.
 */
const text = z.string();
const orNull = text.nullable();
/** Since 1970: an int64 [cri-api, v1, PodSandbox.created_at], which no number of JSON holds. */
const nanoseconds = z.string().regex(/^-?\d{1,19}$/);
const port = z.int().min(0).max(65_535);
const transport = z.enum(["tcp", "udp", "sctp"]);

/** ISO 8601 in UTC. */
export const time = z.iso.datetime();

export const reading = z.object({ began: z.int(), ended: z.int(), at: time }) satisfies z.ZodType<Reading>;

const apiContainer = z.object({
  name: text,
  kind: z.enum(["init", "sidecar", "main", "ephemeral"]),
  ports: z.array(
    z.object({ name: orNull, containerPort: z.int(), hostPort: z.int(), hostIp: text, protocol: transport }),
  ),
  containerId: orNull,
  state: z.enum(["waiting", "running", "terminated"]).nullable(),
  ready: z.boolean(),
  restarts: z.int(),
  reason: orNull,
  message: orNull,
}) satisfies z.ZodType<ApiContainer>;

export const pod = z.object({
  namespace: text,
  name: text,
  uid: text,
  resourceVersion: text,
  node: orNull,
  phase: orNull,
  hostNetwork: z.boolean(),
  deletion: z.object({ at: text, graceSeconds: z.int().nullable() }).nullable(),
  configHash: orNull,
  configMirror: orNull,
  owner: orNull,
  containers: z.array(apiContainer),
}) satisfies z.ZodType<ApiPod>;

export const unparsed = z.object({
  namespace: orNull,
  name: orNull,
  uid: orNull,
  configHash: orNull,
  text,
}) satisfies z.ZodType<UnparsedPod>;

export const sandbox = z.object({
  id: text,
  state: z.enum(["ready", "not-ready", "unknown"]),
  createdAt: nanoseconds,
  namespace: text,
  name: text,
  uid: text,
  attempt: z.int(),
  labelUid: orNull,
  configSource: orNull,
  configHash: orNull,
  runtimeHandler: text,
}) satisfies z.ZodType<Sandbox>;

export const container = z.object({
  id: text,
  sandboxId: text,
  name: text,
  state: z.enum(["created", "running", "exited", "unknown"]),
  createdAt: nanoseconds,
  attempt: z.int(),
  image: text,
  labelUid: orNull,
  // Files of before have none.
  graceSeconds: z.int().min(0).nullable().default(null),
}) satisfies z.ZodType<Container>;

export const task = z.object({
  id: text,
  pid: z.int(),
  status: z.enum(["created", "running", "stopped", "paused", "pausing", "unknown"]),
}) satisfies z.ZodType<Task>;

export const runtime = z.object({ name: text, version: text }) satisfies z.ZodType<RuntimeLedger["runtime"]>;

export const sandboxDetail = z.object({
  pid: z.int().nullable(),
  cgroupParent: orNull,
  hostNetwork: z.boolean().nullable(),
  portMappings: z
    .array(z.object({ protocol: transport, containerPort: port, hostPort: port, hostIp: text }))
    .nullable(),
  runtimeType: orNull,
}) satisfies z.ZodType<SandboxDetail>;

const namespaceId = z.number();

export const process = z.object({
  pid: z.int(),
  startTicks: z.number(),
  name: text,
  parent: z.int(),
  state: text,
  thread: z.int().nullable(),
  network: namespaceId.nullable(),
  cgroup: z.array(z.object({ hierarchy: z.int(), controllers: text, path: text })),
  sockets: z.array(z.number()),
}) satisfies z.ZodType<Process>;

export const socket = z.object({
  protocol: z.enum(["tcp", "udp"]),
  family: z.union([z.literal(4), z.literal(6)]),
  address: text,
  port,
  connected: z.boolean(),
  inode: z.number(),
  network: namespaceId,
  closed: z.boolean(),
}) satisfies z.ZodType<Socket>;

/** What the kernel says beside its processes and sockets. */
export const kernelFacts = z.object({
  reading,
  bootId: text,
  bootTime: z.number(),
  ticksPerSecond: z.number().positive(),
  cgroups: z.enum(["v1", "v2", "hybrid"]),
  hostNetwork: namespaceId,
  seen: z.int(),
  vanished: z.int(),
  unreadable: z.int(),
  unreadNetworks: z.array(namespaceId),
}) satisfies z.ZodType<Omit<KernelLedger, "processes" | "sockets">>;

/** A reason without places: these are places of a repository. A code of a later version is one that says less. */
export const reason = z.object({
  code: text.transform((code) => reasonCodes.find((each) => each === code) ?? "not-understood"),
  text,
  supply: text.optional(),
});

/** What could be told, or why not. */
export function toldIn<T extends z.ZodType>(schema: T) {
  return z.union([z.object({ known: schema }), z.object({ unknown: reason })]);
}

export function reasonFrom({ code, text: what, supply }: z.infer<typeof reason>): Reason {
  return { code, text: what, at: [], ...(supply === undefined ? {} : { supply }) };
}

/** As it is passed on inside of the program, where everything that is told has its places. */
export function toldFrom<T>(inFile: { known: T } | { unknown: z.infer<typeof reason> }): Told<T> {
  return "known" in inFile ? { known: inFile.known, at: [] } : { unknown: reasonFrom(inFile.unknown) };
}

export function toldFor<T>(told: Told<T>): { known: T } | { unknown: Reason } {
  return isKnown(told) ? { known: told.known } : told;
}
