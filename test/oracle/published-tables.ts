import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { SchedulerProfile } from "../../src/model/scheduler-profile.ts";
import { isKnown } from "../../src/model/told.ts";
import { fits } from "../../src/scheduling/choose.ts";
import type { Plugin } from "../../src/scheduling/plugin.ts";
import { PlaceIndex } from "../../src/scheduling/place-index.ts";
import { projectSchedulerProfile } from "../../src/snapshot/project-scheduler-profile.ts";
import { placingCluster } from "../builders/placing-cluster.ts";

export interface TableTally {
  held: number;
  /** Cases that ask for what is not simulated, by why. */
  readonly leftOut: Map<string, number>;
  readonly different: string[];
}

/**
 * Holds our rules against the cases of the scheduler plugins' own test tables, as scheduler-tables/record.sh has written them down: by test, each
 * case with the plugin alone.
 */
export function holdTables(): ReadonlyMap<string, TableTally> {
  const all = new Map<string, TableTally>();
  const lines = readFileSync(join(import.meta.dirname, "scheduler-tables", "generated", "published.jsonl"), "utf8");
  for (const line of lines.trimEnd().split("\n")) {
    const written = recorded.parse(JSON.parse(line, withNamespaces));
    const name = `${written.plugin} ${written.function}`;
    const tally: TableTally = all.get(name) ?? { held: 0, leftOut: new Map<string, number>(), different: [] };
    all.set(name, tally);
    const why = hold(written);
    if (why === null) tally.held += 1;
    else if ("leftOut" in why) tally.leftOut.set(why.leftOut, (tally.leftOut.get(why.leftOut) ?? 0) + 1);
    else tally.different.push(`${written.case.name}: ${why.different}`);
  }
  return all;
}

/** In tables a namespace may be without a name. */
function withNamespaces(key: string, value: unknown): unknown {
  return key === "namespaces" && Array.isArray(value) ? value.map((each: unknown) => each || "unnamed") : value;
}

const objects = z.array(z.looseObject({}));
const labels = z.record(z.string(), z.string());
const scores = z.array(z.object({ Name: z.string(), Score: z.number() }));
const resources = z.array(z.object({ Name: z.string(), Weight: z.number() }));
const pod = z.looseObject({
  metadata: z.looseObject({}).optional(),
  spec: z
    .looseObject({
      tolerations: z.array(z.looseObject({ operator: z.string().optional() })).optional(),
      topologySpreadConstraints: z
        .array(
          z.looseObject({
            matchLabelKeys: z.array(z.string()).optional(),
            nodeAffinityPolicy: z.string().optional(),
            nodeTaintsPolicy: z.string().optional(),
          }),
        )
        .optional(),
      resources: z.unknown().optional(),
    })
    .optional(),
});
const inTable = z.object({
  name: z.string(),
  pod: pod.optional(),
  requestedPod: pod.optional(),
  node: z.looseObject({}).optional(),
  nodeName: z.string().optional(),
  labels: labels.optional(),
  nodes: objects.optional(),
  failedNodes: objects.optional(),
  nodeInfo: z.object({ node: z.looseObject({}).optional(), pods: objects }).optional(),
  pods: objects.optional(),
  existingPods: objects.optional(),
  objs: z.array(z.object({ kind: z.string(), object: z.looseObject({}) })).optional(),
  // What is expected: a code of the framework for each node, or points.
  wantStatus: z.string().optional(),
  wantFilterStatus: z.string().optional(),
  wantFilterStatuses: z.array(z.string()).optional(),
  wantStatusCode: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
  wantPreFilterStatus: z.string().optional(),
  wantPreFilterResult: z.object({ NodeNames: z.record(z.string(), z.unknown()).optional() }).optional(),
  wantPreScoreStatus: z.string().optional(),
  expectedPreScoreStatusCode: z.string().optional(),
  expectedList: scores.optional(),
  expectedScores: scores.optional(),
  expectedPriorities: scores.optional(),
  want: scores.optional(),
  wantErrs: z.array(z.unknown()).optional(),
  // How the plugin is set up.
  runPreFilter: z.boolean().optional(),
  runPreScore: z.boolean().optional(),
  enableTaintTolerationComparisonOps: z.boolean().optional(),
  enableNodeInclusionPolicy: z.boolean().optional(),
  enableMatchLabelKeys: z.boolean().optional(),
  podLevelResourcesEnabled: z.boolean().optional(),
  draExtendedResourceEnabled: z.boolean().optional(),
  enableSidecarContainers: z.boolean().optional(),
  draObjects: z.array(z.unknown()).optional(),
  hardPodAffinityWeight: z.number().optional(),
  ignorePreferredTermsOfExistingPods: z.boolean().optional(),
  resources: resources.optional(),
  args: z
    .looseObject({
      AddedAffinity: z.unknown().optional(),
      IgnoredResources: z.array(z.string()).optional(),
      IgnoredResourceGroups: z.array(z.string()).optional(),
      Resources: resources.optional(),
    })
    .optional(),
  nodeResourcesFitArgs: z
    .looseObject({ ScoringStrategy: z.object({ Type: z.string(), Resources: resources.optional() }).optional() })
    .optional(),
});
const recorded = z.object({ plugin: z.string(), function: z.string(), case: inTable });

type Recorded = z.infer<typeof recorded>;
type InTable = z.infer<typeof inTable>;
type Outcome = null | { readonly leftOut: string } | { readonly different: string };

const pluginNames: ReadonlyMap<string, Plugin> = new Map<string, Plugin>([
  ["nodeports", "NodePorts"],
  ["nodename", "NodeName"],
  ["nodeunschedulable", "NodeUnschedulable"],
  ["tainttoleration", "TaintToleration"],
  ["nodeaffinity", "NodeAffinity"],
  ["noderesources", "NodeResourcesFit"],
  ["podtopologyspread", "PodTopologySpread"],
  ["interpodaffinity", "InterPodAffinity"],
  ["imagelocality", "ImageLocality"],
]);

function hold({ plugin: folder, function: test, case: found }: Recorded): Outcome {
  const asked = found.pod ?? found.requestedPod ?? {};
  const leftOut = whyLeftOut(test, found, asked);
  if (leftOut !== null) return { leftOut };
  const plugin = test.includes("BalancedAllocation") ? "NodeResourcesBalancedAllocation" : pluginNames.get(folder);
  if (plugin === undefined) throw new Error(`no plugin is in ${folder}`);
  const told = projectSchedulerProfile(configurationOf(plugin, found), "default-scheduler");
  if (!isKnown(told)) return { leftOut: told.unknown.text };
  const profile: SchedulerProfile = {
    ...told.known,
    // Where it scores, only the nodes that are said not to fit do not: they are cordoned.
    filters: new Set([isScore(found) ? "NodeUnschedulable" : plugin]),
    narrowsByName: plugin === "NodeAffinity" && found.runPreFilter === true,
    weights: new Map([[plugin, 1]]),
  };
  const nodes = nodesOf(found);
  const { pod: placing, world } = placingCluster({
    pod: named(asked, 0),
    nodes: [...nodes, ...(found.failedNodes ?? []).map((node) => cordoned(node))],
    pods: podsOf(found, nameOf(nodes[0])),
    namespaces: ofKind(found, "Namespace"),
    services: ofKind(found, "Service"),
    replicaSets: ofKind(found, "ReplicaSet"),
    statefulSets: ofKind(found, "StatefulSet"),
  });
  // A plugin that is asked without having prepared itself gives nothing where it would have been skipped.
  const skipped = found.runPreScore === false ? 0 : "skipped";
  const ours = fits(placing, new PlaceIndex(world, profile));
  const given = nodes.map((node) => {
    const fit = ours.get(nameOf(node));
    if (fit === undefined) return `${nameOf(node)} left out`;
    if ("rejectedBy" in fit) return `${nameOf(node)} rejected`;
    const points = fit.scores.get(plugin);
    return `${nameOf(node)} ${isScore(found) ? (points ?? skipped) : "fits"}`;
  });
  const expected = expectedOf(found, nodes.map(nameOf));
  return given.join() === expected.join() ? null : { different: `${given.join(", ")}; there ${expected.join(", ")}` };
}

function whyLeftOut(test: string, found: InTable, { spec }: z.infer<typeof pod>): string | null {
  const comparing = spec?.tolerations?.some(({ operator }) => operator === "Gt" || operator === "Lt") === true;
  if (comparing && found.enableTaintTolerationComparisonOps === true) return "a feature that is off by default";
  if (needsWhatIsOff(found, spec)) return "without a feature that is on by default";
  if (found.draExtendedResourceEnabled === true || (found.draObjects ?? []).length > 0) return "claims for devices";
  if ((found.wantErrs ?? []).length > 0) return "arguments that the plugin refuses";
  if (test === "TestLeastAllocatedScoringStrategy" && found.resources === undefined)
    return "arguments that no file gives it";
  return null;
}

function needsWhatIsOff(found: InTable, spec: z.infer<typeof pod>["spec"]): boolean {
  const constraints = spec?.topologySpreadConstraints ?? [];
  const has = {
    policies: constraints.some((each) => (each.nodeAffinityPolicy ?? each.nodeTaintsPolicy) !== undefined),
    labelKeys: constraints.some(({ matchLabelKeys }) => matchLabelKeys !== undefined),
    own: spec?.resources !== undefined,
    sidecars: JSON.stringify(spec?.["initContainers"] ?? []).includes("restartPolicy"),
  };
  return (
    (has.policies && found.enableNodeInclusionPolicy === false) ||
    (has.labelKeys && found.enableMatchLabelKeys === false) ||
    (has.own && found.podLevelResourcesEnabled === false) ||
    (has.sidecars && found.enableSidecarContainers === false)
  );
}

/** The file that sets the plugin up as the case does. */
function configurationOf(plugin: string, found: InTable): object {
  const resourcesOf = (all: z.infer<typeof resources> = []) =>
    all.map(({ Name: name, Weight: weight }) => ({ name, weight }));
  const { args, nodeResourcesFitArgs } = found;
  const strategy = nodeResourcesFitArgs?.ScoringStrategy;
  const configs: Readonly<Record<string, object>> = {
    InterPodAffinity: {
      hardPodAffinityWeight: found.hardPodAffinityWeight ?? 1,
      ignorePreferredTermsOfExistingPods: found.ignorePreferredTermsOfExistingPods ?? false,
    },
    NodeAffinity: { addedAffinity: args?.AddedAffinity ?? null },
    NodeResourcesBalancedAllocation: { resources: resourcesOf(args?.Resources) },
    NodeResourcesFit: {
      ignoredResources: args?.IgnoredResources ?? [],
      ignoredResourceGroups: args?.IgnoredResourceGroups ?? [],
      scoringStrategy: {
        type: strategy?.Type ?? "LeastAllocated",
        resources: resourcesOf(strategy?.Resources ?? found.resources),
      },
    },
  };
  return {
    apiVersion: "kubescheduler.config.k8s.io/v1",
    kind: "KubeSchedulerConfiguration",
    profiles: [{ pluginConfig: configs[plugin] === undefined ? [] : [{ name: plugin, args: configs[plugin] }] }],
  };
}

function isScore(found: InTable): boolean {
  return pointsOf(found) !== undefined || isSkipped(found);
}

function isSkipped({ wantPreScoreStatus, expectedPreScoreStatusCode, wantStatus }: InTable): boolean {
  return [wantPreScoreStatus, expectedPreScoreStatusCode, wantStatus].includes("Skip");
}

function pointsOf({
  expectedList,
  expectedScores,
  expectedPriorities,
  want,
}: InTable): z.infer<typeof scores> | undefined {
  return expectedList ?? expectedScores ?? expectedPriorities ?? want;
}

function expectedOf(found: InTable, names: readonly string[]): readonly string[] {
  if (isScore(found)) {
    if (isSkipped(found)) return names.map((name) => `${name} skipped`);
    const points = new Map(pointsOf(found)?.map(({ Name, Score }) => [Name, Score]));
    return names.map((name) => `${name} ${points.get(name) ?? "skipped"}`);
  }
  const { wantPreFilterStatus, wantPreFilterResult, wantFilterStatuses, wantStatusCode } = found;
  const allowed = wantPreFilterResult?.NodeNames;
  return names.map((name, at) => {
    const code =
      wantFilterStatuses?.[at] ??
      found.wantFilterStatus ??
      found.wantStatus ??
      (typeof wantStatusCode === "object" ? wantStatusCode[name] : undefined) ??
      "Success";
    const isRejected =
      [wantPreFilterStatus ?? "", code].some((each) => each.startsWith("Unschedulable")) ||
      (allowed !== undefined && !Object.hasOwn(allowed, name));
    return `${name} ${isRejected ? "rejected" : "fits"}`;
  });
}

function nodesOf({ node, nodes, nodeInfo, nodeName, labels: ofNode }: InTable): readonly object[] {
  return (nodes ?? [node ?? nodeInfo?.node ?? { metadata: { name: nodeName, labels: ofNode } }]).map((each) =>
    withName(each),
  );
}

function podsOf({ pods, existingPods, nodeInfo }: InTable, node: string): readonly object[] {
  const onNode = (nodeInfo?.pods ?? []).map((each) => {
    const { spec } = z.looseObject({ spec: z.looseObject({}).optional() }).parse(each);
    return { ...each, spec: { ...spec, nodeName: node } };
  });
  return [...(pods ?? existingPods ?? []), ...onNode].map((each, at) => named(each, at + 1));
}

/** Tables have objects without what every object of an API server has: a name, and a namespace, which is one for all of them. */
function named(each: object, number: number): object {
  const { metadata, spec } = form.parse(each);
  const containers = (all: readonly object[] = []): readonly object[] =>
    all.map((container, at) => ({ image: "", ...container, name: `container-${at}` }));
  return {
    ...each,
    metadata: {
      ...metadata,
      namespace: metadata?.namespace || "unnamed",
      name: metadata?.name || `pod-${number}`,
      uid: `uid-${number}`,
    },
    spec: { ...spec, containers: containers(spec?.containers), initContainers: containers(spec?.initContainers) },
  };
}

const form = z.looseObject({
  metadata: z.looseObject({ name: z.string().optional(), namespace: z.string().optional() }).optional(),
  spec: z.looseObject({ containers: objects.optional(), initContainers: objects.optional() }).optional(),
});

const nodeForm = z.looseObject({
  metadata: z.looseObject({ name: z.string().optional() }).optional(),
  status: z.looseObject({}).optional(),
});

function withName(node: object): object {
  const { metadata, status } = nodeForm.parse(node);
  return { ...node, status: { allocatable: {}, ...status }, metadata: { ...metadata, name: metadata?.name || "node" } };
}

function cordoned(node: object): object {
  const { spec } = z.looseObject({ spec: z.looseObject({}).optional() }).parse(node);
  return { ...withName(node), spec: { ...spec, unschedulable: true } };
}

function nameOf(node: object | undefined): string {
  return nodeForm.parse(node ?? {}).metadata?.name ?? "";
}

function ofKind({ objs }: InTable, kind: string): readonly object[] {
  return (objs ?? [])
    .filter((each) => each.kind === kind)
    .map(({ object }) => {
      const { metadata } = form.parse(object);
      return { ...object, metadata: { ...metadata, namespace: metadata?.namespace || "unnamed" } };
    });
}
