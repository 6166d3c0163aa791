import type { NodeObservation, RuntimeLedger, SandboxDetail } from "./ledger.ts";
import type { Reason, Told } from "./told.ts";

/**
 * What the world is asked through. The real ones are in src/outside, those for faults in test/. None of them throws:
 * what cannot be told is unknown, with the reason and what to do about it.
 */

/** The container runtime of one node. */
export interface RuntimeSource {
  /** One reading of all sandboxes, containers and tasks. It is whole, or unknown; only the tasks may be unknown alone. */
  list(signal: AbortSignal): Promise<Told<RuntimeLedger>>;
  /** What a verbose status adds to each of these sandboxes: an entry for every id. */
  inspect(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Told<SandboxDetail>>>;
  /** Gives up what is being asked. */
  close(): void;
}

/** What runtime and kernel of a node said, and what reading it brought about. */
export interface NodeReading {
  /** Runtime and kernel are unknown where it could not be read, with the reason. Counted by the reader's own counter. */
  readonly observation: NodeObservation;
  /** Below which cgroup the kubelet has its pods, where the reading itself showed it. */
  readonly cgroupRoot: string | null;
  /** The uid of the pod that it was read through: it is in no list of what is on the node. `null`: there was none. */
  readonly ownPod: string | null;
  /** What was left behind on the node by reading it, once that was seen: a pod is removed after what it told has come. */
  readonly left: Promise<readonly Reason[]>;
}

/** A node that is not this machine, read by something of ours that runs on it. */
export type ReadRemoteNode = (node: string) => Promise<NodeReading>;

/** The counter that orders the readings of a run: every call gives a larger number. */
export type Sequence = () => number;
