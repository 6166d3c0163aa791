import type { SpreadConstraint, Weighted } from "./placing.ts";
import type { NodeTerm } from "./scheduling.ts";

/** How a scheduler's plugins are set up, as far as it decides which node a pod gets. */
export interface SchedulerProfile {
  /** The plugins that reject nodes, in the order of the default profile. */
  readonly filters: ReadonlySet<string>;
  /** Whether NodeAffinity looks at the nodes that a pod names before all others do. */
  readonly narrowsByName: boolean;
  /** The plugins that score, and what their points are multiplied by. */
  readonly weights: ReadonlyMap<string, number>;
  /** Of a pod that has no constraints: those of the profile, whose selector comes from its Services and owner. */
  readonly defaultSpread: readonly SpreadConstraint[];
  /** Whether nodes without all labels of `defaultSpread` get no points for it. */
  readonly isSpreadByAllLabels: boolean;
  /** By how much what a running pod has to be near to draws its likes. */
  readonly hardPodAffinityWeight: number;
  /** What running pods prefer does not count for a pod that has no terms about others. */
  readonly ignoresPreferredOfOthers: boolean;
  /** What every pod's node has to be, beside what the pod asks for; `null`: nothing. */
  readonly addedAffinity: readonly NodeTerm[] | null;
  readonly addedPreferences: readonly Weighted<NodeTerm>[];
  /** Extended resources that nodes need not have, by name and by what is before the `/`. */
  readonly ignoredResources: ReadonlySet<string>;
  readonly ignoredResourceGroups: ReadonlySet<string>;
  readonly strategy: "LeastAllocated" | "MostAllocated";
  readonly resourceWeights: { readonly cpu: number; readonly memory: number };
  /** `percentageOfNodesToScore`; `null`: the scheduler's own, by the size of the cluster. */
  readonly percentageOfNodes: number | null;
  /**
   * Whether a pod that is like the one before it may get the next best node by the scores of that one, where it does not fit beside it
   * [kubernetes v1.36.3, pkg/scheduler/framework/runtime/batch.go]: not as long as pods without constraints are spread by default.
   */
  readonly reusesScores: boolean;
}

const spread = {
  minDomains: 1,
  isRequired: false,
  selector: null,
  honorsAffinity: true,
  honorsTaints: false,
} as const;

/** Of a scheduler without a configuration [kubernetes v1.36.3, pkg/scheduler/apis/config/v1/default_plugins.go and defaults.go]. */
export const defaultProfile: SchedulerProfile = {
  filters: new Set([
    "NodeUnschedulable",
    "NodeName",
    "TaintToleration",
    "NodeAffinity",
    "NodePorts",
    "NodeResourcesFit",
    "PodTopologySpread",
    "InterPodAffinity",
  ]),
  narrowsByName: true,
  weights: new Map([
    ["TaintToleration", 3],
    ["NodeAffinity", 2],
    ["NodeResourcesFit", 1],
    ["PodTopologySpread", 2],
    ["InterPodAffinity", 2],
    ["NodeResourcesBalancedAllocation", 1],
    ["ImageLocality", 1],
  ]),
  // [pkg/scheduler/framework/plugins/podtopologyspread/plugin.go, systemDefaultConstraints]
  defaultSpread: [
    { ...spread, topologyKey: "kubernetes.io/hostname", maxSkew: 3 },
    { ...spread, topologyKey: "topology.kubernetes.io/zone", maxSkew: 5 },
  ],
  isSpreadByAllLabels: false,
  hardPodAffinityWeight: 1,
  ignoresPreferredOfOthers: false,
  addedAffinity: null,
  addedPreferences: [],
  ignoredResources: new Set(),
  ignoredResourceGroups: new Set(),
  strategy: "LeastAllocated",
  resourceWeights: { cpu: 1, memory: 1 },
  percentageOfNodes: null,
  reusesScores: false,
};
