import { nodes } from "../../model/kube-kinds.ts";
import type { KubeKind, KubeletPage, ObjectName } from "../../model/kube-source.ts";

/** Where objects of a kind are listed and made, below the server's address. */
export function collectionPath(kind: KubeKind, namespace: string | null): string {
  const inside = namespace === null ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${groupPath(kind)}${inside}/${encodeURIComponent(kind.resource)}`;
}

/** `null` where the name cannot be one: it would lead to another path. */
export function objectPath(kind: KubeKind, { namespace, name }: ObjectName): string | null {
  if (!isSegment(name) || (namespace !== null && !isSegment(namespace))) return null;
  return `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`;
}

/** A page of a node's kubelet, as the API server passes it on; `null` where the name is none of a node. */
export function kubeletPath(node: string, page: KubeletPage): string | null {
  // `https:NAME:PORT` would lead to another server on the node [kubernetes v1.36.3, pkg/registry/core/node/strategy.go].
  const path = node.includes(":") ? null : objectPath(nodes, { namespace: null, name: node });
  return path === null ? null : `${path}/proxy/${page}`;
}

/** `/api/v1`, `/apis/apps/v1`. */
export function groupPath({ group, version }: Pick<KubeKind, "group" | "version">): string {
  return group === ""
    ? `/api/${encodeURIComponent(version)}`
    : `/apis/${encodeURIComponent(group)}/${encodeURIComponent(version)}`;
}

/** `v1`, `apps/v1`. */
export function apiVersionOf({ group, version }: Pick<KubeKind, "group" | "version">): string {
  return group === "" ? version : `${group}/${version}`;
}

/** What the API server takes as a name at the least [apimachinery v0.36.3, pkg/api/validation/path/name.go]. */
function isSegment(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/%]/.test(name);
}
