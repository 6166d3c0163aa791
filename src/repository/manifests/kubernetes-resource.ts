import type { DeclaredWorkload } from "../../model/release.ts";
import type { ManifestObject } from "../repository.ts";
import { unknownLike } from "../value-tree.ts";
import type { Value } from "../value.ts";
import { absent, field } from "./field.ts";
import { workloadOf } from "./workloads.ts";

/** Workloads among the resources of Terraform's Kubernetes provider, and the kind that each makes. */
const resourceKinds = new Map<string, string>([
  ["kubernetes_deployment", "Deployment"],
  ["kubernetes_deployment_v1", "Deployment"],
  ["kubernetes_daemonset", "DaemonSet"],
  ["kubernetes_daemon_set_v1", "DaemonSet"],
  ["kubernetes_stateful_set", "StatefulSet"],
  ["kubernetes_stateful_set_v1", "StatefulSet"],
  ["kubernetes_cron_job", "CronJob"],
  ["kubernetes_cron_job_v1", "CronJob"],
  ["kubernetes_job", "Job"],
  ["kubernetes_job_v1", "Job"],
  ["kubernetes_pod", "Pod"],
  ["kubernetes_pod_v1", "Pod"],
]);

export function isKubernetesWorkload(resourceType: string): boolean {
  return resourceKinds.has(resourceType);
}

/**
 * The workload of a `kubernetes_deployment` and its kin. `resource.value` is the evaluated block: nested
 * blocks are lists of mappings (`metadata[0].name`), names are in snake case.
 */
export function kubernetesResource(resourceType: string, resource: ManifestObject): DeclaredWorkload | undefined {
  const kind = resourceKinds.get(resourceType);
  if (kind === undefined) return undefined;
  return workloadOf({ ...resource, value: objectOf(kind, resource.value, resource) });
}

function objectOf(kind: string, block: Value, resource: ManifestObject): Value {
  return mapping(resource, {
    kind: { kind: "string", value: kind, at: [resource.at] },
    metadata: metadataOf(block, resource),
    ...specOf(kind, block, resource),
  });
}

function specOf(kind: string, block: Value, resource: ManifestObject): Record<string, Value> {
  const spec = nested(block, "spec");
  if (kind === "Pod") return { spec: podSpec(spec, resource) };
  if (kind !== "CronJob") return { spec: mapping(resource, { template: templateOf(spec, resource) }) };
  const job = mapping(resource, {
    spec: mapping(resource, { template: templateOf(nested(spec, "job_template", "spec"), resource) }),
  });
  return { spec: mapping(resource, { jobTemplate: job }) };
}

/** The provider writes to `default` where no namespace is given. */
function metadataOf(block: Value, resource: ManifestObject): Value {
  const metadata = nested(block, "metadata");
  if (metadata.kind === "unknown") return metadata;
  const namespace = field(metadata, "namespace");
  return mapping(resource, {
    name: field(metadata, "name"),
    generateName: field(metadata, "generate_name"),
    namespace: namespace.kind === "null" ? { kind: "string", value: "default", at: [resource.at] } : namespace,
    labels: field(metadata, "labels"),
    annotations: field(metadata, "annotations"),
  });
}

function templateOf(spec: Value, resource: ManifestObject): Value {
  const template = nested(spec, "template");
  if (template.kind === "unknown") return template;
  return mapping(resource, {
    metadata: mapping(resource, { labels: field(nested(template, "metadata"), "labels") }),
    spec: podSpec(nested(template, "spec"), resource),
  });
}

function podSpec(spec: Value, resource: ManifestObject): Value {
  if (spec.kind === "unknown") return spec;
  return mapping(resource, {
    initContainers: containers(field(spec, "init_container"), resource),
    containers: containers(field(spec, "container"), resource),
  });
}

function containers(list: Value, resource: ManifestObject): Value {
  if (list.kind === "mapping") return containers({ kind: "list", items: [list], at: list.at }, resource);
  if (list.kind !== "list") return list;
  return { ...list, items: list.items.map((item) => container(item, resource)) };
}

function container(block: Value, resource: ManifestObject): Value {
  if (block.kind === "unknown") return block;
  return mapping(resource, {
    name: field(block, "name"),
    image: field(block, "image"),
    imagePullPolicy: field(block, "image_pull_policy"),
  });
}

/** Follows nested blocks: each is a list of one mapping, or the mapping itself in JSON syntax. */
function nested(block: Value, ...path: readonly string[]): Value {
  let at = block;
  for (const name of path) {
    const found = field(at, name);
    if (found.kind === "list") at = found.items[0] ?? absent;
    else at = found.kind === "unknown" ? unknownLike(found.reason, found.at) : found;
  }
  return at;
}

function mapping(resource: ManifestObject, entries: Record<string, Value>): Value {
  return { kind: "mapping", entries: new Map(Object.entries(entries)), at: [resource.at] };
}
