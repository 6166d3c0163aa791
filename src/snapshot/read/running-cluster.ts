import * as z from "zod";
import type { ClusterObject, ClusterObjects, KindName, ObjectList } from "../../model/cluster-objects.ts";
import {
  runningKinds,
  type RunningCluster,
  type RunningKind,
  type RunningObject,
  type RunningObjects,
} from "../../model/running-cluster.ts";
import { isKnown, mapTold, unknown } from "../../model/told.ts";
import { releasesInStorage } from "./helm-storage.ts";

/** What audit compares a repository with, of the objects of a cluster. Only the fields that are used have to have their form. */
export function projectCluster(cluster: ClusterObjects): RunningCluster {
  const objects = runningKinds.map((kind) => {
    const { group, form } = kinds[kind];
    return [
      kind,
      mapTold(cluster.of({ group, resource: kind }), (list) => project(list, form, cluster.source)),
    ] as const;
  });
  return {
    server: cluster.server,
    source: cluster.source,
    releases: releasesOf(cluster),
    objects: new Map(objects),
  };
}

/** Where Helm keeps its records unless HELM_DRIVER says otherwise, and where it does with `configmap`. */
const secrets: KindName = { group: "", resource: "secrets" };
const configMaps: KindName = { group: "", resource: "configmaps" };

function releasesOf(cluster: ClusterObjects): RunningCluster["releases"] {
  const [inSecrets, inConfigMaps] = [cluster.of(secrets), cluster.of(configMaps)];
  if (!isKnown(inSecrets)) return inSecrets;
  if (!isKnown(inConfigMaps)) return inConfigMaps;
  const { releases, unparsed } = releasesInStorage(
    { secrets: inSecrets.known.objects, configMaps: inConfigMaps.known.objects },
    cluster.source,
  );
  if (unparsed === 0) return { known: releases, at: [] };
  const text = `${unparsed} of Helm's records have not the labels of one, so what runs is not told as a whole`;
  return unknown({ code: "not-understood", text, at: [] });
}

function project({ kind, objects }: ObjectList, form: Form, source: string): RunningObjects {
  const read = objects.map((one) => projected(one, form, source, kind));
  const parsed = read.filter((one) => one !== null);
  return { objects: parsed, unparsed: read.length - parsed.length };
}

function projected(
  { object, redacted }: ClusterObject,
  form: Form,
  source: string,
  kind: ObjectList["kind"],
): RunningObject | null {
  const read = form.safeParse(object);
  if (!read.success || kind === null) return null;
  const { namespace = null, name, resourceVersion = null } = read.data.metadata;
  const apiVersion = kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
  return {
    reference: { kind: kind.kind, namespace, name, resourceVersion, source },
    // Items of a list have neither.
    object: { apiVersion, kind: kind.kind, ...read.data },
    redacted,
  };
}

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";
const texts = z.record(z.string(), z.string()).nullish();
const annotations = texts.transform((all) =>
  all === null || all === undefined
    ? {}
    : Object.fromEntries(Object.entries(all).filter(([key]) => key !== lastApplied)),
);
const metadata = z.object({
  namespace: z.string().min(1).nullish(),
  name: z.string().min(1),
  resourceVersion: z.string().nullish(),
  labels: texts,
  annotations,
});
const containers = z
  .array(z.object({ name: z.string(), image: z.string().nullish(), imagePullPolicy: z.string().nullish() }))
  .nullish();
const template = z.object({
  metadata: z.object({ labels: texts, annotations }).nullish(),
  spec: z.object({ initContainers: containers, containers }),
});

const workload = z.object({ metadata, spec: z.object({ template }) });
const cronJob = z.object({
  metadata,
  spec: z.object({ jobTemplate: z.object({ spec: z.object({ template }) }) }),
});
const plain = z.object({ metadata });
const policy = z.object({
  metadata,
  spec: z.looseObject({}),
  status: z
    .object({
      conditions: z.array(z.object({ type: z.string(), status: z.string() })).nullish(),
      // Of Kyverno's policies in CEL: pkg/controllers/policystatus/mpol.go and config/crds of kyverno v1.19.0.
      conditionStatus: z.object({ ready: z.boolean().nullish() }).nullish(),
      generated: z.boolean().nullish(),
    })
    .nullish(),
});
const webhooks = z.object({
  metadata,
  webhooks: z.array(z.object({ name: z.string(), failurePolicy: z.string().nullish() })).nullish(),
});
const helmRelease = z.object({
  metadata,
  spec: z.object({ releaseName: z.string().nullish(), targetNamespace: z.string().nullish() }).nullish(),
  status: z.object({ history: z.array(z.object({ name: z.string(), namespace: z.string() })).nullish() }).nullish(),
});

interface Served {
  readonly metadata: z.infer<typeof metadata>;
}
type Form = z.ZodType<Served>;

const kinds: Readonly<Record<RunningKind, { readonly group: string; readonly form: Form }>> = {
  deployments: { group: "apps", form: workload },
  statefulsets: { group: "apps", form: workload },
  daemonsets: { group: "apps", form: workload },
  cronjobs: { group: "batch", form: cronJob },
  namespaces: { group: "", form: plain },
  clusterpolicies: { group: "kyverno.io", form: policy },
  policies: { group: "kyverno.io", form: policy },
  mutatingpolicies: { group: "policies.kyverno.io", form: policy },
  namespacedmutatingpolicies: { group: "policies.kyverno.io", form: policy },
  mutatingadmissionpolicies: { group: "admissionregistration.k8s.io", form: policy },
  mutatingadmissionpolicybindings: { group: "admissionregistration.k8s.io", form: policy },
  mutatingwebhookconfigurations: { group: "admissionregistration.k8s.io", form: webhooks },
  helmreleases: { group: "helm.toolkit.fluxcd.io", form: helmRelease },
};

/** The kinds that {@link projectCluster} asks for. */
export const comparedKinds: readonly KindName[] = [
  secrets,
  configMaps,
  ...runningKinds.map((resource) => ({ group: kinds[resource].group, resource })),
];
