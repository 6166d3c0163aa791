import type { PlacingPod } from "../model/placing.ts";
import { namesAsked } from "./node-affinity.ts";
import { nodeAffinity, nodeName, nodePorts, nodeUnschedulable, resourcesFit, taints } from "./node-filters.ts";
import { balanceScorer, fitScorer, imageScorer, nodeAffinityScorer, taintScorer } from "./node-scores.ts";
import type { PlaceIndex, PlaceState } from "./place-index.ts";
import { podAffinityFilter, podAffinityScorer } from "./pod-affinity.ts";
import { PerNode } from "./per-node.ts";
import type { Filter, Plugin, Scorer, Scoring } from "./plugin.ts";
import { spreadFilter, spreadScorer } from "./spread.ts";

/** What the scheduler makes of one node for a pod. */
export type Fit =
  | { readonly rejectedBy: Plugin; readonly why: string }
  /** Each plugin's points, weighed; the node with the most gets the pod. */
  | { readonly scores: ReadonlyMap<Plugin, number>; readonly total: number };

/**
 * What a scheduler with the index's profile makes of each node: the first plugin that rejects it there, or what the plugins give it. Volumes,
 * claims for devices and features that nodes declare are not looked at.
 */
export function fits(pod: PlacingPod, index: PlaceIndex): ReadonlyMap<string, Fit> {
  const result = new Map<string, Fit>();
  const byItself = judgedByItself(pod, index);
  const prepared = preparedOf(clusterFilters, pod, index);
  const fitting: PlaceState[] = [];
  const ofNodes: NodeScores[] = [];
  states: for (const state of index.states()) {
    const own = byItself(state);
    if ("rejectedBy" in own) {
      result.set(state.node.name, own);
      continue;
    }
    for (const { plugin, objects } of prepared) {
      const why = objects(state);
      if (why === null) continue;
      result.set(state.node.name, { rejectedBy: plugin, why });
      continue states;
    }
    fitting.push(state);
    ofNodes.push(own);
  }
  if (fitting.length === 0) return result;
  const all = fitting.map(() => new Map<Plugin, number>());
  const { weights } = index.profile;
  for (const { scorer, at } of nodeScorers) {
    const weight = weights.get(scorer.plugin) ?? 0;
    const scoring = scorer.prepare(pod, index, fitting);
    if (weight === 0 || scoring === null) continue;
    give(all, { ...scorer, weight }, scoring, { points: ofNodes.map((points) => points[at] ?? 0), fitting });
  }
  for (const scorer of clusterScorers) {
    const weight = weights.get(scorer.plugin) ?? 0;
    const scoring = weight === 0 ? null : scorer.prepare(pod, index, fitting);
    if (scoring !== null) give(all, { ...scorer, weight }, scoring, { points: fitting.map(scoring.points), fitting });
  }
  fitting.forEach(({ node }, at) => {
    const scores = all[at] ?? new Map<Plugin, number>();
    let total = 0;
    for (const points of scores.values()) total += points;
    result.set(node.name, { scores, total });
  });
  return result;
}

interface Given {
  readonly points: readonly number[];
  readonly fitting: readonly PlaceState[];
}

function give(
  all: readonly Map<Plugin, number>[],
  { plugin, weight }: Pick<Scorer, "plugin"> & { readonly weight: number },
  { normalized }: Scoring,
  { points, fitting }: Given,
): void {
  const normal = normalized?.(points, fitting) ?? points;
  normal.forEach((each, at) => all[at]?.set(plugin, each * weight));
}

function preparedOf(filters: readonly Filter[], pod: PlacingPod, index: PlaceIndex): readonly Prepared[] {
  return filters.flatMap(({ plugin, prepare }) => {
    const objects = index.profile.filters.has(plugin) ? prepare(pod, index) : null;
    return objects === null ? [] : [{ plugin, objects }];
  });
}

interface Prepared {
  readonly plugin: Plugin;
  readonly objects: (state: PlaceState) => string | null;
}

/** What the plugins that look at a node alone give it, in the order of `nodeScorers`, not yet weighed. */
type NodeScores = readonly number[];
type ByItself = (state: PlaceState) => NodeScores | Extract<Fit, { rejectedBy: Plugin }>;

const judged = new WeakMap<PlaceIndex, WeakMap<PlacingPod, ByItself>>();

/** Of a node by itself, kept for the same pod until another comes or goes there: a rollout places one pod many times, and each time on one node. */
function judgedByItself(pod: PlacingPod, index: PlaceIndex): ByItself {
  const ofIndex = judged.get(index) ?? new WeakMap<PlacingPod, ByItself>();
  judged.set(index, ofIndex);
  const before = ofIndex.get(pod);
  if (before !== undefined) return before;
  const narrowed = index.profile.narrowsByName ? namesAsked(pod) : null;
  const prepared = preparedOf(nodeFilters, pod, index);
  const scorings = nodeScorers.map(({ scorer }) => scorer.prepare(pod, index, []));
  const now = new PerNode<ReturnType<ByItself>>().of("", (state) => {
    if (narrowed !== null && !narrowed.has(state.node.name))
      return { rejectedBy: "NodeAffinity", why: "its node affinity names other nodes" };
    for (const { plugin, objects } of prepared) {
      const why = objects(state);
      if (why !== null) return { rejectedBy: plugin, why };
    }
    return scorings.map((scoring) => scoring?.points(state) ?? 0);
  });
  ofIndex.set(pod, now);
  return now;
}

/** In the order of the profile [kubernetes v1.36.3, pkg/scheduler/apis/config/v1/default_plugins.go]: those that look at a node alone come first. */
const nodeFilters: readonly Filter[] = [nodeUnschedulable, nodeName, taints, nodeAffinity, nodePorts, resourcesFit];
const clusterFilters: readonly Filter[] = [spreadFilter, podAffinityFilter];

const nodeScorers = [taintScorer, nodeAffinityScorer, fitScorer, balanceScorer, imageScorer].map((scorer, at) => ({
  scorer,
  at,
}));
const clusterScorers: readonly Scorer[] = [spreadScorer, podAffinityScorer];
