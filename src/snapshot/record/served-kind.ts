import type { Discovery, KubeKind, KubeReason, KubeTold } from "../../model/kube-source.ts";
import { isKnown } from "../../model/told.ts";
import type { KindRow } from "../format/kinds.ts";

/**
 * In which version a kind is asked for: the first that the API server names for its group and that can be listed, which
 * is the one it prefers. Where discovery did not tell, the version of the row: who can list may have no right to discover.
 */
export function servedKind(
  { group, version, resource, kind, namespaced }: KindRow,
  discovery: KubeTold<Discovery>,
): KubeKind | "not served" | { readonly unknown: KubeReason } {
  if ("unknown" in discovery) return { group, version, resource, kind, namespaced };
  const versions = discovery.known.groupVersions.filter((each) => each.group === group);
  for (const { kinds } of versions) {
    if ("unknown" in kinds) continue;
    const served = kinds.known.find((each) => each.resource === resource && each.verbs.includes("list"));
    if (served !== undefined) {
      const { group: inGroup, version: inVersion, kind: name, namespaced: isNamespaced } = served;
      return { group: inGroup, version: inVersion, resource, kind: name, namespaced: isNamespaced };
    }
  }
  const untold = versions.flatMap(({ kinds }) => (isKnown(kinds) ? [] : [kinds.unknown]));
  return untold[0] === undefined ? "not served" : { unknown: untold[0] };
}
