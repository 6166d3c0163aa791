import { gzipSync } from "node:zlib";
import { parseAllDocuments } from "yaml";
import * as z from "zod";
import type { ClusterObject, ClusterObjects, KindName, ObjectList } from "../../src/model/cluster-objects.ts";
import type { KubeKind } from "../../src/model/kube-source.ts";
import { known, unknown, type Reason } from "../../src/model/told.ts";

interface ClusterOptions {
  readonly source?: string;
  /** Kinds that could not be read, by plural; `*`: all others. */
  readonly untold?: Readonly<Record<string, Reason>>;
  /** JSON pointers to placeholders, by `Kind/name`. */
  readonly redacted?: Readonly<Record<string, readonly string[]>>;
}

export const forbidden: Reason = {
  code: "not-permitted",
  text: "the API server does not let this user list them",
  at: [],
};

/** A cluster that has these objects, and serves every kind that is read. `kind` tells what each is; lists carry none. */
export function clusterOf(objects: readonly Manifest[], options: ClusterOptions = {}): ClusterObjects {
  const { source = "home.snapshot", untold = {}, redacted = {} } = options;
  const all = objects.map(packed);
  return {
    server: "https://cluster.example:6443",
    source,
    of: ({ group, resource }: KindName) => {
      const reason = untold[resource] ?? untold["*"];
      if (reason !== undefined) return unknown(reason);
      const kind = kinds.find((one) => one.group === group && one.resource === resource) ?? null;
      return known(
        listOf(
          kind,
          all.filter((one) => one.kind === kind?.kind && isOfGroup(one, group)),
          redacted,
        ),
      );
    },
  };
}

/** The same, from YAML documents. */
export function clusterFromYaml(text: string, options: ClusterOptions = {}): ClusterObjects {
  return clusterOf(
    parseAllDocuments(text).map((document) => manifest.parse(document.toJS())),
    options,
  );
}

/** A Kubernetes object. Of a Secret or ConfigMap in which Helm keeps a release, `release` is what Helm packs into it. */
const manifest = z.looseObject({
  apiVersion: z.string().optional(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});
export type Manifest = z.infer<typeof manifest>;

/** base64 of gzip of JSON, and base64 of that, as Secrets have it. */
export function packedRelease(release: unknown): string {
  return base64(base64(gzipSync(JSON.stringify(release))));
}

/** One revision of a release, as Helm records it. */
export function helmRecord(
  namespace: string,
  name: string,
  chart: { readonly name: string; readonly version: string; readonly appVersion?: string },
  { revision = 1, status = "deployed", rendered = "" } = {},
): Manifest {
  return {
    apiVersion: "v1",
    kind: "Secret",
    type: "helm.sh/release.v1",
    metadata: {
      namespace,
      name: `sh.helm.release.v1.${name}.v${revision}`,
      resourceVersion: String(1000 + revision),
      labels: { name, owner: "helm", status, version: String(revision) },
    },
    release: { name, namespace, version: revision, info: { status }, chart: { metadata: chart }, manifest: rendered },
  };
}

function base64(bytes: Uint8Array | string): string {
  return Buffer.from(bytes).toString("base64");
}

function packed(object: Manifest): Manifest {
  const { release } = object;
  if (release === undefined) return object;
  const data = object.kind === "Secret" ? packedRelease(release) : base64(gzipSync(JSON.stringify(release)));
  return { ...object, data: { release: data } };
}

function isOfGroup({ apiVersion = "v1" }: Manifest, group: string): boolean {
  return (apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "") === group;
}

function listOf(
  kind: KubeKind | null,
  objects: readonly Manifest[],
  redacted: NonNullable<ClusterOptions["redacted"]>,
): ObjectList {
  return {
    kind,
    reading: { began: 1, ended: 2, at: "2026-05-17T09:00:39Z" },
    objects: objects.map((object): ClusterObject => ({
      object: { ...object, apiVersion: undefined, kind: undefined },
      redacted: redacted[`${object.kind}/${object.metadata.name}`] ?? [],
    })),
  };
}

const admission = "admissionregistration.k8s.io";
const kinds: readonly KubeKind[] = [
  served("", "v1", "secrets", "Secret"),
  served("", "v1", "configmaps", "ConfigMap"),
  served("", "v1", "namespaces", "Namespace"),
  served("apps", "v1", "deployments", "Deployment"),
  served("apps", "v1", "statefulsets", "StatefulSet"),
  served("apps", "v1", "daemonsets", "DaemonSet"),
  served("batch", "v1", "cronjobs", "CronJob"),
  served("kyverno.io", "v1", "clusterpolicies", "ClusterPolicy"),
  served("kyverno.io", "v1", "policies", "Policy"),
  served("policies.kyverno.io", "v1beta1", "mutatingpolicies", "MutatingPolicy"),
  served("policies.kyverno.io", "v1beta1", "namespacedmutatingpolicies", "NamespacedMutatingPolicy"),
  served(admission, "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration"),
  served(admission, "v1beta1", "mutatingadmissionpolicies", "MutatingAdmissionPolicy"),
  served(admission, "v1beta1", "mutatingadmissionpolicybindings", "MutatingAdmissionPolicyBinding"),
  served("helm.toolkit.fluxcd.io", "v2", "helmreleases", "HelmRelease"),
];

function served(group: string, version: string, resource: string, name: string): KubeKind {
  const namespaced = !/^(?:Namespace|ClusterPolicy|Mutating.*)$/.test(name);
  return { group, version, resource, kind: name, namespaced };
}
