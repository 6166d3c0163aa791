import type { PlacingNode, PlacingPod, Selector, SpreadConstraint } from "../model/placing.ts";
import { matchesNode } from "./node-affinity.ts";
import type { PlaceIndex, PlaceState } from "./place-index.ts";
import { highestScore, type Filter, type Scorer } from "./plugin.ts";
import { isEverything, selectorOf, selects } from "./selectors.ts";
import { isTolerated } from "./taints.ts";

/** [kubernetes v1.36.3, pkg/scheduler/framework/plugins/podtopologyspread/filtering.go] */
export const spreadFilter: Filter = {
  plugin: "PodTopologySpread",
  prepare: (pod, index) => {
    const constraints = constraintsOf(pod, index).filter(({ isRequired }) => isRequired);
    if (constraints.length === 0) return null;
    const limits = constraints.map((each) => {
      const domains = new Map<string, number>();
      const pods = matching(each.selector, pod, index);
      for (const state of index.states())
        if (hasAll(state.node, constraints) && isCounted(each, pod, state.node))
          add(domains, state.node.labels.get(each.topologyKey) ?? "", pods(state));
      const least = domains.size < each.minDomains ? 0 : Math.min(...domains.values());
      return { ...each, domains, most: each.maxSkew + least - (selects(each.selector, pod.labels) ? 1 : 0) };
    });
    return ({ node }) => {
      for (const { topologyKey, domains, most } of limits) {
        const domain = node.labels.get(topologyKey);
        if (domain === undefined) return `the node has no label ${topologyKey}, by which the pod is to be spread`;
        if ((domains.get(domain) ?? 0) > most) return `${topologyKey} ${domain} would have too many pods of its kind`;
      }
      return null;
    };
  },
};

/** [the same, scoring.go] */
export const spreadScorer: Scorer = {
  plugin: "PodTopologySpread",
  prepare: (pod, index, fitting) => {
    const constraints = constraintsOf(pod, index).filter(({ isRequired }) => !isRequired);
    if (constraints.length === 0) return null;
    const needsAll = pod.spread.length > 0 || index.profile.isSpreadByAllLabels;
    const isIgnored = ({ node }: PlaceState): boolean => needsAll && !hasAll(node, constraints);
    const scored = fitting.filter((state) => !isIgnored(state));
    const parts = constraints.map((constraint) => {
      const isHost = constraint.topologyKey === hostname;
      const domains = isHost ? null : domainsOf(constraint, scored);
      if (domains !== null) count(domains, constraint, { pod, index, all: needsAll ? constraints : [] });
      const pods = matching(constraint.selector, pod, index);
      return { constraint, domains, pods, weight: Math.log((isHost ? scored.length : (domains?.size ?? 0)) + 2) };
    });
    const points = (state: PlaceState): number => {
      if (isIgnored(state)) return 0;
      let sum = 0;
      for (const { constraint, domains, pods, weight } of parts) {
        const domain = state.node.labels.get(constraint.topologyKey);
        if (domain === undefined) continue;
        const found = domains === null ? pods(state) : (domains.get(domain) ?? 0);
        sum += found * weight + (constraint.maxSkew - 1);
      }
      return Math.round(sum);
    };
    return { points, normalized: (all, states) => normalized(all, states.map(isIgnored)) };
  },
};

function normalized(points: readonly number[], ignored: readonly boolean[]): readonly number[] {
  const counting = points.filter((_, at) => ignored[at] !== true);
  const [least, most] = [Math.min(...counting), Math.max(0, ...counting)];
  return points.map((each, at) => {
    if (ignored[at] === true) return 0;
    return most === 0 ? highestScore : Math.floor((highestScore * (most + least - each)) / most);
  });
}

/** Those that nodes which fit have; a node without the label is of one without a name. */
function domainsOf({ topologyKey }: SpreadConstraint, scored: readonly PlaceState[]): Map<string, number> {
  return new Map(scored.map(({ node }) => [node.labels.get(topologyKey) ?? "", 0]));
}

interface Counting {
  readonly pod: PlacingPod;
  readonly index: PlaceIndex;
  /** A node has to have the labels of all of them. */
  readonly all: readonly SpreadConstraint[];
}

function count(domains: Map<string, number>, constraint: SpreadConstraint, { pod, index, all }: Counting): void {
  const pods = matching(constraint.selector, pod, index);
  for (const state of index.states()) {
    const domain = state.node.labels.get(constraint.topologyKey) ?? "";
    if (!domains.has(domain) || !hasAll(state.node, all) || !isCounted(constraint, pod, state.node)) continue;
    add(domains, domain, pods(state));
  }
}

function add(counts: Map<string, number>, domain: string, pods: number): void {
  counts.set(domain, (counts.get(domain) ?? 0) + pods);
}

const hostname = "kubernetes.io/hostname";

/** A pod's own; the profile's, for one that has none [the same, common.go, buildDefaultConstraints]. */
function constraintsOf(pod: PlacingPod, index: PlaceIndex): readonly SpreadConstraint[] {
  const { defaultSpread } = index.profile;
  if (pod.spread.length > 0 || defaultSpread.length === 0) return pod.spread;
  const selector = defaultSelector(pod, index);
  return isEverything(selector) ? [] : defaultSpread.map((each) => ({ ...each, selector }));
}

/** What all Services that select the pod and its owner ask for [pkg/scheduler/framework/plugins/helper/spread.go, DefaultSelector]. */
function defaultSelector({ namespace, labels, owner }: PlacingPod, { world }: PlaceIndex): Selector {
  const merged = new Map<string, string>();
  for (const { namespace: own, selector } of world.services)
    if (own === namespace && selector !== null && selects(selectorOf(selector), labels))
      for (const [key, value] of selector) merged.set(key, value);
  const found =
    owner === null
      ? undefined
      : world.owners.find(
          (each) => each.namespace === namespace && each.kind === owner.kind && each.name === owner.name,
        );
  const ofOwner = found?.selector ?? [];
  // The labels of a ReplicationController stand in place of a Service's, what others select by is asked for as well.
  if (found?.kind === "ReplicationController") for (const { key } of ofOwner) merged.delete(key);
  return [...selectorOf(merged), ...ofOwner];
}

/** How many pods of a node count. A selector of everything counts nothing, and who ends does not count [the same, common.go, countPodsMatchSelector]. */
function matching(selector: Selector, { namespace }: PlacingPod, index: PlaceIndex): (state: PlaceState) => number {
  if (isEverything(selector)) return () => 0;
  return index.counts.of(`spread ${namespace} ${JSON.stringify(selector)}`, ({ pods }) => {
    let found = 0;
    for (const pod of pods)
      if (!pod.terminating && pod.namespace === namespace && selects(selector, pod.labels)) found += 1;
    return found;
  });
}

function hasAll({ labels }: PlacingNode, constraints: readonly SpreadConstraint[]): boolean {
  return constraints.every(({ topologyKey }) => labels.has(topologyKey));
}

/** [the same, matchNodeInclusionPolicies] */
function isCounted({ honorsAffinity, honorsTaints }: SpreadConstraint, pod: PlacingPod, node: PlacingNode): boolean {
  if (honorsAffinity && !matchesNode(pod, node)) return false;
  const keepsOff = ({ effect }: { readonly effect: string }): boolean =>
    effect === "NoSchedule" || effect === "NoExecute";
  return !honorsTaints || node.taints.every((taint) => !keepsOff(taint) || isTolerated(taint, pod.tolerations));
}
