import type { NodeTerm, Requirement, SchedulingNode, SchedulingPod } from "./scheduling.ts";

/** What a scheduler goes by when it places a pod, all as of one time. Nothing is judged here: src/scheduling does. */
export interface World {
  readonly nodes: readonly PlacingNode[];
  /** Those that have a node and have not ended. */
  readonly pods: readonly PlacingPod[];
  /** The labels of each namespace. */
  readonly namespaces: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly services: readonly ServiceSelector[];
  readonly owners: readonly OwnerSelector[];
}

/** A Service, as far as the pods that it selects are spread by default. */
export interface ServiceSelector {
  readonly namespace: string;
  /** `null`: it selects nothing. */
  readonly selector: ReadonlyMap<string, string> | null;
}

/** A ReplicationController, ReplicaSet or StatefulSet. */
export interface OwnerSelector extends Owner {
  readonly namespace: string;
  readonly selector: Selector;
}

export interface Owner {
  readonly kind: string;
  readonly name: string;
}

/** All have to hold, so none is for everything; `null`: it is for nothing. */
export type Selector = readonly Requirement[] | null;

export interface PlacingNode extends SchedulingNode {
  /** `spec.unschedulable`. */
  readonly unschedulable: boolean;
  /** `status.images`. */
  readonly images: readonly { readonly names: readonly string[]; readonly bytes: number }[];
}

export interface PlacingPod extends SchedulingPod {
  readonly labels: ReadonlyMap<string, string>;
  /** It has a deletionTimestamp. */
  readonly terminating: boolean;
  /** Its controller, where that is a kind by which pods are spread by default. */
  readonly owner: Owner | null;
  readonly preferredNodes: readonly Weighted<NodeTerm>[];
  readonly affinity: PodTerms;
  readonly antiAffinity: PodTerms;
  readonly spread: readonly SpreadConstraint[];
  /** Of its init containers, containers and image volumes, as they are written. */
  readonly images: readonly string[];
}

export interface Weighted<T> {
  readonly weight: number;
  readonly term: T;
}

export interface PodTerms {
  readonly required: readonly PodTerm[];
  readonly preferred: readonly Weighted<PodTerm>[];
}

export interface PodTerm {
  readonly topologyKey: string;
  readonly selector: Selector;
  /** The pod's own where it names none. */
  readonly namespaces: readonly string[];
  readonly namespaceSelector: Selector;
}

export interface SpreadConstraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly isRequired: boolean;
  /** With what `matchLabelKeys` adds. */
  readonly selector: Selector;
  /** Nodes that the pod may not be on for their labels are not counted. */
  readonly honorsAffinity: boolean;
  /** Nor those that it may not be on for their taints. */
  readonly honorsTaints: boolean;
}
