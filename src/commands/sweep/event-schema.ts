import * as z from "zod";
import type { SweepEvent } from "../../sweep/events.ts";
import { acts } from "../../sweep/requests.ts";
import { container, reason, reasonFrom, sandbox } from "../../snapshot/format/ledger-schemas.ts";

/** Events of a sweep as they stand in a journal: what another run of this program may rely on. */
const uid = z.string().max(256);
const word = reason.transform(reasonFrom);
const rung = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
const processId = z.object({ pid: z.int(), startTicks: z.number() });
const listener = z.object({
  inode: z.number(),
  protocol: z.enum(["tcp", "udp"]),
  address: z.string(),
  port: z.int(),
  network: z.number(),
});

const target = z.object({
  kind: z.enum(["orphan", "overdue"]),
  uid,
  bootId: z.string(),
  namespace: z.string().nullable(),
  name: z.string().nullable(),
  sandboxes: z.array(sandbox),
  containers: z.array(container),
  stops: z.array(z.object({ id: z.string(), graceSeconds: z.int() })),
  processes: z.array(processId),
  cgroups: z.array(z.object({ hierarchy: z.int(), path: z.string() })),
  listeners: z.array(listener),
  ordinaryRuntime: z.boolean(),
});

const remains = z.object({
  processes: z.array(processId),
  listeners: z.array(listener),
  sandboxes: z.array(z.string()),
});

const said = z.discriminatedUnion("said", [
  z.object({ said: z.literal("done") }),
  z.object({ said: z.literal("failed"), text: z.string() }),
  z.object({ said: z.literal("refused"), reason: word }),
  z.object({ said: z.literal("silent"), reason: word }),
]);

const cause = z.object({
  kind: z.enum(["apparmor", "uninterruptible", "zombie-leader", "cni", "shim-gone", "not-told"]),
  confidence: z.enum(["observed", "inferred"]),
  text: z.string(),
  persists: z.boolean().nullable(),
  fix: z.string().nullable(),
});

const next = z.discriminatedUnion("is", [
  z.object({ is: z.literal("again"), rung, afterSeconds: z.number() }),
  z.object({ is: z.literal("kubelet"), seen: z.enum(["none", "old", "untold"]) }),
  z.object({ is: z.literal("reboot-requested") }),
]);

const outcome = z.discriminatedUnion("is", [
  z.object({ is: z.literal("cleared"), rung: z.union([z.literal(0), rung]), cause: cause.nullable() }),
  z.object({ is: z.literal("ports-freed"), rung, cause: cause.nullable(), remains }),
  z.object({
    is: z.literal("left"),
    rung,
    cause: cause.nullable(),
    remains: remains.nullable(),
    // Journals of before have none.
    next: next.nullable().default(null),
  }),
  z.object({ is: z.literal("aborted"), before: rung, reason: word }),
  z.object({ is: z.literal("refused"), before: rung }),
  z.object({ is: z.literal("would-act"), rung }),
]);

export const sweepEvent = z.discriminatedUnion("event", [
  z.object({ event: z.literal("pinned"), clusterUid: uid, machineId: z.string().max(256) }),
  z.object({ event: z.literal("ordered"), name: z.string(), by: uid, uid: uid.nullable() }),
  z.object({ event: z.literal("graced"), uid, seconds: z.number().min(0) }),
  z.object({ event: z.literal("sighted"), target }),
  z.object({ event: z.literal("intent"), rung, target }),
  z.object({ event: z.literal("waiting"), uid, seconds: z.number().min(0) }),
  z.object({ event: z.literal("acted"), uid, act: z.enum(acts), on: z.string(), said }),
  z.object({ event: z.literal("looked"), uid, remains: remains.nullable() }),
  z.object({ event: z.literal("cause"), uid, cause }),
  z.object({ event: z.literal("deleting"), namespace: z.string(), name: z.string(), uid }),
  z.object({ event: z.literal("outcome"), uid, outcome }),
]) satisfies z.ZodType<SweepEvent>;
