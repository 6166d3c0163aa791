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
    const isAsking = affinity.length + anti.length > 0;
    const ownNamespace = index.labelsOf(pod.namespace);
    const shape = shapeOf(pod, ownNamespace, [affinity, anti]);
    const keptOf = index.weights.of(`kept ${shape}`, ({ withTerms }) => {
      const found: Weighted<PodTerm>[] = [];
      for (const other of withTerms)
        for (const term of other.antiAffinity.required)
          if (isFor(term, pod, ownNamespace)) found.push({ weight: 1, term });
      return byKey(found);
    });
    const nearOf = index.weights.of(`near ${shape}`, ({ pods }) => {
      let all = 0;
      for (const other of pods) if (isForAll(affinity, other)) all += 1;
      return all === 0 ? nothing : byKey(affinity.map((term) => ({ weight: all, term })));
    });
    const apartOf = index.weights.of(`apart ${shape}`, ({ pods }) => {
      const found: Weighted<PodTerm>[] = [];
      for (const other of pods) for (const term of anti) if (isFor(term, other, none)) found.push({ weight: 1, term });
      return byKey(found);
    });
    const near: ByDomain = new Map();
    const apart: ByDomain = new Map();
    const kept: ByDomain = new Map();
    for (const state of index.states()) {
      addAll(kept, state, keptOf(state));
      if (!isAsking) continue;
      addAll(near, state, nearOf(state));
      addAll(apart, state, apartOf(state));
    }
    if (kept.size === 0 && !isAsking) return null;
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
  prepare: (pod, index) => {
    const merged = ({ weight, term }: Weighted<PodTerm>): Weighted<PodTerm> => ({
      weight,
      term: withNamespaces(term, index),
    });
    const affinity = pod.affinity.preferred.map(merged);
    const anti = pod.antiAffinity.preferred.map(merged);
    const isAsking = affinity.length + anti.length > 0;
    const { hardPodAffinityWeight, ignoresPreferredOfOthers } = index.profile;
    if (ignoresPreferredOfOthers && !isAsking) return null;
    /** What a pod has to be near to also draws its likes. */
    const asHard = (term: PodTerm): Weighted<PodTerm> => ({ weight: hardPodAffinityWeight, term });
    const ownNamespace = index.labelsOf(pod.namespace);
    const shape = shapeOf(pod, ownNamespace, [affinity, anti]);
    const weightsOf = index.weights.of(`drawn ${shape}`, (state) => {
      const found: Weighted<PodTerm>[] = [];
      const take = (terms: readonly Weighted<PodTerm>[], of: PlacingPod, labels: Labels, sign: 1 | -1): void => {
        for (const { weight, term } of terms) if (isFor(term, of, labels)) found.push({ weight: sign * weight, term });
      };
      for (const other of isAsking ? state.pods : state.withTerms) {
        take(affinity, other, none, 1);
        take(anti, other, none, -1);
        if (hardPodAffinityWeight > 0) take(other.affinity.required.map(asHard), pod, ownNamespace, 1);
        take(other.affinity.preferred, pod, ownNamespace, 1);
        take(other.antiAffinity.preferred, pod, ownNamespace, -1);
      }
      return byKey(found);
    });
    const sums: ByDomain = new Map();
    for (const state of index.states()) addAll(sums, state, weightsOf(state));
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

/** All of a pod that terms go by, and its own. */
function shapeOf({ namespace, labels }: PlacingPod, ofNamespace: Labels, terms: readonly unknown[]): string {
  return JSON.stringify([namespace, [...labels], [...ofNamespace], terms]);
}

type ByKey = readonly (readonly [topologyKey: string, weight: number])[];

const nothing: ByKey = [];

function byKey(terms: readonly Weighted<PodTerm>[]): ByKey {
  if (terms.length === 0) return nothing;
  const sums = new Map<string, number>();
  for (const { weight, term } of terms) sums.set(term.topologyKey, (sums.get(term.topologyKey) ?? 0) + weight);
  return [...sums];
}

function addAll(to: ByDomain, { node }: PlaceState, found: ByKey): void {
  for (const [topologyKey, weight] of found) {
    const domain = node.labels.get(topologyKey);
    if (domain === undefined) continue;
    const domains = to.get(topologyKey) ?? new Map<string, number>();
    domains.set(domain, (domains.get(domain) ?? 0) + weight);
    to.set(topologyKey, domains);
  }
}

function at(from: ByDomain, topologyKey: string, { node }: PlaceState): number {
  const domain = node.labels.get(topologyKey);
  return domain === undefined ? 0 : (from.get(topologyKey)?.get(domain) ?? 0);
}
