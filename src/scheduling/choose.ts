import type { PlacingPod } from "../model/placing.ts";
import { namesAsked } from "./node-affinity.ts";
import { nodeAffinity, nodeName, nodePorts, nodeUnschedulable, resourcesFit, taints } from "./node-filters.ts";
import { balanceScorer, fitScorer, imageScorer, nodeAffinityScorer, taintScorer } from "./node-scores.ts";
import type { PlaceIndex, PlaceState } from "./place-index.ts";
import { podAffinityFilter, podAffinityScorer } from "./pod-affinity.ts";
import type { Filter, Plugin, Scorer } from "./plugin.ts";
import { spreadFilter, spreadScorer } from "./spread.ts";

/** What the scheduler makes of one node for a pod. */
export type Fit =
  | { readonly rejectedBy: Plugin; readonly why: string }
  /** Each plugin's points, weighed; the node with the most gets the pod. */
  | { readonly scores: ReadonlyMap<Plugin, number>; readonly total: number };

/**
 * What a scheduler with the default profile makes of each node: the first plugin that rejects it there, or what the plugins give it. Volumes,
 * claims for devices and features that nodes declare are not looked at.
 */
export function fits(pod: PlacingPod, index: PlaceIndex): ReadonlyMap<string, Fit> {
  const result = new Map<string, Fit>();
  const prepared = filters.flatMap(({ plugin, prepare }) => {
    const objects = prepare(pod, index);
    return objects === null ? [] : [{ plugin, objects }];
  });
  const narrowed = namesAsked(pod);
  const fitting: PlaceState[] = [];
  states: for (const state of index.states()) {
    if (narrowed !== null && !narrowed.has(state.node.name)) {
      result.set(state.node.name, { rejectedBy: "NodeAffinity", why: "its node affinity names other nodes" });
      continue;
    }
    for (const { plugin, objects } of prepared) {
      const why = objects(state);
      if (why === null) continue;
      result.set(state.node.name, { rejectedBy: plugin, why });
      continue states;
    }
    fitting.push(state);
  }
  if (fitting.length === 0) return result;
  const all = fitting.map(() => new Map<Plugin, number>());
  for (const { plugin, weight, prepare } of scorers) {
    const scoring = prepare(pod, index, fitting);
    if (scoring === null) continue;
    const points = fitting.map(scoring.points);
    const normal = scoring.normalized?.(points, fitting) ?? points;
    normal.forEach((each, at) => all[at]?.set(plugin, each * weight));
  }
  fitting.forEach(({ node }, at) => {
    const scores = all[at] ?? new Map<Plugin, number>();
    result.set(node.name, { scores, total: [...scores.values()].reduce((sum, each) => sum + each, 0) });
  });
  return result;
}

/** In the order of the profile [kubernetes v1.36.3, pkg/scheduler/apis/config/v1/default_plugins.go]. */
const filters: readonly Filter[] = [
  nodeUnschedulable,
  nodeName,
  taints,
  nodeAffinity,
  nodePorts,
  resourcesFit,
  spreadFilter,
  podAffinityFilter,
];

const scorers: readonly Scorer[] = [
  taintScorer,
  nodeAffinityScorer,
  fitScorer,
  spreadScorer,
  podAffinityScorer,
  balanceScorer,
  imageScorer,
];
