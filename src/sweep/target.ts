import type { Container, NamespaceId, Sandbox } from "../model/ledger.ts";
import type { CgroupTarget, ContainerStop, ProcessId } from "../model/node-actor.ts";

/**
 * A leftover that may be acted on, by what cannot come to be another's. It is also what the journal keeps: the runtime may lose
 * its records while something still lives, and then these are the last ones.
 */
export interface Target {
  readonly kind: "orphan" | "overdue";
  readonly uid: string;
  /** Of which boot of the node all of this is. */
  readonly bootId: string;
  /** `null`: nothing says. */
  readonly namespace: string | null;
  readonly name: string | null;
  readonly sandboxes: readonly Sandbox[];
  readonly containers: readonly Container[];
  /** Those that are not known to have ended. */
  readonly stops: readonly ContainerStop[];
  readonly processes: readonly ProcessId[];
  /** The pod's own cgroup, one a hierarchy; empty: its processes are in none of a form that is known. */
  readonly cgroups: CgroupTarget["cgroups"];
  readonly listeners: readonly Listener[];
  /** All sandboxes are of containerd's ordinary runtime, whose processes are the host's. */
  readonly ordinaryRuntime: boolean;
}

export interface Listener {
  readonly inode: number;
  readonly protocol: "tcp" | "udp";
  readonly address: string;
  readonly port: number;
  readonly network: NamespaceId;
}

/** What is seen of a target after something was done. */
export interface Remains {
  readonly processes: readonly ProcessId[];
  readonly listeners: readonly Listener[];
  /** Ids of its sandboxes that the runtime still lists. */
  readonly sandboxes: readonly string[];
}
