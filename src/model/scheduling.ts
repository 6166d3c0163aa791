/**
 * What decides whether a pod may be on a node, as both were served. Nothing is judged here: src/scheduling does. Every
 * kind of pod and node is in here with only what scheduler and kubelet look at when they admit one.
 */

/** By name, as a pod or a node has them (`cpu`, `memory`, `example.com/gpu`), in billionths of the unit. */
export type Resources = ReadonlyMap<string, bigint>;

export interface SchedulingPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Milliseconds since 1970; `null`: it does not say, as a static pod in the kubelet's own list. */
  readonly created: number | null;
  /** `spec.nodeName`. */
  readonly node: string | null;
  /** `mirror`: what the API server has of a static pod. */
  readonly source: "api" | "static" | "mirror";
  /** `kubernetes.io/config.hash`: the uid of a static pod, on its mirror too. */
  readonly configHash: string | null;
  readonly phase: string | null;
  readonly priority: number | null;
  /** `status.qosClass`; `null`: it does not say. */
  readonly qos: "Guaranteed" | "Burstable" | "BestEffort" | null;
  /** The pod's own label `kubernetes.io/os`. */
  readonly osLabel: string | null;
  /** `spec.os.name`. */
  readonly os: string | null;
  /** `spec.securityContext.supplementalGroupsPolicy`. */
  readonly supplementalGroups: string | null;
  readonly nodeSelector: ReadonlyMap<string, string>;
  /** The terms that the scheduler has to heed, of which one has to match; `null`: there are none to heed. */
  readonly nodeAffinity: readonly NodeTerm[] | null;
  readonly tolerations: readonly Toleration[];
  readonly containers: readonly SchedulingContainer[];
  /** `spec.resources`; `null`: it has none of its own. */
  readonly own: OwnResources | null;
  readonly overhead: Resources;
  /** Its change of size was called infeasible. */
  readonly resizeInfeasible: boolean;
  /** `container/resource`: given to it by a claim for devices, and not out of what the node has to give. */
  readonly claimed: ReadonlySet<string>;
}

export interface SchedulingContainer {
  readonly name: string;
  readonly kind: "init" | "sidecar" | "main";
  readonly requests: Resources;
  readonly limits: Resources;
  /** What the kubelet gave it, as the status has it; `null`: it does not say. */
  readonly allocated: Resources | null;
  /** What it runs with; `null`: the status does not say. */
  readonly actual: Resources | null;
  readonly running: boolean;
  readonly hostPorts: readonly HostPort[];
}

/** What a pod asks for as a whole. */
export interface OwnResources {
  readonly requests: Resources;
  readonly limits: Resources;
  /** `status.allocatedResources`, with the pod's overhead; `null`: the status does not say. */
  readonly allocated: Resources | null;
  /** `status.resources.requests`. */
  readonly actual: Resources | null;
}

export interface HostPort {
  /** `""`: every address. */
  readonly ip: string;
  readonly protocol: "TCP" | "UDP" | "SCTP";
  readonly port: number;
}

/** All of a term's requirements have to hold. Operators are as they were written: one that is not known matches nothing. */
export interface NodeTerm {
  readonly labels: readonly Requirement[];
  readonly fields: readonly Requirement[];
}

export interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

export interface Toleration {
  /** `""`: every key. */
  readonly key: string;
  /** `""`: Equal. */
  readonly operator: string;
  readonly value: string;
  /** `""`: every effect. */
  readonly effect: string;
}

export interface SchedulingNode {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly taints: readonly Taint[];
  readonly allocatable: Resources;
  /** `status.features.supplementalGroupsPolicy`. */
  readonly supplementalGroups: boolean;
  /** Conditions that are `True`, by type: `MemoryPressure`. */
  readonly conditions: ReadonlySet<string>;
  /** The message of the condition Ready. */
  readonly readyMessage: string | null;
}

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}
