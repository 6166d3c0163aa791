import type { Span } from "../../model/span.ts";
import { isKnown } from "../../model/told.ts";
import type { Kustomization } from "../kustomize/kustomization.ts";
import type { ManifestObject } from "../repository.ts";
import { field, textOf } from "./field.ts";

/**
 * The objects of plain files without those that Terraform reads by `file()` and applies: an object that is applied by a
 * resource is that resource's, and counted there, once for each instance. One whose file a kustomization names is
 * applied by something else besides and stays. `isNear`: whether a file and a stack may belong to one cluster. Both
 * lists hold single objects.
 */
export function withoutApplied(
  plain: readonly ManifestObject[],
  applied: readonly ManifestObject[],
  kustomizations: readonly Kustomization[],
  isNear: (path: string, stack: string) => boolean,
): readonly ManifestObject[] {
  const byFile = Map.groupBy(applied.flatMap(appliedFrom), ({ origin }) => origin.file);
  if (byFile.size === 0) return plain;
  const named = new Set(kustomizations.flatMap(({ names }) => names));
  return plain.filter((object) => {
    const { at, address, value } = object;
    const readers = byFile.get(at.file) ?? [];
    if (readers.length === 0 || named.has(address)) return true;
    const name = nameOf(value);
    return !readers.some((reader) => isMadeOf(reader, at, name) && isNear(address, reader.stack));
  });
}

interface Applied {
  readonly stack: string;
  readonly name: string | null;
  /** Where the object's kind is written: of all its fields the one that is least made of others. */
  readonly origin: Span;
}

function appliedFrom({ value, stack }: ManifestObject): Applied[] {
  const origin = field(value, "kind").at.at(-1);
  return origin === undefined || stack === null ? [] : [{ stack, name: nameOf(value), origin }];
}

/** The place lies in the object; or it is that of the whole text, which was cut, and the names are the same. */
function isMadeOf({ name, origin }: Applied, at: Span, ownName: string | null): boolean {
  if (origin.start >= at.start && origin.end <= at.end) return true;
  return origin.start <= at.start && origin.end >= at.end && name !== null && name === ownName;
}

function nameOf(value: ManifestObject["value"]): string | null {
  const parts = [field(value, "kind"), field(value, "metadata", "namespace"), field(value, "metadata", "name")].map(
    textOf,
  );
  return parts.every(isKnown) ? parts.map((part) => (isKnown(part) ? (part.known ?? "") : "")).join("/") : null;
}
