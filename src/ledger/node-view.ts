import type {
  ApiPod,
  CgroupLine,
  Container,
  NamespaceId,
  Process,
  RuntimeLedger,
  Sandbox,
  SandboxDetail,
  Socket,
  Task,
} from "../model/ledger.ts";
import type { Confidence } from "../model/finding.ts";
import type { Reason, Told } from "../model/told.ts";
import type { Disagreement } from "./disagreement.ts";
import type { Evidence } from "./evidence.ts";

/** What runs on a node, as three ledgers tell it together, and where they differ. Made by {@link joinLedgers}. */
export interface NodeView {
  readonly node: string;
  /** What disagrees first, then by name. */
  readonly pods: readonly PodView[];
  /** Processes in no pod that hold a socket, and those of which it could not be told. */
  readonly others: readonly ProcessView[];
  readonly sources: Sources;
  readonly warnings: readonly Warning[];
}

/** What was asked, and what of it was told. */
export interface Sources {
  readonly before: Told<ListReading>;
  readonly after: Told<ListReading>;
  readonly runtime: Told<RuntimeReading>;
  readonly kernel: Told<KernelReading>;
}

export interface ListReading {
  readonly at: string;
  readonly resourceVersion: string;
  /** `null`: the pods of all nodes. */
  readonly node: string | null;
  readonly pods: number;
}

interface RuntimeReading {
  readonly at: string;
  readonly endpoint: string;
  readonly runtime: RuntimeLedger["runtime"];
  readonly tasks: Told<number>;
}

interface KernelReading {
  readonly at: string;
  readonly bootId: string;
  readonly hostNetwork: NamespaceId;
  readonly sockets: readonly Socket[];
  readonly seen: number;
  readonly vanished: number;
  readonly unreadable: number;
  /** Whether it could be told which pod a process is in at all. */
  readonly podsTold: boolean;
  /** Whether all of the host network's tables of sockets were read. */
  readonly hostSocketsRead: boolean;
}

/**
 * A pod, under the uid by which the node knows it: runtime and cgroups. That is the API's too, but for static pods,
 * which the node knows by the hash of their file.
 */
export interface PodView {
  readonly uid: string;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly standing: Standing;
  readonly confidence: Confidence;
  /** As the last answer of the API server has it; `null`: it has none. */
  readonly api: ApiPod | null;
  readonly sandboxes: readonly SandboxView[];
  readonly containers: readonly Container[];
  readonly tasks: readonly Task[];
  readonly processes: readonly ProcessView[];
  readonly disagreements: readonly Disagreement[];
  readonly evidence: readonly Evidence[];
}

/** What a pod is here, by the first of these that is true of it; `judgeStanding` has the rules. */
export type Standing = KnownStanding | { readonly unknown: Reason };

export type KnownStanding =
  | "static"
  | "elsewhere"
  | "terminating"
  | "overdue"
  | "ended"
  | "running"
  | "foreign"
  | "dead"
  | "replaced"
  | "orphan";

export interface SandboxView {
  readonly sandbox: Sandbox;
  /** `null`: it was not asked. */
  readonly detail: Told<SandboxDetail> | null;
}

export interface ProcessView {
  readonly process: Process;
  /** Seconds since 1970, by the node's clock. */
  readonly startedAt: number;
  /** When it was read, by the same clock. */
  readonly ageSeconds: number;
  readonly place: Told<ProcessPlace>;
  /** The listed sockets that it holds, as far as they are listed. */
  readonly sockets: readonly Socket[];
}

export interface ProcessPlace {
  /** The uid of the pod in whose cgroup it sits; `null`: in none. */
  readonly pod: string | null;
  readonly container: string | null;
  /** The runtime's own process beside a container (conmon), not the workload. */
  readonly monitor: boolean;
  /** The line that says so; `null`: none does. */
  readonly cgroup: CgroupLine | null;
}

/** What is to be known of the whole view before any row of it is believed. */
export interface Warning {
  readonly code:
    | "wrong-cluster"
    | "list-order"
    | "list-scope"
    | "resource-version-back"
    | "unparsed"
    | "unreadable"
    | "cgroup-root"
    | "task-without-record"
    | "forwards-untold"
    | "snapshot-in-part"
    /** Of a snapshot that a later version wrote, whose code for it is not known. */
    | "snapshot-warning"
    | "reader-left";
  /** One sentence, without a full stop. */
  readonly text: string;
  /** How a person can supply what is missing. */
  readonly supply?: string;
}
