import { isKnown } from "../../model/told.ts";
import type { ManifestObject } from "../repository.ts";
import type { Value } from "../value.ts";
import { field, textOf } from "./field.ts";

/** The objects with lists (`List`, `DeploymentList`) taken apart. What is no list stays as it is. */
export function singleObjects(objects: readonly ManifestObject[]): readonly ManifestObject[] {
  return objects.flatMap(flattened);
}

function flattened(object: ManifestObject): ManifestObject[] {
  const kind = textOf(field(object.value, "kind"));
  if (!isKnown(kind) || kind.known === null || !kind.known.endsWith("List")) return [object];
  const items = field(object.value, "items");
  if (items.kind !== "list") return [];
  const itemKind = kind.known.slice(0, -"List".length);
  return items.items.map((item, index) => ({
    ...object,
    value: withKind(item, itemKind),
    at: item.at[0] ?? object.at,
    address: object.stack === null ? object.address : `${object.address}.items[${index}]`,
  }));
}

/** Items of a `DeploymentList` need not say that they are deployments. */
function withKind(item: Value, kind: string): Value {
  if (item.kind !== "mapping" || item.entries.has("kind") || kind === "") return item;
  return { ...item, entries: new Map([...item.entries, ["kind", { kind: "string", value: kind, at: item.at }]]) };
}
