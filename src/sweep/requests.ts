import type { Deletion } from "../model/kube-source.ts";
import type { ApiLedger, ApiPod, KernelLedger, PodAnswer, RuntimeLedger, SandboxDetail } from "../model/ledger.ts";
import type { CgroupTarget, ContainerStop, ProcessId, Said } from "../model/node-actor.ts";
import type {
  Attempt,
  Cause,
  ClusterWord,
  Killing,
  KubeletWord,
  MachineWord,
  Rebooter,
  RuntimePeers,
  ServingTold,
} from "../model/node-word.ts";
import type { Told } from "../model/told.ts";
import type { SweepEvent } from "./events.ts";
import type { Rung } from "./policy.ts";
import type { Target } from "./target.ts";

/**
 * All that a sweep says to the world, one thing at a time, and what it is told. The program that decides is a generator
 * of these: it awaits nothing, so that a test may drive it as well, and put anything between two of them.
 */
interface Dialogue {
  /** Milliseconds on a clock that nobody sets. */
  readonly time: { readonly asks: unknown; readonly answer: number };
  readonly wait: { readonly asks: { readonly milliseconds: number }; readonly answer: void };

  readonly runtime: { readonly asks: unknown; readonly answer: Told<RuntimeLedger> };
  readonly details: {
    readonly asks: { readonly ids: readonly string[] };
    readonly answer: ReadonlyMap<string, Told<SandboxDetail>>;
  };
  /** `quiet`: uids of pods of whose own networks nothing is asked. `pids`: of processes that are told in whichever cgroup they are. */
  readonly kernel: {
    readonly asks: { readonly quiet: readonly string[]; readonly pids?: readonly number[] };
    readonly answer: Told<KernelLedger>;
  };
  /** The pods of the node, all pages, with the newest of what etcd has: resourceVersion unset. */
  readonly pods: { readonly asks: unknown; readonly answer: Told<ApiLedger> };
  /** One pod by name, resourceVersion unset. */
  readonly pod: {
    readonly asks: { readonly namespace: string; readonly name: string };
    readonly answer: Told<PodAnswer>;
  };
  readonly cluster: { readonly asks: unknown; readonly answer: Told<ClusterWord> };
  readonly machine: { readonly asks: unknown; readonly answer: Told<MachineWord> };
  readonly kubelet: { readonly asks: unknown; readonly answer: Told<KubeletWord> };
  readonly peers: { readonly asks: unknown; readonly answer: Told<RuntimePeers> };
  /** What lives on these processes, which are all of one pod. */
  readonly serving: {
    readonly asks: { readonly uid: string; readonly processes: readonly ProcessId[] };
    readonly answer: ServingTold;
  };
  /** What the kubelet said lately of ending this pod's containers. */
  readonly killings: {
    readonly asks: { readonly namespace: string; readonly uid: string };
    readonly answer: Told<readonly Killing[]>;
  };
  /** Why these do not end. */
  readonly cause: {
    readonly asks: { readonly processes: readonly ProcessId[]; readonly attempt: Attempt };
    readonly answer: Cause;
  };
  /** Pods of this node that its kubelet would not take again after a restart, with why. */
  readonly readmission: { readonly asks: unknown; readonly answer: Told<readonly string[]> };
  /** What reboots nodes after draining them; `null`: nothing does. */
  readonly rebooter: { readonly asks: unknown; readonly answer: Told<Rebooter | null> };
  /** Whether a person has paused all sweeping; `true` where they have. */
  readonly pause: { readonly asks: unknown; readonly answer: Told<boolean> };
  /** The node's lock: `null` once it is ours, or who has it. */
  readonly lock: { readonly asks: { readonly want: "take" | "give-back" }; readonly answer: Told<string | null> };
  /** The cluster's Lease: `null` once it is ours, or who has it. To take it again asks whether it is ours still: it ends where it could not be renewed. */
  readonly lease: { readonly asks: { readonly want: "take" | "give-back" }; readonly answer: Told<string | null> };

  /** Deletes a pod plainly, and only if it still has this uid. */
  readonly "delete-pod": {
    readonly asks: {
      readonly namespace: string;
      readonly name: string;
      readonly uid: string;
      /** `null`: its own. */
      readonly graceSeconds: number | null;
    };
    readonly answer: Told<Deletion>;
  };
  /** CSI drivers that this pod is to register on its node. */
  readonly drivers: { readonly asks: { readonly pod: ApiPod }; readonly answer: Told<CsiDrivers> };

  readonly record: { readonly asks: { readonly event: SweepEvent }; readonly answer: Told<void> };
  /** Whether this may be done now. */
  readonly consent: { readonly asks: { readonly to: Proposal }; readonly answer: boolean };

  readonly "stop-containers": {
    readonly asks: { readonly containers: readonly ContainerStop[] };
    readonly answer: Said;
  };
  readonly "stop-sandbox": { readonly asks: { readonly id: string }; readonly answer: Said };
  readonly "remove-sandbox": { readonly asks: { readonly id: string }; readonly answer: Said };
  readonly "kill-cgroup": { readonly asks: { readonly target: CgroupTarget }; readonly answer: Said };
  readonly "kill-processes": { readonly asks: { readonly target: CgroupTarget }; readonly answer: Said };
  readonly "restart-kubelet": { readonly asks: unknown; readonly answer: Said };
  readonly "request-reboot": { readonly asks: unknown; readonly answer: Said };
}

/** What somebody is asked to agree to. */
export type Proposal =
  | { readonly do: "climb"; readonly rung: Rung; readonly target: Target }
  /** `graceSeconds`: `null`, its own. */
  | { readonly do: "delete"; readonly pod: ApiPod; readonly graceSeconds: number | null };

export interface CsiDrivers {
  /** Those that its node has now. */
  readonly here: readonly string[];
  /** Those that every other node has where a pod of the same controller runs; none where it registers none. */
  readonly elsewhere: readonly string[];
}

export type RequestKind = keyof Dialogue;
export type RequestOf<K extends RequestKind> = { readonly kind: K } & Dialogue[K]["asks"];
export type Request = { readonly [K in RequestKind]: RequestOf<K> }[RequestKind];
export type AnswerOf<K extends RequestKind> = Dialogue[K]["answer"];

/** Requests that change something on a node. */
export const acts = [
  "stop-containers",
  "stop-sandbox",
  "remove-sandbox",
  "kill-cgroup",
  "kill-processes",
  "restart-kubelet",
  "request-reboot",
] as const satisfies readonly RequestKind[];
export type ActKind = (typeof acts)[number];
export type ActRequest = { readonly [K in ActKind]: RequestOf<K> }[ActKind];

/** Decides, and asks the world for all that it needs. What is not resumed is as if the process had died there. */
export type Program<T> = Generator<Request, T, unknown>;

/** Asks for one thing: `const told = yield* ask({ kind: "runtime" })`. */
export function* ask<K extends RequestKind>(request: RequestOf<K> & Request): Generator<Request, AnswerOf<K>, unknown> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- who drives a program answers by kind: `perform`'s types say so
  return (yield request) as AnswerOf<K>;
}

/** Who answers: a function for each kind of request. None of them throws. */
export type World = {
  readonly [K in RequestKind]: (request: RequestOf<K>) => Promise<AnswerOf<K>>;
};
