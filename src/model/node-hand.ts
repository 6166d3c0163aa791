import type { KernelLedger, RuntimeLedger, SandboxDetail } from "./ledger.ts";
import type { NodeActor, ProcessId } from "./node-actor.ts";
import type { Attempt, Cause, MachineWord, RuntimePeers, ServingTold } from "./node-word.ts";
import type { Journal } from "./journal.ts";
import type { Told } from "./told.ts";

/** Everything that is asked of a node, and done to it: by a program on it, for one that may be elsewhere. None of it throws. */
export interface NodeHand extends NodeActor {
  runtime(signal: AbortSignal): Promise<Told<RuntimeLedger>>;
  details(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Told<SandboxDetail>>>;
  /**
   * `quiet`: uids of pods whose own networks need not be read, which are most of what it costs. `pids`: of processes that are told wherever
   * their cgroup is by now; default none.
   */
  kernel(quiet: readonly string[], signal: AbortSignal, pids?: readonly number[]): Promise<Told<KernelLedger>>;
  machine(signal: AbortSignal): Promise<Told<MachineWord>>;
  peers(signal: AbortSignal): Promise<Told<RuntimePeers>>;
  /** What else lives on processes that are all of one pod. */
  serving(uid: string, processes: readonly ProcessId[], signal: AbortSignal): Promise<ServingTold>;
  /** Why processes do not end. */
  cause(processes: readonly ProcessId[], attempt: Attempt, signal: AbortSignal): Promise<Cause>;
}

/** A node as a program has it that acts on it: on the node itself, or elsewhere. */
export interface NodeSide<E> {
  readonly hand: NodeHand;
  /** The node's lock: `null` once it is ours, or who has it. It is given back at the latest when the program on the node ends. */
  readonly lock: (want: "take" | "give-back") => Promise<Told<string | null>>;
  /** Kept on the node, whoever writes it. */
  readonly journal: Journal<E>;
}
