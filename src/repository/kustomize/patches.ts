import { isKnown, type Reason } from "../../model/told.ts";
import { field, itemsOf, textOf } from "../manifests/field.ts";
import type { Value } from "../value.ts";
import { anyChange, type Change } from "./change.ts";

/**
 * What a patch may change. `documents`: the patch, where it could be read; a list of operations is a JSON patch, anything
 * else is merged. `target`: of the kustomization, null where it has none.
 */
export function patchChanges(documents: readonly Value[] | undefined, target: Value, why: Reason): readonly Change[] {
  if (documents === undefined) return ofTarget(anyChange(why), target);
  return documents.flatMap((document) =>
    document.kind === "list"
      ? ofTarget(
          document.items.flatMap((operation) => operationChanges(operation, why)),
          target,
        )
      : ofTarget(mergeChanges(document, why), target.kind === "null" ? objectOf(document) : target),
  );
}

function objectOf(document: Value): Value {
  const entries = new Map([
    ["kind", field(document, "kind")],
    ["name", field(document, "metadata", "name")],
  ]);
  return { kind: "mapping", of: "object", entries, at: document.at };
}

/** Kinds and names of targets are patterns (kustomize, api/types/selector.go): only plain ones leave others out. */
function ofTarget(changes: readonly Change[], target: Value): readonly Change[] {
  if (target.kind === "null") return changes;
  const plain = (name: string) => {
    const text = textOf(field(target, name));
    return isKnown(text) && text.known !== null && /^[\w-]+$/.test(text.known) ? text.known : null;
  };
  const of = { kind: plain("kind"), name: plain("name") };
  return changes.map((change) => ({ ...change, of }));
}

function mergeChanges(document: Value, why: Reason): readonly Change[] {
  if (document.kind !== "mapping") return anyChange(why);
  return [
    ...keyChanges("label", field(document, "metadata", "labels"), why),
    ...keyChanges("annotation", field(document, "metadata", "annotations"), why),
    ...(writesImage(field(document, "spec")) ? [{ field: "image", name: null, why } as const] : []),
  ];
}

/** A change a key that a mapping writes; of one that could not be told, any. */
export function keyChanges(name: "label" | "annotation", written: Value, why: Reason): readonly Change[] {
  if (written.kind === "null") return [];
  if (written.kind !== "mapping" || written.rest !== undefined) return [{ field: name, key: null, why }];
  return [...written.entries.keys()].map((key) => ({ field: name, key, why }));
}

function operationChanges(operation: Value, why: Reason): readonly Change[] {
  const [op, path] = [textOf(field(operation, "op")), textOf(field(operation, "path"))];
  if (!isKnown(op) || !isKnown(path) || path.known === null || op.known === "move" || op.known === "copy")
    return anyChange(why);
  const [, first, second, third] = path.known.split("/").map(unescaped);
  if (first === undefined || (first === "metadata" && second === undefined)) return anyChange(why);
  if (first === "metadata") return metadataChanges(second ?? "", third ?? null, why);
  const isImage = /\/image(?:PullPolicy)?$/.test(path.known) || writesImage(field(operation, "value"));
  return isImage ? [{ field: "image", name: null, why }] : [];
}

function metadataChanges(name: string, key: string | null, why: Reason): readonly Change[] {
  switch (name) {
    case "labels":
      return [{ field: "label", key, why }];
    case "annotations":
      return [{ field: "annotation", key, why }];
    case "namespace":
      return [{ field: "namespace", value: null, why }];
    case "name":
      return [{ field: "name", why }];
    default:
      return [];
  }
}

/** A part of a JSON pointer (RFC 6901). */
function unescaped(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}

function writesImage(value: Value): boolean {
  const pending = [value];
  for (const next of pending) {
    if (next.kind === "unknown") return true;
    if (next.kind === "list") pending.push(...itemsOf(next));
    if (next.kind !== "mapping") continue;
    if (next.entries.has("image") || next.entries.has("imagePullPolicy")) return true;
    pending.push(...next.entries.values());
  }
  return false;
}
