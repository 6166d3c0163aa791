import * as z from "zod";
import type { ClusterObject, ClusterObjects } from "../../model/cluster-objects.ts";
import { keyText } from "../../model/rendered-release.ts";
import type { SourceFile } from "../../model/source.ts";
import type { FileId } from "../../model/span.ts";
import { isKnown, known, unknown, type Told } from "../../model/told.ts";
import type { SchedulingNode } from "../../model/scheduling.ts";
import type { PreflightCluster, RunningPod } from "../../preflight/cluster.ts";
import { servedObject } from "../../preflight/served.ts";
import { projectSchedulingNode } from "../../snapshot/project-scheduling-node.ts";
import { projectSchedulingPods } from "../../snapshot/project-scheduling-pod.ts";

/** What of recorded objects a release is simulated on, and the files that its pods are printed into. */
export function clusterOf(
  objects: ClusterObjects,
  version: string | null,
  firstFile: FileId,
): { readonly cluster: PreflightCluster; readonly files: readonly SourceFile[] } {
  const files: SourceFile[] = [];
  const pods = podsOf(objects, (running, group) => {
    const { file, object } = servedObject(running, group, firstFile + files.length);
    files.push(file);
    return object;
  });
  const cluster: PreflightCluster = {
    source: objects.source,
    version,
    nodes: nodesOf(objects),
    pods,
    project: (pod) => {
      const { pods: projected, unparsed } = projectSchedulingPods([pod]);
      const [made] = projected;
      const text = unparsed[0]?.text ?? "it has not the form of a pod";
      return made === undefined ? unknown({ code: "not-understood", text, at: [] }) : known(made);
    },
  };
  return { cluster, files };
}

function nodesOf(objects: ClusterObjects): Told<readonly SchedulingNode[]> {
  const told = objects.of({ group: "", resource: "nodes" });
  if (!isKnown(told)) return told;
  const nodes: SchedulingNode[] = [];
  for (const { object } of told.known.objects) {
    const node = projectSchedulingNode(object);
    if (!isKnown(node)) return node;
    nodes.push(node.known);
  }
  return known(nodes);
}

const owners = z
  .array(z.object({ apiVersion: z.string(), kind: z.string(), name: z.string(), controller: z.boolean().nullish() }))
  .nullish();
const served = z.looseObject({
  metadata: z.looseObject({
    namespace: z.string(),
    name: z.string(),
    resourceVersion: z.string().nullish(),
    deletionTimestamp: z.string().nullish(),
    ownerReferences: owners,
  }),
  status: z
    .looseObject({ conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).nullish() })
    .nullish(),
});

/** Pods that have ended take nothing of a node [kubernetes v1.36.3, pkg/scheduler/eventhandlers.go, assignedPod]. */
function podsOf(
  objects: ClusterObjects,
  print: (running: Parameters<typeof servedObject>[0], group: string) => RunningPod["object"],
): Told<readonly RunningPod[]> {
  const told = objects.of({ group: "", resource: "pods" });
  if (!isKnown(told)) return told;
  const sets = ownersOfSets(objects);
  const running: RunningPod[] = [];
  for (const { object, redacted } of told.known.objects) {
    const { pods, unparsed } = projectSchedulingPods([object]);
    const [pod] = pods;
    const read = served.safeParse(object);
    if (pod === undefined || !read.success) {
      const { namespace, name, text } = unparsed[0] ?? { namespace: null, name: null, text: "it is no pod" };
      return unknown({ code: "not-understood", text: `the pod ${namespace}/${name}: ${text}`, at: [] });
    }
    if (pod.phase === "Succeeded" || pod.phase === "Failed") continue;
    const { metadata } = read.data;
    const reference = {
      kind: "Pod",
      namespace: metadata.namespace,
      name: metadata.name,
      resourceVersion: metadata.resourceVersion ?? null,
      source: objects.source,
    };
    running.push({
      pod,
      owner: ownerOf(metadata, sets),
      terminating: typeof metadata.deletionTimestamp === "string",
      ready: (read.data.status?.conditions ?? []).some(({ type, status }) => type === "Ready" && status === "True"),
      object: print({ reference, object: { apiVersion: "v1", kind: "Pod", ...read.data }, redacted }, ""),
    });
  }
  return known(running);
}

function ownerOf(
  { namespace, ownerReferences }: z.infer<typeof served>["metadata"],
  sets: ReadonlyMap<string, string>,
): string | null {
  const owner = ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return null;
  const group = owner.apiVersion.includes("/") ? owner.apiVersion.slice(0, owner.apiVersion.indexOf("/")) : "";
  const key = keyText({ group, kind: owner.kind, namespace, name: owner.name });
  return sets.get(key) ?? key;
}

/** What made a ReplicaSet, by the set. */
function ownersOfSets(objects: ClusterObjects): ReadonlyMap<string, string> {
  const told = objects.of({ group: "apps", resource: "replicasets" });
  const all: readonly ClusterObject[] = isKnown(told) ? told.known.objects : [];
  return new Map(
    all.flatMap(({ object }) => {
      const read = served.safeParse(object);
      if (!read.success) return [];
      const { namespace, name } = read.data.metadata;
      const owner = ownerOf(read.data.metadata, new Map());
      return owner === null ? [] : [[keyText({ group: "apps", kind: "ReplicaSet", namespace, name }), owner] as const];
    }),
  );
}
