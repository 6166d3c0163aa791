import type { Reason, Told } from "./told.ts";

/**
 * What is asked of a node before anything is done to it, beside its ledgers. Nothing is judged here: src/sweep does.
 */

/** The kubelet's own word on its pods. */
export interface KubeletWord {
  /** Uids of what it has in `/pods`: for a static pod the hash of its file. Mirrors are not in there. */
  readonly pods: readonly string[];
  /** The metric `kubelet_working_pods`, as it stands. */
  readonly working: readonly WorkingPods[];
}

/** A series of `kubelet_working_pods` [kubernetes v1.36.3, pkg/kubelet/kubelet_pods.go, HandlePodCleanups]. */
export interface WorkingPods {
  readonly lifecycle: "sync" | "terminating" | "terminated";
  readonly config: "desired" | "orphan" | "runtime_only";
  /** `null`: the kubelet does not know, as of all that are only in the runtime. */
  readonly static: boolean | null;
  readonly count: number;
}

/** Who is at the two ends of the container runtime's socket. */
export interface RuntimePeers {
  /** Whoever listens on it. */
  readonly runtime: Peer;
  /** Who is connected to it, but for this program: by connection and never by name. */
  readonly clients: readonly Peer[];
  /** Those of them that listen on the kubelet's port. */
  readonly kubelets: readonly Peer[];
}

export interface Peer {
  readonly pid: number;
  /** Clock ticks after boot. */
  readonly startTicks: number;
  /** Set by the program itself: hostile. */
  readonly name: string;
  readonly ageSeconds: number;
}

/** That a kubelet ends a container, as its event says it: ISO 8601 in UTC, by the node's clock, in whole seconds. */
export interface Killing {
  /** Its name. */
  readonly container: string;
  /** When it was said first, and last: a kubelet says it again at each attempt. */
  readonly first: string;
  readonly last: string;
}

/** The machine that this is. */
export interface MachineIds {
  readonly bootId: string;
  /** /etc/machine-id; `null`: it has none. */
  readonly machineId: string | null;
}

/** What a machine says of itself. */
export interface MachineWord extends MachineIds {
  /** What its clock shows, in ISO 8601 in UTC. */
  readonly at: string;
}

/** The cluster as the API server has it now. */
export interface ClusterWord {
  /** The uid of the namespace kube-system, which stands for the cluster; `null`: there is none. */
  readonly clusterUid: string | null;
  /** `null`: the API server has no node of this name. */
  readonly node: (MachineIds & { readonly uid: string }) | null;
  /**
   * Whether what this program wrote last is there: a restored database loses it. `not-yet`: it is to write, and nothing of that was
   * taken so far; `none`: it writes nothing that could be looked for.
   */
  readonly ownWrite: "there" | "lost" | "not-yet" | "none";
}

/** What reboots nodes one after another, each drained first: kured. */
export interface Rebooter {
  /** The nodes that it is at, or has its lock for. */
  readonly at: readonly string[];
  /** Why it would not see a request that is made on this node; `null`: it would. */
  readonly deaf: Reason | null;
}

/** Something that lives on a process though its pod does not count any more. */
export interface Serving {
  readonly pid: number;
  /** `/dev/fuse`: a file system that others may have mounted. `/dev/nbd0`: a disk. `socket`: a peer outside of the pod. */
  readonly by: "fuse" | "nbd" | "socket";
  /** The uid of the pod that is connected; `null`: none is, or it is not known. */
  readonly peerPod: string | null;
  /** What says so, a plain clause: `holds /dev/fuse open`. */
  readonly text: string;
}

/** What else lives on the processes of a pod. Unknown where it could not be told: then nothing is done to them. */
export type ServingTold = Told<readonly Serving[]>;

/** What is known of ending processes beside what the kernel says. */
export interface Attempt {
  /** What the runtime said; `null`: nothing, or it was not asked. */
  readonly said: string | null;
  /** For how many seconds they have been tried to end; `null`: not by us. */
  readonly tried: number | null;
  /** The runtime has no record any more of what lives. */
  readonly recordLost: boolean;
}

/** Why processes do not end (rung 0). */
export interface Cause {
  readonly kind: "apparmor" | "uninterruptible" | "zombie-leader" | "cni" | "shim-gone" | "not-told";
  readonly confidence: "observed" | "inferred";
  /** One sentence, without a full stop. */
  readonly text: string;
  /** Whether the next pod that is stopped on this node will be left behind too; `null`: not told. */
  readonly persists: boolean | null;
  /** What a person can do about it for good. */
  readonly fix: string | null;
}
