import type { Span } from "../../model/span.ts";
import type { Reason, Told } from "../../model/told.ts";
import { known, unknown } from "../../model/told.ts";
import { writtenText } from "../value-conversion.ts";
import { unknownLike } from "../value-tree.ts";
import type { Value } from "../value.ts";

/**
 * The value below a path of keys and list indexes. What nobody wrote is a null without places; below an
 * unknown, and for a key that a mapping may have without telling, it is unknown.
 */
export function field(value: Value, ...path: readonly (string | number)[]): Value {
  let at = opened(value);
  for (const step of path) at = opened(typeof step === "number" ? element(at, step) : entry(at, step));
  return at;
}

/** A text that encodes a tree (`yamlencode(...)`) stands for the tree. */
export function opened(value: Value): Value {
  if (value.kind === "string" || value.kind === "unknown") return value.encodes ?? value;
  return value;
}

function entry(value: Value, key: string): Value {
  if (value.kind === "unknown") return value;
  if (value.kind !== "mapping") return absent;
  const found = value.entries.get(key);
  if (found !== undefined) return found;
  return value.rest === undefined ? absent : unknownLike(value.rest, value.at);
}

function element(value: Value, index: number): Value {
  if (value.kind === "unknown") return value;
  return (value.kind === "list" ? value.items[index] : undefined) ?? absent;
}

export const absent: Value = { kind: "null", at: [] };

/** A scalar as text, as Kubernetes takes numbers and booleans in quotes; `null` where nothing was written. */
export function textOf(value: Value): Told<string | null> {
  if (value.kind === "null") return known(null, value.at);
  if (value.kind === "unknown") return unknown(value.reason);
  const text = writtenText(value);
  return text === undefined
    ? unknown({ code: "type-mismatch", text: "a text is needed here, not a list or a mapping", at: value.at })
    : known(text, value.at);
}

/** Like {@link textOf}, for what has to be there: nothing counts as the empty text. */
export function requiredText(value: Value): Told<string> {
  const text = textOf(value);
  return "known" in text ? known(text.known ?? "", text.at) : text;
}

/** A mapping of texts, such as labels. */
export interface TextMap {
  readonly entries: ReadonlyMap<string, Told<string>>;
  /** Set when there may be more than `entries` tells. */
  readonly rest: Reason | null;
}

/** Entries that are null count as not written. */
export function textMap(value: Value): TextMap {
  const entries = new Map<string, Told<string>>();
  if (value.kind === "unknown") return { entries, rest: value.reason };
  if (value.kind !== "mapping") return { entries, rest: null };
  for (const [key, item] of value.entries) if (item.kind !== "null") entries.set(key, requiredText(item));
  return { entries, rest: value.rest ?? null };
}

/** The items of a list; a single mapping counts as a list of one, and nothing as an empty one. */
export function itemsOf(value: Value): readonly Value[] {
  if (value.kind === "list") return value.items;
  return value.kind === "null" ? [] : [value];
}

/** Texts of a list, unknown as a whole when one of them is. */
export function textList(value: Value): Told<readonly string[]> {
  const texts: string[] = [];
  const at: Span[] = [...value.at];
  for (const item of itemsOf(value)) {
    const text = requiredText(item);
    if (!("known" in text)) return text;
    texts.push(text.known);
    at.push(...text.at);
  }
  return known(texts, at);
}
