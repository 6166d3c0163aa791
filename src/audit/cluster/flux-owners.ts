import { isKnown } from "../../model/told.ts";
import { field, itemsOf, textOf } from "../../repository/manifests/field.ts";
import type { PrintedObject } from "../../repository/served-objects.ts";
import type { Value } from "../../repository/value.ts";

/**
 * Who installs a release, of Flux's HelmReleases: by `namespace/name` of the release. Their status names what they
 * installed [helm-controller v1.4, api/v2/snapshot_types.go].
 */
export function fluxOwners(objects: readonly PrintedObject[]): ReadonlyMap<string, string> {
  return new Map(
    objects.flatMap(({ file: { object }, manifest }) => {
      if (object?.kind !== "HelmRelease") return [];
      const owner = `HelmRelease ${object.namespace ?? ""}/${object.name}`;
      const installed = itemsOf(field(manifest.value, "status", "history"));
      return installed.map((one) => [`${told(field(one, "namespace"))}/${told(field(one, "name"))}`, owner] as const);
    }),
  );
}

function told(value: Value): string {
  const text = textOf(value);
  return isKnown(text) ? (text.known ?? "") : "";
}
