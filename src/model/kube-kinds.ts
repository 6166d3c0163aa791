import type { KubeKind } from "./kube-source.ts";

/** Kinds that the program itself asks for, in the version that every API server serves. */
export const pods: KubeKind = { group: "", version: "v1", resource: "pods", kind: "Pod", namespaced: true };
export const nodes: KubeKind = { group: "", version: "v1", resource: "nodes", kind: "Node", namespaced: false };
export const namespaces: KubeKind = {
  group: "",
  version: "v1",
  resource: "namespaces",
  kind: "Namespace",
  namespaced: false,
};
export const configMaps: KubeKind = {
  group: "",
  version: "v1",
  resource: "configmaps",
  kind: "ConfigMap",
  namespaced: true,
};
export const leases: KubeKind = {
  group: "coordination.k8s.io",
  version: "v1",
  resource: "leases",
  kind: "Lease",
  namespaced: true,
};
/** Which CSI drivers the kubelet of a node has registered. */
export const csiNodes: KubeKind = {
  group: "storage.k8s.io",
  version: "v1",
  resource: "csinodes",
  kind: "CSINode",
  namespaced: false,
};
/** What an agent saw on its node, and what persons ordered it to clear there (deploy/chart/crds). */
export const nodeReports: KubeKind = {
  group: "holdfast.dev",
  version: "v1alpha1",
  resource: "nodereports",
  kind: "NodeReport",
  namespaced: false,
};
export const sweeps: KubeKind = {
  group: "holdfast.dev",
  version: "v1alpha1",
  resource: "sweeps",
  kind: "Sweep",
  namespaced: false,
};
/** In the loose form, in which kubelets write theirs. */
export const events: KubeKind = { group: "", version: "v1", resource: "events", kind: "Event", namespaced: true };
/** Of which kured is one. */
export const daemonSets: KubeKind = {
  group: "apps",
  version: "v1",
  resource: "daemonsets",
  kind: "DaemonSet",
  namespaced: true,
};
