import * as z from "zod";
import type { NodeHand } from "../../model/node-hand.ts";
import {
  container,
  kernelFacts,
  process,
  reading,
  runtime,
  sandbox,
  sandboxDetail,
  socket,
  task,
  toldIn,
  reason,
} from "../../snapshot/format/ledger-schemas.ts";
import { boundedList } from "./bounded-list.ts";

/**
 * What is said between a program on a node and one elsewhere: a line of JSON for each question, and one for its answer. Both sides
 * are the same version of Holdfast, and neither believes the other's form.
 */
const text = z.string().max(65_536);
const processIds = z.array(z.object({ pid: z.int().positive(), startTicks: z.number().min(0) })).max(100_000);
const id = z.string().max(256);

const cgroupTarget = z.object({
  uid: id,
  cgroups: z.array(z.object({ hierarchy: z.int().min(0), path: z.string().max(4096) })).max(64),
  processes: processIds,
});

const said = z.discriminatedUnion("said", [
  z.object({ said: z.literal("done") }),
  z.object({ said: z.literal("failed"), text }),
  z.object({ said: z.literal("refused"), reason }),
  z.object({ said: z.literal("silent"), reason }),
]);

const runtimeLedger = z.object({
  reading,
  runtime,
  endpoint: text,
  sandboxes: boundedList(sandbox, 100_000),
  containers: boundedList(container, 200_000),
  containersOf: z.enum(["all", "listed-sandboxes"]),
  tasks: toldIn(boundedList(task, 200_000)),
});

/** A process is in one cgroup of each hierarchy, of which a kernel has some dozens at most. */
const mostHierarchies = 64;
const mostSockets = 2_000_000;
const kernelLedger = kernelFacts.extend({
  unreadNetworks: boundedList(kernelFacts.shape.unreadNetworks.element, 100_000),
  processes: boundedList(
    process.extend({
      cgroup: boundedList(process.shape.cgroup.element, mostHierarchies),
      sockets: boundedList(process.shape.sockets.element, mostSockets),
    }),
    // As many pids as Linux has [linux v6.12, include/linux/threads.h, PID_MAX_LIMIT].
    4_194_304,
  ),
  sockets: boundedList(socket, mostSockets),
});

const peer = z.object({ pid: z.int(), startTicks: z.number(), name: text, ageSeconds: z.number() });

const attempt = z.object({
  said: text.nullable(),
  tried: z.number().min(0).nullable(),
  recordLost: z.boolean(),
});
const cause = z.object({
  kind: z.enum(["apparmor", "uninterruptible", "zombie-leader", "cni", "shim-gone", "not-told"]),
  confidence: z.enum(["observed", "inferred"]),
  text,
  persists: z.boolean().nullable(),
  fix: text.nullable(),
});

/** For each call, the form of its arguments and of its answer. */
export const calls = {
  runtime: { args: z.tuple([]), answer: toldIn(runtimeLedger) },
  details: { args: z.tuple([z.array(id)]), answer: boundedList(z.tuple([id, toldIn(sandboxDetail)]), 100_000) },
  kernel: {
    args: z.tuple([z.array(id).max(10_000), z.array(z.int().positive()).max(100_000)]),
    answer: toldIn(kernelLedger),
  },
  machine: {
    args: z.tuple([]),
    answer: toldIn(z.object({ bootId: id, machineId: id.nullable(), at: z.iso.datetime() })),
  },
  peers: {
    args: z.tuple([]),
    answer: toldIn(
      z.object({ runtime: peer, clients: boundedList(peer, 10_000), kubelets: boundedList(peer, 10_000) }),
    ),
  },
  serving: {
    args: z.tuple([id, processIds]),
    answer: toldIn(
      boundedList(
        z.object({ pid: z.int(), by: z.enum(["fuse", "nbd", "socket"]), peerPod: id.nullable(), text }),
        100_000,
      ),
    ),
  },
  cause: { args: z.tuple([processIds, attempt]), answer: cause },
  stopContainers: { args: z.tuple([z.array(z.object({ id, graceSeconds: z.int().min(0) }))]), answer: said },
  stopSandbox: { args: z.tuple([id]), answer: said },
  removeSandbox: { args: z.tuple([id]), answer: said },
  killCgroup: { args: z.tuple([cgroupTarget]), answer: said },
  killProcesses: { args: z.tuple([cgroupTarget]), answer: said },
  restartKubelet: { args: z.tuple([]), answer: said },
  requestReboot: { args: z.tuple([]), answer: said },
  lock: { args: z.tuple([z.enum(["take", "give-back"])]), answer: toldIn(text.nullable()) },
  /** The event is judged by who has its form: src/outside/journal. */
  journalWrite: { args: z.tuple([z.unknown()]), answer: toldIn(z.null()) },
  journalRead: {
    args: z.tuple([]),
    answer: toldIn(
      z.object({
        entries: boundedList(z.object({ run: id, line: z.int(), at: z.iso.datetime(), event: z.unknown() }), 1_000_000),
        damaged: z.int().min(0),
      }),
    ),
  },
} as const satisfies Record<
  keyof NodeHand | "lock" | "journalWrite" | "journalRead",
  { readonly args: z.ZodType; readonly answer: z.ZodType }
>;

export type CallName = keyof typeof calls;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object of this file has the keys that it is written with
const names = Object.keys(calls) as CallName[];

export const question = z.object({
  number: z.int().positive(),
  call: z.enum(names),
  args: z.array(z.unknown()),
});

export const reply = z.object({ number: z.int().positive(), answer: z.unknown() });

/** Most bytes of a question: the longest names the processes of a pod, twice a hundred thousand. */
export const longestQuestion = 16 * 1024 * 1024;
