import type { KindName } from "../../model/cluster-objects.ts";

/** A kind that a snapshot has, as the API server is asked for it. */
export interface KindRow extends KindName {
  /** Asked where discovery could not tell which is served. */
  readonly version: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Objects a page: so many that a page of the largest that there are stays below some 10 MB. */
  readonly page: number;
  /** Only these objects of it. */
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

const most = 250;

const row = (
  group: string,
  version: string,
  kind: string,
  resource: string,
  scope: "namespaced" | "cluster",
  more: Partial<Pick<KindRow, "page" | "fieldSelector" | "labelSelector">> = {},
): KindRow => ({ group, version, kind, resource, namespaced: scope === "namespaced", page: most, ...more });

const policies = "admissionregistration.k8s.io";
const cel = "policies.kyverno.io";

export const podsRow = row("", "v1", "Pod", "pods", "namespaced");
export const nodesRow = row("", "v1", "Node", "nodes", "cluster");

/**
 * The objects of a snapshot. Names and versions: Kubernetes v1.36.3 (staging/src/k8s.io/api), Kyverno (config/crds), Flux v2.7,
 * Argo CD v3. Of Secrets only those in which Helm keeps its releases; no ConfigMaps but Helm's.
 */
export const kinds: readonly KindRow[] = [
  podsRow,
  nodesRow,
  row("", "v1", "Namespace", "namespaces", "cluster"),
  row("apps", "v1", "Deployment", "deployments", "namespaced"),
  row("apps", "v1", "DaemonSet", "daemonsets", "namespaced"),
  row("apps", "v1", "StatefulSet", "statefulsets", "namespaced"),
  row("apps", "v1", "ReplicaSet", "replicasets", "namespaced"),
  row("apps", "v1", "ControllerRevision", "controllerrevisions", "namespaced"),
  row("batch", "v1", "Job", "jobs", "namespaced"),
  row("batch", "v1", "CronJob", "cronjobs", "namespaced"),
  row("", "v1", "ReplicationController", "replicationcontrollers", "namespaced"),
  row("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", "namespaced"),
  row("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", "namespaced"),

  // A release may have 1 MiB, twice encoded.
  row("", "v1", "Secret", "secrets", "namespaced", { page: 10, fieldSelector: "type=helm.sh/release.v1" }),
  row("", "v1", "ConfigMap", "configmaps", "namespaced", { page: 10, labelSelector: "owner=helm" }),

  row("", "v1", "Event", "events", "namespaced"),
  row("coordination.k8s.io", "v1", "Lease", "leases", "namespaced"),
  row("", "v1", "Service", "services", "namespaced"),
  row("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", "namespaced"),
  row("networking.k8s.io", "v1", "Ingress", "ingresses", "namespaced"),

  row("storage.k8s.io", "v1", "CSINode", "csinodes", "cluster"),
  row("storage.k8s.io", "v1", "CSIDriver", "csidrivers", "cluster"),
  row("storage.k8s.io", "v1", "StorageClass", "storageclasses", "cluster"),
  row("storage.k8s.io", "v1", "VolumeAttachment", "volumeattachments", "cluster"),
  row("storage.k8s.io", "v1", "CSIStorageCapacity", "csistoragecapacities", "namespaced"),
  row("", "v1", "PersistentVolume", "persistentvolumes", "cluster"),
  row("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", "namespaced"),

  row("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", "cluster"),
  row("node.k8s.io", "v1", "RuntimeClass", "runtimeclasses", "cluster"),
  row("", "v1", "ResourceQuota", "resourcequotas", "namespaced"),
  row("", "v1", "LimitRange", "limitranges", "namespaced"),
  row("resource.k8s.io", "v1", "ResourceClaim", "resourceclaims", "namespaced"),
  row("resource.k8s.io", "v1", "ResourceSlice", "resourceslices", "cluster"),
  row("resource.k8s.io", "v1", "DeviceClass", "deviceclasses", "cluster"),

  row(policies, "v1", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", "cluster"),
  row(policies, "v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", "cluster"),
  row(policies, "v1", "ValidatingAdmissionPolicy", "validatingadmissionpolicies", "cluster"),
  row(policies, "v1", "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings", "cluster"),
  row(policies, "v1", "MutatingAdmissionPolicy", "mutatingadmissionpolicies", "cluster"),
  row(policies, "v1", "MutatingAdmissionPolicyBinding", "mutatingadmissionpolicybindings", "cluster"),
  // A definition may have more than a megabyte.
  row("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", "cluster", { page: 20 }),
  row("apiregistration.k8s.io", "v1", "APIService", "apiservices", "cluster"),

  row("kyverno.io", "v1", "ClusterPolicy", "clusterpolicies", "cluster"),
  row("kyverno.io", "v1", "Policy", "policies", "namespaced"),
  row("kyverno.io", "v2", "PolicyException", "policyexceptions", "namespaced"),
  row(cel, "v1beta1", "ValidatingPolicy", "validatingpolicies", "cluster"),
  row(cel, "v1beta1", "MutatingPolicy", "mutatingpolicies", "cluster"),
  row(cel, "v1beta1", "ImageValidatingPolicy", "imagevalidatingpolicies", "cluster"),
  row(cel, "v1beta1", "NamespacedValidatingPolicy", "namespacedvalidatingpolicies", "namespaced"),
  row(cel, "v1beta1", "NamespacedMutatingPolicy", "namespacedmutatingpolicies", "namespaced"),
  row(cel, "v1beta1", "NamespacedImageValidatingPolicy", "namespacedimagevalidatingpolicies", "namespaced"),
  row(cel, "v1beta1", "PolicyException", "policyexceptions", "namespaced"),

  row("helm.toolkit.fluxcd.io", "v2", "HelmRelease", "helmreleases", "namespaced"),
  row("kustomize.toolkit.fluxcd.io", "v1", "Kustomization", "kustomizations", "namespaced"),
  row("source.toolkit.fluxcd.io", "v1", "HelmRepository", "helmrepositories", "namespaced"),
  row("source.toolkit.fluxcd.io", "v1", "HelmChart", "helmcharts", "namespaced"),
  row("source.toolkit.fluxcd.io", "v1", "GitRepository", "gitrepositories", "namespaced"),
  row("source.toolkit.fluxcd.io", "v1", "OCIRepository", "ocirepositories", "namespaced"),
  row("image.toolkit.fluxcd.io", "v1", "ImagePolicy", "imagepolicies", "namespaced"),
  row("image.toolkit.fluxcd.io", "v1", "ImageUpdateAutomation", "imageupdateautomations", "namespaced"),

  row("argoproj.io", "v1alpha1", "Application", "applications", "namespaced"),
  row("argoproj.io", "v1alpha1", "ApplicationSet", "applicationsets", "namespaced"),
  row("argoproj.io", "v1alpha1", "AppProject", "appprojects", "namespaced"),
];
