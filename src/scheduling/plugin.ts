import type { PlacingPod } from "../model/placing.ts";
import type { PlaceIndex, PlaceState } from "./place-index.ts";

/** The plugins of a scheduler's default profile that say something of a node [kubernetes v1.36.3, pkg/scheduler/apis/config/v1/default_plugins.go]. */
export type Plugin =
  | "NodeUnschedulable"
  | "NodeName"
  | "TaintToleration"
  | "NodeAffinity"
  | "NodePorts"
  | "NodeResourcesFit"
  | "PodTopologySpread"
  | "InterPodAffinity"
  | "NodeResourcesBalancedAllocation"
  | "ImageLocality";

/** What speaks against a node, as a plain clause; `null`: nothing. */
type Objects = (state: PlaceState) => string | null;

/** Looks at a pod once, and then at each node. `null`: it says nothing of this pod. */
export interface Filter {
  readonly plugin: Plugin;
  readonly prepare: (pod: PlacingPod, index: PlaceIndex) => Objects | null;
}

/** The highest score before it is weighed. */
export const highestScore = 100;

/** Points of one node, and, where the points of all count, what they come to from 0 to 100. */
export interface Scoring {
  readonly points: (state: PlaceState) => number;
  readonly normalized?: (points: readonly number[], fitting: readonly PlaceState[]) => readonly number[];
}

export interface Scorer {
  readonly plugin: Plugin;
  /** `null`: it does not score this pod. */
  readonly prepare: (pod: PlacingPod, index: PlaceIndex, fitting: readonly PlaceState[]) => Scoring | null;
}

/** In proportion to the largest; `reverse`: the largest gets nothing [pkg/scheduler/framework/plugins/helper/normalize_score.go]. */
export function inProportion(points: readonly number[], { reverse }: { readonly reverse: boolean }): readonly number[] {
  const largest = Math.max(0, ...points);
  if (largest === 0) return reverse ? points.map(() => highestScore) : points;
  return points.map((each) => {
    const score = Math.floor((highestScore * each) / largest);
    return reverse ? highestScore - score : score;
  });
}
