import type { KubeKind, ObjectName } from "../../model/kube-source.ts";

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
