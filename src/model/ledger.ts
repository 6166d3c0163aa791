import type { Told } from "./told.ts";

/**
 * What each source says runs on a node. Nothing here is judged: src/ledger joins the ledgers and says where they
 * differ. Times are ISO 8601 in UTC as the source gave them; a reading's place in the order of readings is its
 * `sequence`, because the clocks of two machines order nothing.
 */

/** One reading of one source. `began` and `ended` come from one counter of the run that recorded it. */
export interface Reading {
  readonly began: number;
  readonly ended: number;
  /** The reader's clock at the end of the reading; of a whole cluster's list at its beginning, which it is as of. */
  readonly at: string;
}

/** What is known of the pods of a node: a list taken before the node was read, and one taken after. */
export interface PodKnowledge {
  readonly before: Told<ApiLedger>;
  readonly after: Told<ApiLedger>;
  /**
   * By `namespace/name`: pods that were asked for by GET after both lists, because a list may be answered from a cache
   * and a GET is not. Empty: none was asked.
   */
  readonly asked: ReadonlyMap<string, Told<PodAnswer>>;
}

/** What a GET of one pod gave. */
export interface PodAnswer {
  readonly reading: Reading;
  /** `null`: the API server has no pod of that name. */
  readonly pod: ApiPod | null;
}

/** A whole list of pods: the last page had no `continue`. A list that was cut short is never made into one. */
export interface ApiLedger {
  readonly reading: Reading;
  /** `null`: the pods of all nodes. */
  readonly node: string | null;
  readonly resourceVersion: string;
  /**
   * When it was answered, by the API server's own clock: what it has written into its objects is told by no other. `null`: it did not say.
   */
  readonly servedAt: string | null;
  readonly pods: readonly ApiPod[];
  /** Were in the list and could not be read: what belongs to one of them is known to the API server all the same. */
  readonly unparsed: readonly UnparsedPod[];
}

/** A pod of a list that has not the form of one. While there is one without `uid`, no uid is absent from the list. */
export interface UnparsedPod {
  readonly namespace: string | null;
  readonly name: string | null;
  readonly uid: string | null;
  /** `kubernetes.io/config.hash`, the uid of a static pod on its node. */
  readonly configHash: string | null;
  /** What is wrong, a plain clause without anything of the pod's own. */
  readonly text: string;
}

/** The fields of a pod that say where and what it is. */
export interface ApiPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly node: string | null;
  readonly phase: string | null;
  readonly hostNetwork: boolean;
  readonly deletion: { readonly at: string; readonly graceSeconds: number | null } | null;
  /** `kubernetes.io/config.hash`: the uid that runtime and cgroups use for a static pod. */
  readonly configHash: string | null;
  /** `kubernetes.io/config.mirror`: set on the mirror of a static pod. */
  readonly configMirror: string | null;
  /** The controller that made it: `DaemonSet/csi-nfs-node`. */
  readonly owner: string | null;
  readonly containers: readonly ApiContainer[];
}

export interface ApiContainer {
  readonly name: string;
  readonly kind: "init" | "sidecar" | "main" | "ephemeral";
  readonly ports: readonly DeclaredPort[];
  /** As the status has it, with the scheme: `containerd://4f1c…`; `null` before it was created. */
  readonly containerId: string | null;
  readonly state: "waiting" | "running" | "terminated" | null;
  readonly ready: boolean;
  readonly restarts: number;
  /** `CrashLoopBackOff`, `Error`, …: of the current state, or of the last one where that says nothing. */
  readonly reason: string | null;
  /** The message of the current or the last termination. */
  readonly message: string | null;
}

interface DeclaredPort {
  readonly name: string | null;
  readonly containerPort: number;
  /** 0: none. With host network the API server sets it to `containerPort`. */
  readonly hostPort: number;
  readonly hostIp: string;
  readonly protocol: Transport;
}

export type Transport = "tcp" | "udp" | "sctp";

/** What the container runtime says: CRI v1, and containerd's own task list. */
export interface RuntimeLedger {
  readonly reading: Reading;
  readonly runtime: { readonly name: string; readonly version: string };
  /** The socket that was asked. */
  readonly endpoint: string;
  readonly sandboxes: readonly Sandbox[];
  readonly containers: readonly Container[];
  /** `listed-sandboxes`: there were too many to list them all; containers whose sandbox has no record are missing. */
  readonly containersOf: "all" | "listed-sandboxes";
  /**
   * containerd's tasks in the namespace `k8s.io`. A task whose shim is dead or slow is left out without a word by
   * containerd 2, and has the pid 0 in 1.6, so absence proves nothing. Unknown for other runtimes.
   */
  readonly tasks: Told<readonly Task[]>;
}

export interface Sandbox {
  readonly id: string;
  /** containerd reports its own UNKNOWN as `not-ready`, so this is no word on whether anything lives. */
  readonly state: "ready" | "not-ready" | "unknown";
  /** Nanoseconds since 1970, in decimal: with the id it tells a sandbox from another of the same id. */
  readonly createdAt: string;
  readonly namespace: string;
  readonly name: string;
  /** As the kubelet passed it when it made the sandbox. `""`: not told, like the two names. */
  readonly uid: string;
  readonly attempt: number;
  /** The label `io.kubernetes.pod.uid`: a second claim of the same thing. `null`: not made by a kubelet. */
  readonly labelUid: string | null;
  /** `kubernetes.io/config.source`: `api`, or `file` and `http` for static pods. */
  readonly configSource: string | null;
  readonly configHash: string | null;
  /** `""`: the default. */
  readonly runtimeHandler: string;
}

export interface Container {
  readonly id: string;
  readonly sandboxId: string;
  readonly name: string;
  readonly state: "created" | "running" | "exited" | "unknown";
  readonly createdAt: string;
  readonly attempt: number;
  readonly image: string;
  /** The label `io.kubernetes.pod.uid`. */
  readonly labelUid: string | null;
  /**
   * The longest that the pod had to end by itself, as it stood when the container was made: a deletion that came later
   * with a longer one is not in it. `null`: not told.
   */
  readonly graceSeconds: number | null;
}

export interface Task {
  readonly id: string;
  /** 0: containerd could not say. */
  readonly pid: number;
  readonly status: "created" | "running" | "stopped" | "paused" | "pausing" | "unknown";
}

/**
 * What a verbose status adds to one sandbox. Fails for the sick ones, which is an answer too. `null`: not told; of a
 * sandbox whose shim is gone, containerd says only a part.
 */
export interface SandboxDetail {
  /** As the runtime sees it: in its own pid namespace. */
  readonly pid: number | null;
  readonly cgroupParent: string | null;
  readonly hostNetwork: boolean | null;
  /**
   * Only those with a host port. CNI's portmap serves them without a listener, except where the network is the host's:
   * there the kubelet passes them and nothing is mapped.
   */
  readonly portMappings: readonly PortMapping[] | null;
  /** `io.containerd.runc.v2`; others may keep processes and sockets to themselves. */
  readonly runtimeType: string | null;
}

export interface PortMapping {
  readonly protocol: Transport;
  readonly containerPort: number;
  readonly hostPort: number;
  readonly hostIp: string;
}

/** What the kernel says, as far as /proc and /sys/fs/cgroup of one pid namespace show it. */
export interface KernelLedger {
  readonly reading: Reading;
  readonly bootId: string;
  /** Seconds since 1970 at which it booted. */
  readonly bootTime: number;
  /** Ticks a second of `startTicks`. */
  readonly ticksPerSecond: number;
  readonly cgroups: "v1" | "v2" | "hybrid";
  /** The network namespace of pid 1. */
  readonly hostNetwork: NamespaceId;
  /** Every process that sits in a pod's cgroup, or holds a listed socket. */
  readonly processes: readonly Process[];
  readonly sockets: readonly Socket[];
  /** Processes that were there, with the rest. */
  readonly seen: number;
  /** Ended while they were read. */
  readonly vanished: number;
  /** Could not be looked into: who holds a socket is then not fully told. */
  readonly unreadable: number;
  /** Namespaces whose tables of sockets could not be read, or that were made meanwhile: what listens there is not told. */
  readonly unreadNetworks: readonly NamespaceId[];
}

/** The inode of a namespace: `net:[4026531840]` is 4026531840. */
export type NamespaceId = number;

/** A pid and its start are the identity; a pid alone is used again. */
export interface Process {
  readonly pid: number;
  /** Clock ticks after boot. */
  readonly startTicks: number;
  /** At most 15 characters, set by the program itself: hostile. */
  readonly name: string;
  readonly parent: number;
  /** The letter of /proc/PID/stat: R S D Z T t I X. */
  readonly state: string;
  /** The thread that was read instead, where the leader is a zombie and others live; `null`: the leader. */
  readonly thread: number | null;
  /** `null`: it has ended, or may not be looked into. */
  readonly network: NamespaceId | null;
  /** Lines of /proc/PID/cgroup, as they stand. */
  readonly cgroup: readonly CgroupLine[];
  /** Inodes of the listed sockets that it holds open. */
  readonly sockets: readonly number[];
}

export interface CgroupLine {
  /** 0 is the unified hierarchy. */
  readonly hierarchy: number;
  /** `cpu,cpuacct`, `name=systemd`; `""` for the unified hierarchy. */
  readonly controllers: string;
  readonly path: string;
}

/** A listening TCP socket, or a UDP socket that is bound to a port. */
export interface Socket {
  readonly protocol: "tcp" | "udp";
  readonly family: 4 | 6;
  /** As people write it: `127.0.0.1`, `::`, `::ffff:10.0.0.1`. */
  readonly address: string;
  readonly port: number;
  /** A UDP socket that has a peer: it still holds its port. */
  readonly connected: boolean;
  /** 0: the kernel's alone, as nobody can hold it open. */
  readonly inode: number;
  readonly network: NamespaceId;
  /** Nobody held it, and when its table was read once more it was gone. */
  readonly closed: boolean;
}

/** What was read of one node. */
export interface NodeObservation {
  readonly node: string;
  readonly runtime: Told<RuntimeLedger>;
  readonly kernel: Told<KernelLedger>;
  /** By the id of a sandbox: its verbose status, for those that were asked. */
  readonly details: ReadonlyMap<string, Told<SandboxDetail>>;
}

/** All that is read to judge one node. */
export interface ObservedNode {
  readonly knowledge: PodKnowledge;
  readonly observation: NodeObservation;
}
