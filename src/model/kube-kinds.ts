import type { KubeKind } from "./kube-source.ts";

/** The two kinds that nodes are judged by, in the version that every API server serves. */
export const pods: KubeKind = { group: "", version: "v1", resource: "pods", kind: "Pod", namespaced: true };
export const nodes: KubeKind = { group: "", version: "v1", resource: "nodes", kind: "Node", namespaced: false };
