import type { PlacingPod, PodTerm, Weighted } from "../model/placing.ts";
import type { PlaceIndex, PlaceState } from "./place-index.ts";
import { highestScore, type Filter, type Scorer } from "./plugin.ts";
import { isEverything, isFor, selects } from "./selectors.ts";

/** Numbers by topology key and the domain of it. */
type ByDomain = Map<string, Map<string, number>>;

/** [kubernetes v1.36.3, pkg/scheduler/framework/plugins/interpodaffinity/filtering.go] */
export const podAffinityFilter: Filter = {
  plugin: "InterPodAffinity",
  prepare: (pod, index) => {
    const affinity = pod.affinity.required.map((term) => withNamespaces(term, index));
    const anti = pod.antiAffinity.required.map((term) => withNamespaces(term, index));
    const near: ByDomain = new Map();
    const apart: ByDomain = new Map();
    const kept: ByDomain = new Map();
    const ownNamespace = index.labelsOf(pod.namespace);
    for (const state of index.states()) {
      for (const other of state.withTerms)
        for (const term of other.antiAffinity.required)
          if (isFor(term, pod, ownNamespace)) add(kept, term.topologyKey, state, 1);
      if (affinity.length + anti.length === 0) continue;
      for (const other of state.pods) {
        if (isForAll(affinity, other)) for (const { topologyKey } of affinity) add(near, topologyKey, state, 1);
        for (const term of anti) if (isFor(term, other, none)) add(apart, term.topologyKey, state, 1);
      }
    }
    if (kept.size === 0 && affinity.length + anti.length === 0) return null;
    const isFirst = near.size === 0 && isForAll(affinity, pod);
    return (state) => {
      const { labels } = state.node;
      if (!affinity.every(({ topologyKey }) => labels.has(topologyKey))) return notNear;
      if (!isFirst && !affinity.every(({ topologyKey }) => at(near, topologyKey, state) > 0)) return notNear;
      if (anti.some(({ topologyKey }) => at(apart, topologyKey, state) > 0)) return notApart;
      return [...kept.keys()].some((topologyKey) => at(kept, topologyKey, state) > 0) ? keptAway : null;
    };
  },
};

const notNear = "its pod affinity is for no pod near this node";
const notApart = "its pod anti-affinity is against a pod near this node";
const keptAway = "the anti-affinity of a pod near this node is against it";

/** [the same, scoring.go] */
export const podAffinityScorer: Scorer = {
  plugin: "InterPodAffinity",
  weight: 2,
  prepare: (pod, index) => {
    const merged = ({ weight, term }: Weighted<PodTerm>): Weighted<PodTerm> => ({
      weight,
      term: withNamespaces(term, index),
    });
    const affinity = pod.affinity.preferred.map(merged);
    const anti = pod.antiAffinity.preferred.map(merged);
    const isAsking = affinity.length + anti.length > 0;
    const ownNamespace = index.labelsOf(pod.namespace);
    const sums: ByDomain = new Map();
    for (const state of index.states())
      for (const other of isAsking ? state.pods : state.withTerms) {
        const take = (terms: readonly Weighted<PodTerm>[], of: PlacingPod, labels: Labels, sign: 1 | -1): void => {
          for (const { weight, term } of terms)
            if (isFor(term, of, labels)) add(sums, term.topologyKey, state, sign * weight);
        };
        take(affinity, other, none, 1);
        take(anti, other, none, -1);
        take(other.affinity.required.map(asHard), pod, ownNamespace, 1);
        take(other.affinity.preferred, pod, ownNamespace, 1);
        take(other.antiAffinity.preferred, pod, ownNamespace, -1);
      }
    if (sums.size === 0) return null;
    return {
      points: (state) => {
        let sum = 0;
        for (const topologyKey of sums.keys()) sum += at(sums, topologyKey, state);
        return sum;
      },
      normalized,
    };
  },
};

function normalized(points: readonly number[]): readonly number[] {
  const [least, most] = [Math.min(...points), Math.max(...points)];
  return points.map((each) => (most > least ? Math.trunc(highestScore * ((each - least) / (most - least))) : 0));
}

/** What a pod has to be near to also draws its likes, by the weight of the profile's argument hardPodAffinityWeight. */
function asHard(term: PodTerm): Weighted<PodTerm> {
  return { weight: 1, term };
}

type Labels = ReadonlyMap<string, string>;
const none: Labels = new Map();

/** A selector of namespaces becomes their names, but for one that is for all [the same, plugin.go, mergeAffinityTermNamespacesIfNotEmpty]. */
function withNamespaces(term: PodTerm, { world }: PlaceIndex): PodTerm {
  const { namespaceSelector } = term;
  if (isEverything(namespaceSelector)) return term;
  const found = [...world.namespaces].filter(([, labels]) => selects(namespaceSelector, labels)).map(([name]) => name);
  return { ...term, namespaces: [...term.namespaces, ...found], namespaceSelector: null };
}

function isForAll(terms: readonly PodTerm[], other: PlacingPod): boolean {
  return terms.length > 0 && terms.every((term) => isFor(term, other, none));
}

function add(to: ByDomain, topologyKey: string, { node }: PlaceState, number: number): void {
  const domain = node.labels.get(topologyKey);
  if (domain === undefined) return;
  const domains = to.get(topologyKey) ?? new Map<string, number>();
  domains.set(domain, (domains.get(domain) ?? 0) + number);
  to.set(topologyKey, domains);
}

function at(from: ByDomain, topologyKey: string, { node }: PlaceState): number {
  const domain = node.labels.get(topologyKey);
  return domain === undefined ? 0 : (from.get(topologyKey)?.get(domain) ?? 0);
}
