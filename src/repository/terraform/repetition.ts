import type { Reason } from "../../model/told.ts";
import { via } from "../provenance.ts";
import { unknownLike, unknownValue } from "../value-tree.ts";
import type { Value } from "../value.ts";
import { attribute, headerSpan, type PlacedBlock } from "./module.ts";

/** `each.key` and `each.value`, or `count.index`, for one instance of a resource or call. */
export type Repetition =
  | { readonly kind: "for_each"; readonly key: string; readonly value: Value }
  /** `assumed`: there is no instance, and it is read as if there were one. */
  | { readonly kind: "count"; readonly index: number; readonly assumed?: true }
  | { readonly kind: "unknown"; readonly reason: Reason }
  | { readonly kind: "none" };

export const notRepeated: Repetition = { kind: "none" };

/** Instances of one block; with more their keys count as not told. */
const maximumInstances = 1_000;

/** The instances that the value of `for_each` gives. */
export function forEachRepetitions(value: Value): readonly Repetition[] {
  if (value.kind === "mapping" && value.rest === undefined && value.entries.size <= maximumInstances) {
    return [...value.entries].map(([key, item]) => ({
      kind: "for_each",
      key,
      value: via(item, "for_each", `each.value`, undefined, value.at),
    }));
  }
  if (
    value.kind === "list" &&
    value.items.length <= maximumInstances &&
    value.items.every((item) => item.kind === "string")
  ) {
    return value.items.map((item) => ({
      kind: "for_each",
      key: item.kind === "string" ? item.value : "",
      value: item,
    }));
  }
  return [{ kind: "unknown", reason: reasonOf(value, "the keys of for_each could not be told") }];
}

/** The instances that the value of `count` gives. */
export function countRepetitions(value: Value): readonly Repetition[] {
  if (value.kind === "number" && Number.isInteger(value.value) && value.value >= 0 && value.value <= maximumInstances) {
    return Array.from({ length: value.value }, (_, index) => ({ kind: "count", index }));
  }
  return [{ kind: "unknown", reason: reasonOf(value, "count could not be told") }];
}

function reasonOf(value: Value, text: string): Reason {
  return value.kind === "unknown" ? value.reason : { code: "for-each-not-known", text, at: value.at };
}

/** What the first instance would be, were there one. */
export function switchedOn(placed: PlacedBlock): Repetition {
  if (attribute(placed, "count") !== undefined) return { kind: "count", index: 0, assumed: true };
  return {
    kind: "unknown",
    reason: { code: "for-each-not-known", text: "for_each has no element here", at: [headerSpan(placed)] },
  };
}

/** `["key"]` or `[0]`; `[?]` where the key could not be told. */
export function keySuffix(repetition: Repetition): string {
  switch (repetition.kind) {
    case "for_each":
      return `[${JSON.stringify(repetition.key)}]`;
    case "count":
      return `[${repetition.index}]`;
    case "unknown":
      return "[?]";
    case "none":
      return "";
  }
}

/** `each.key`, `each.value` and `count.index`. */
export function repeatedValue(root: "each" | "count", name: string, repetition: Repetition): Value {
  if (repetition.kind === "unknown") return unknownLike(repetition.reason, []);
  if (root === "each" && repetition.kind === "for_each") {
    if (name === "key") return { kind: "string", value: repetition.key, at: [] };
    if (name === "value") return repetition.value;
  }
  if (root === "count" && repetition.kind === "count" && name === "index") {
    return { kind: "number", value: repetition.index, at: [] };
  }
  return unknownValue("not-declared", `${root}.${name} has no meaning here`);
}

/** What a reference to a whole resource or module gives: one object, a tuple by `count`, a map by `for_each`. */
export function collected(values: readonly { repetition: Repetition; value: Value }[]): Value {
  const [first] = values;
  if (first === undefined) return { kind: "list", items: [], of: "tuple", at: [] };
  switch (first.repetition.kind) {
    case "none":
      return first.value;
    case "unknown":
      return unknownLike(first.repetition.reason, []);
    case "count":
      return { kind: "list", items: values.map(({ value }) => value), of: "tuple", at: [] };
    case "for_each":
      return {
        kind: "mapping",
        of: "object",
        entries: new Map(
          values.map(({ repetition, value }) => [repetition.kind === "for_each" ? repetition.key : "", value]),
        ),
        at: [],
      };
  }
}
