import { describe, expect, test } from "vitest";
import { defaultProfile } from "../model/scheduler-profile.ts";
import { isKnown } from "../model/told.ts";
import { projectSchedulerProfile } from "./project-scheduler-profile.ts";

function told(rest: object, name = "default-scheduler"): unknown {
  const file = { apiVersion: "kubescheduler.config.k8s.io/v1", kind: "KubeSchedulerConfiguration", ...rest };
  const profile = projectSchedulerProfile(file, name);
  return isKnown(profile) ? profile.known : profile.unknown.text;
}

const profile = (each: object): object => ({ profiles: [each] });
const plugins = (each: object): object => profile({ plugins: each });
const config = (name: string, args: object): object => profile({ pluginConfig: [{ name, args }] });

describe("what a scheduler's configuration says", () => {
  test.each([{}, { profiles: [] }, { profiles: null }, profile({}), { leaderElection: { leaderElect: true } }])(
    "%j is the default",
    (rest) => expect(told(rest)).toEqual(defaultProfile),
  );

  test.each<[object, object]>([
    [plugins({ score: { enabled: [{ name: "NodeAffinity", weight: 9 }] } }), { weights: weights({ NodeAffinity: 9 }) }],
    [plugins({ multiPoint: { enabled: [{ name: "TaintToleration" }] } }), { weights: weights({ TaintToleration: 1 }) }],
    [plugins({ score: { disabled: [{ name: "ImageLocality" }] } }), { weights: weights({ ImageLocality: null }) }],
    [
      plugins({ filter: { disabled: [{ name: "NodePorts" }] } }),
      { filters: new Set([...defaultProfile.filters].filter((name) => name !== "NodePorts")) },
    ],
    [{ percentageOfNodesToScore: 30 }, { percentageOfNodes: 30 }],
    [{ percentageOfNodesToScore: 30, ...profile({ percentageOfNodesToScore: 70 }) }, { percentageOfNodes: 70 }],
    [
      config("PodTopologySpread", { defaultingType: "List" }),
      { defaultSpread: [], isSpreadByAllLabels: true, reusesScores: true },
    ],
    [config("InterPodAffinity", { hardPodAffinityWeight: 0 }), { hardPodAffinityWeight: 0 }],
    [config("VolumeBinding", { bindTimeoutSeconds: 1 }), {}],
    [config("constructor", {}), {}],
  ])("%j", (rest, differs) => expect(told(rest)).toEqual({ ...defaultProfile, ...differs }));

  test.each<[object, string]>([
    [
      { apiVersion: "kubescheduler.config.k8s.io/v1beta3" },
      "the scheduler's configuration has not the form of one of kubescheduler.config.k8s.io/v1: apiVersion",
    ],
    [profile({ schedulerName: "other" }), "the scheduler's configuration has no profile default-scheduler"],
    [{ profiles: [{}, { schedulerName: "other" }] }, "the scheduler's configuration has no profile default-scheduler"],
    [{ extenders: [{ urlPrefix: "http://example" }] }, "the scheduler asks an extender"],
    [plugins({ permit: { enabled: [{ name: "Coscheduling" }] } }), "the scheduler has the plugin Coscheduling"],
    [plugins({ filter: { enabled: [{ name: "NodePorts" }] } }), "plugins reject nodes in another order"],
    [
      plugins({ multiPoint: { disabled: [{ name: "NodeName" }], enabled: [{ name: "NodeName" }] } }),
      "plugins reject nodes in another order",
    ],
    [plugins({ preScore: { disabled: [{ name: "*" }] } }), "a plugin prepares itself otherwise than by default"],
    [
      plugins({ multiPoint: { disabled: [{ name: "NodeAffinity" }] }, score: { enabled: [{ name: "NodeAffinity" }] } }),
      "NodeAffinity scores without having prepared itself",
    ],
    [
      config("InterPodAffinity", { hardPodAffinityWeight: 101 }),
      "the arguments of InterPodAffinity have not the form of that",
    ],
    [
      config("NodeResourcesFit", { scoringStrategy: { type: "RequestedToCapacityRatio" } }),
      "how full nodes are is scored by the strategy RequestedToCapacityRatio",
    ],
    [
      config("NodeResourcesFit", {
        scoringStrategy: { type: "MostAllocated", resources: [{ name: "example.com/gpu" }] },
      }),
      "how full nodes are is scored by other resources",
    ],
    [
      config("NodeResourcesBalancedAllocation", { resources: [{ name: "cpu" }, { name: "example.com/gpu" }] }),
      "how evenly nodes are used is scored by other resources",
    ],
  ])("%j is unknown", (rest, why) => expect(told(rest)).toBe(why));

  test.each([null, [], "text", 7])("%j is no configuration", (object) => {
    expect(isKnown(projectSchedulerProfile(object, "default-scheduler"))).toBe(false);
  });
});

/** The default ones but for these; `null`: none. */
function weights(differ: Readonly<Record<string, number | null>>): ReadonlyMap<string, number> {
  const all = new Map(defaultProfile.weights);
  for (const [name, weight] of Object.entries(differ))
    if (weight === null) all.delete(name);
    else all.set(name, weight);
  return all;
}
