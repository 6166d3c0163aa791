import * as z from "zod";
import { defaultProfile, type SchedulerProfile } from "../model/scheduler-profile.ts";
import { known, unknown, type Told, type Unknown } from "../model/told.ts";
import { constraint, constraintOf, nodeTerm, nodeTermOf } from "./project-placing.ts";

/**
 * The profile that a scheduler's configuration file, as it was parsed, has for pods of this `spec.schedulerName`, with what 1.36 takes for what it
 * leaves out [kubernetes v1.36.3, pkg/scheduler/apis/config/v1/default_plugins.go and defaults.go; framework/runtime/framework.go,
 * expandMultiPointPlugins and getValidScoreWeights]. Unknown with what in it is not simulated: other people's plugins, extenders, plugins in
 * another order, resources other than processor and memory in scores.
 */
export function projectSchedulerProfile(object: unknown, schedulerName: string): Told<SchedulerProfile> {
  const read = configuration.safeParse(object);
  if (!read.success) {
    const at = read.error.issues[0]?.path.join(".") ?? "";
    return notUnderstood(
      `the scheduler's configuration has not the form of one of ${apiVersion}${at === "" ? "" : `: ${at}`}`,
    );
  }
  const { profiles, extenders, percentageOfNodesToScore } = read.data;
  if ((extenders ?? []).length > 0) return notSimulated("the scheduler asks an extender");
  const all = profiles === null || profiles === undefined || profiles.length === 0 ? [{}] : profiles;
  const profile = all.find(
    (each) => (each.schedulerName ?? (all.length === 1 ? "default-scheduler" : "")) === schedulerName,
  );
  if (profile === undefined) return notUnderstood(`the scheduler's configuration has no profile ${schedulerName}`);
  const plugins = pluginsOf(profile.plugins ?? {});
  if ("unknown" in plugins) return plugins;
  const { spreads, ...ofPlugins } = plugins;
  const args = argumentsOf(profile.pluginConfig ?? []);
  if ("unknown" in args) return args;
  const { defaultSpread } = args;
  return known({
    ...defaultProfile,
    ...ofPlugins,
    ...args,
    percentageOfNodes: profile.percentageOfNodesToScore ?? percentageOfNodesToScore ?? null,
    reusesScores: !spreads || (defaultSpread ?? defaultProfile.defaultSpread).length === 0,
  });
}

const apiVersion = "kubescheduler.config.k8s.io/v1";

const plugin = z.object({ name: z.string(), weight: z.int().nullish() });
const pluginSet = z.object({ enabled: z.array(plugin).nullish(), disabled: z.array(plugin).nullish() }).nullish();
const plugins = z.object({
  multiPoint: pluginSet,
  preEnqueue: pluginSet,
  queueSort: pluginSet,
  preFilter: pluginSet,
  filter: pluginSet,
  postFilter: pluginSet,
  preScore: pluginSet,
  score: pluginSet,
  reserve: pluginSet,
  permit: pluginSet,
  preBind: pluginSet,
  bind: pluginSet,
  postBind: pluginSet,
  placementGenerate: pluginSet,
  placementScore: pluginSet,
});
const percentage = z.int().min(0).max(100).nullish();
const configuration = z.object({
  apiVersion: z.literal(apiVersion),
  kind: z.literal("KubeSchedulerConfiguration"),
  percentageOfNodesToScore: percentage,
  extenders: z.array(z.unknown()).nullish(),
  profiles: z
    .array(
      z.object({
        schedulerName: z.string().nullish(),
        percentageOfNodesToScore: percentage,
        plugins: plugins.nullish(),
        pluginConfig: z.array(z.object({ name: z.string(), args: z.unknown() })).nullish(),
      }),
    )
    .nullish(),
});

type WrittenPlugins = Partial<z.infer<typeof plugins>>;
type PluginSet = z.infer<typeof pluginSet>;

/** In their order, with their weights; `0`: one that does not score, or that was named without a weight. */
const ofDefault: ReadonlyMap<string, number> = new Map([
  ["SchedulingGates", 0],
  ["PrioritySort", 0],
  ...["NodeUnschedulable", "NodeName", "TaintToleration", "NodeAffinity", "NodePorts", "NodeResourcesFit"].map(weighed),
  ...["VolumeRestrictions", "NodeVolumeLimits", "VolumeBinding", "VolumeZone"].map(weighed),
  ...["PodTopologySpread", "InterPodAffinity", "DynamicResources", "DefaultPreemption"].map(weighed),
  ...["NodeResourcesBalancedAllocation", "ImageLocality", "DefaultBinder", "NodeDeclaredFeatures"].map(weighed),
]);

function weighed(name: string): [string, number] {
  return [name, defaultProfile.weights.get(name) ?? 0];
}

type ProfilePlugins = Pick<SchedulerProfile, "filters" | "narrowsByName" | "weights"> & {
  /** Whether PodTopologySpread is there. */
  readonly spreads: boolean;
};

function pluginsOf(written: WrittenPlugins): ProfilePlugins | Unknown {
  const named = Object.values(written).flatMap((set) => [...(set?.enabled ?? []), ...(set?.disabled ?? [])]);
  const foreign = named.find(({ name }) => name !== "*" && !ofDefault.has(name));
  if (foreign !== undefined) return notSimulated(`the scheduler has the plugin ${foreign.name}`);
  const { preFilter, filter, preScore, score } = written;
  if (!isEmpty(preFilter) || !isEmpty(preScore))
    return notSimulated("a plugin prepares itself otherwise than by default");
  const all = merged(written.multiPoint);
  const disabled = (set: PluginSet, name: string): boolean =>
    (set?.disabled ?? []).some((each) => each.name === name || each.name === "*");
  if ((filter?.enabled ?? []).some(({ name }) => defaultProfile.filters.has(name)))
    return notSimulated("plugins reject nodes in another order");
  const ofFilters = [...all.keys()].filter((name) => defaultProfile.filters.has(name));
  if (ofFilters.join() !== [...defaultProfile.filters].filter((name) => all.has(name)).join())
    return notSimulated("plugins reject nodes in another order");
  const own = new Map((score?.enabled ?? []).map(({ name, weight }) => [name, weight ?? 0] as const));
  const late = [...own.keys()].find((name) => defaultProfile.weights.has(name) && !all.has(name));
  if (late !== undefined) return notSimulated(`${late} scores without having prepared itself`);
  const weights = [...defaultProfile.weights.keys()].flatMap((name) => {
    const weight = own.get(name) ?? (disabled(score, name) ? undefined : all.get(name));
    // None cannot be given: it is one then.
    return weight === undefined ? [] : [[name, weight === 0 ? 1 : weight] as const];
  });
  return {
    filters: new Set(ofFilters.filter((name) => !disabled(filter, name))),
    narrowsByName: all.has("NodeAffinity"),
    weights: new Map(weights),
    spreads: all.has("PodTopologySpread"),
  };
}

/** [default_plugins.go, mergePluginSet] */
function merged(written: PluginSet): ReadonlyMap<string, number> {
  const enabled = new Map((written?.enabled ?? []).map(({ name, weight }) => [name, weight ?? 0] as const));
  const disabled = new Set((written?.disabled ?? []).map(({ name }) => name));
  const all = new Map<string, number>();
  if (!disabled.has("*"))
    for (const [name, weight] of ofDefault) if (!disabled.has(name)) all.set(name, enabled.get(name) ?? weight);
  for (const [name, weight] of enabled) if (!all.has(name)) all.set(name, weight);
  return all;
}

function isEmpty(set: PluginSet): boolean {
  return (set?.enabled ?? []).length + (set?.disabled ?? []).length === 0;
}

const weightedNodeTerm = z.object({ weight: z.int(), preference: nodeTerm });
const resources = z.array(z.object({ name: z.string(), weight: z.int().nullish() })).nullish();
const argumentsByPlugin = {
  InterPodAffinity: z.object({
    hardPodAffinityWeight: z.int().min(0).max(100).nullish(),
    ignorePreferredTermsOfExistingPods: z.boolean().nullish(),
  }),
  NodeAffinity: z.object({
    addedAffinity: z
      .object({
        requiredDuringSchedulingIgnoredDuringExecution: z
          .object({ nodeSelectorTerms: z.array(nodeTerm).nullish() })
          .nullish(),
        preferredDuringSchedulingIgnoredDuringExecution: z.array(weightedNodeTerm).nullish(),
      })
      .nullish(),
  }),
  NodeResourcesBalancedAllocation: z.object({ resources }),
  NodeResourcesFit: z.object({
    ignoredResources: z.array(z.string()).nullish(),
    ignoredResourceGroups: z.array(z.string()).nullish(),
    scoringStrategy: z.object({ type: z.string().nullish(), resources }).nullish(),
  }),
  PodTopologySpread: z.object({
    defaultConstraints: z.array(constraint).nullish(),
    defaultingType: z.enum(["", "System", "List"]).nullish(),
  }),
} as const;

/** Arguments of plugins that say nothing of a node here make no difference. */
function argumentsOf(
  written: readonly { readonly name: string; readonly args?: unknown }[],
): Partial<SchedulerProfile> | Unknown {
  const all: Partial<SchedulerProfile> = {};
  for (const { name, args } of written) {
    const read = argumentsReaders.get(name)?.(args ?? {});
    if (read === undefined) continue;
    if (read === null) return notUnderstood(`the arguments of ${name} have not the form of that`);
    if ("unknown" in read) return read;
    Object.assign(all, read);
  }
  return all;
}

type Reader = (args: unknown) => Partial<SchedulerProfile> | Unknown | null;

const argumentsReaders: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    "InterPodAffinity",
    (args) => {
      const { data } = argumentsByPlugin.InterPodAffinity.safeParse(args);
      if (data === undefined) return null;
      return {
        hardPodAffinityWeight: data.hardPodAffinityWeight ?? 1,
        ignoresPreferredOfOthers: data.ignorePreferredTermsOfExistingPods ?? false,
      };
    },
  ],
  [
    "NodeAffinity",
    (args) => {
      const { data } = argumentsByPlugin.NodeAffinity.safeParse(args);
      if (data === undefined) return null;
      const {
        requiredDuringSchedulingIgnoredDuringExecution: required,
        preferredDuringSchedulingIgnoredDuringExecution: preferred,
      } = data.addedAffinity ?? {};
      return {
        addedAffinity:
          required === null || required === undefined ? null : (required.nodeSelectorTerms ?? []).map(nodeTermOf),
        addedPreferences: (preferred ?? []).map(({ weight, preference }) => ({ weight, term: nodeTermOf(preference) })),
      };
    },
  ],
  [
    "NodeResourcesBalancedAllocation",
    (args) => {
      const { data } = argumentsByPlugin.NodeResourcesBalancedAllocation.safeParse(args);
      if (data === undefined) return null;
      const names = (data.resources ?? []).map(({ name }) => name).toSorted();
      return names.length === 0 || names.join() === "cpu,memory"
        ? {}
        : notSimulated("how evenly nodes are used is scored by other resources");
    },
  ],
  [
    "NodeResourcesFit",
    (args) => {
      const { data } = argumentsByPlugin.NodeResourcesFit.safeParse(args);
      if (data === undefined) return null;
      const { scoringStrategy } = data;
      const strategy = scoringStrategy?.type ?? "LeastAllocated";
      if (strategy !== "LeastAllocated" && strategy !== "MostAllocated")
        return notSimulated(`how full nodes are is scored by the strategy ${strategy}`);
      const weights = new Map(
        (scoringStrategy?.resources ?? []).map(({ name, weight }) => [name, weight || 1] as const),
      );
      if ([...weights.keys()].some((name) => name !== "cpu" && name !== "memory"))
        return notSimulated("how full nodes are is scored by other resources");
      return {
        ignoredResources: new Set(data.ignoredResources),
        ignoredResourceGroups: new Set(data.ignoredResourceGroups),
        strategy,
        resourceWeights:
          weights.size === 0
            ? defaultProfile.resourceWeights
            : { cpu: weights.get("cpu") ?? 0, memory: weights.get("memory") ?? 0 },
      };
    },
  ],
  [
    "PodTopologySpread",
    (args) => {
      const { data } = argumentsByPlugin.PodTopologySpread.safeParse(args);
      if (data === undefined) return null;
      const constraints = data.defaultConstraints ?? [];
      if (data.defaultingType !== "List") return constraints.length === 0 ? {} : null;
      // By the labels of a pod that has none: what matchLabelKeys would add is not kept where the selector is replaced.
      return { defaultSpread: constraints.map((each) => constraintOf(each, new Map())), isSpreadByAllLabels: true };
    },
  ],
]);

function notSimulated(text: string): Unknown {
  return unknown({ code: "not-simulated", text, at: [] });
}

function notUnderstood(text: string): Unknown {
  return unknown({ code: "not-understood", text, at: [] });
}
