import { isTolerated } from "./taints.ts";
import { matchesTerm } from "./node-affinity.ts";
import type { PlaceState } from "./place-index.ts";
import { highestScore, inProportion, type Scorer } from "./plugin.ts";
import { scoredWhenPlaced, requestedBy } from "./requests.ts";

/** [kubernetes v1.36.3, pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go, Score] */
export const taintScorer: Scorer = {
  plugin: "TaintToleration",
  prepare: ({ tolerations }) => {
    const own = tolerations.filter(({ effect }) => effect === "" || effect === "PreferNoSchedule");
    return {
      points: ({ node }) =>
        node.taints.filter((taint) => taint.effect === "PreferNoSchedule" && !isTolerated(taint, own)).length,
      normalized: (points) => inProportion(points, { reverse: true }),
    };
  },
};

/** [pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go, Score] */
export const nodeAffinityScorer: Scorer = {
  plugin: "NodeAffinity",
  prepare: ({ preferredNodes }, { profile }) => {
    const preferred = [...profile.addedPreferences, ...preferredNodes];
    if (preferred.length === 0) return null;
    return {
      points: ({ node }) =>
        preferred.reduce((sum, { weight, term }) => sum + (matchesTerm(term, node) ? weight : 0), 0),
      normalized: (points) => inProportion(points, { reverse: false }),
    };
  },
};

const scoredResources = ["cpu", "memory"] as const;

/** How much would be left, or taken, in hundredths [pkg/scheduler/framework/plugins/noderesources/least_allocated.go, most_allocated.go]. */
export const fitScorer: Scorer = {
  plugin: "NodeResourcesFit",
  prepare: (pod, { profile: { strategy, resourceWeights } }) => {
    const asked = scoredWhenPlaced(pod);
    return {
      points: ({ allocatable, scored }) => {
        let [sum, weights] = [0, 0];
        for (const resource of scoredResources) {
          const all = allocatable.get(resource) ?? 0;
          if (all === 0) continue;
          const requested = Math.min(scored[resource] + asked[resource], all);
          const counts = strategy === "LeastAllocated" ? all - requested : requested;
          sum += Math.floor((counts * highestScore) / all) * resourceWeights[resource];
          weights += resourceWeights[resource];
        }
        return weights === 0 ? 0 : Math.floor(sum / weights);
      },
    };
  },
};

/** How much more, or less, evenly a node would be used [the same, balanced_allocation.go]. Not of a pod that asks for nothing. */
export const balanceScorer: Scorer = {
  plugin: "NodeResourcesBalancedAllocation",
  prepare: (pod) => {
    const taken = requestedBy(pod);
    const asked = scoredResources.map((resource) => Number(taken.get(resource) ?? 0n));
    if (asked.every((amount) => amount === 0)) return null;
    return {
      points: (state) => {
        const [after, before] = [evenness(state, asked), evenness(state, [0, 0])];
        const half = highestScore / 2;
        return half + Math.trunc((half + after - before) / 2);
      },
    };
  },
};

function evenness({ allocatable, requested }: PlaceState, more: readonly number[]): number {
  const shares = scoredResources.flatMap((resource, at) => {
    const all = allocatable.get(resource) ?? 0;
    return all === 0 ? [] : [Math.min(1, ((requested.get(resource) ?? 0) + (more[at] ?? 0)) / all)];
  });
  const [one, other] = shares;
  const deviation = one === undefined || other === undefined ? 0 : Math.abs((one - other) / 2);
  return Math.trunc((1 - deviation) * highestScore);
}

/** [pkg/scheduler/framework/plugins/imagelocality/image_locality.go] */
export const imageScorer: Scorer = {
  plugin: "ImageLocality",
  prepare: ({ images, containers }, index) => {
    const names = images.map(withTag);
    const most = largestImage * containers.length;
    return {
      points: (state) => {
        let sum = 0;
        for (const name of names) {
          const bytes = state.images.get(name);
          if (bytes !== undefined) sum += Math.trunc(bytes * ((index.imageNodes.get(name) ?? 0) / index.size));
        }
        const bounded = sum < smallestImage ? smallestImage : Math.min(sum, most);
        return Math.trunc((highestScore * (bounded - smallestImage)) / (most - smallestImage));
      },
    };
  },
};

/** Bytes: 23 and 1000 MiB. */
const smallestImage = 23 * 1024 * 1024;
const largestImage = 1000 * 1024 * 1024;

function withTag(name: string): string {
  return name.lastIndexOf(":") <= name.lastIndexOf("/") ? `${name}:latest` : name;
}
