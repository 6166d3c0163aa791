import type { Span } from "../model/span.ts";
import type { Reason } from "../model/told.ts";
import { listOf, sameType, type ValueType } from "./value-type.ts";
import type { ListValue, MappingValue, UnknownValue, Value } from "./value.ts";

const memo = new WeakMap<Value, ValueType>();

/** The type of a value as HCL sees it. */
export function typeOf(value: Value): ValueType {
  switch (value.kind) {
    case "string":
    case "number":
    case "bool":
      return value.kind;
    case "null":
      return value.type ?? "dynamic";
    case "unknown":
      return value.type ?? "unsure";
    default: {
      const known = memo.get(value);
      if (known !== undefined) return known;
      const type = value.kind === "list" ? listType(value) : mappingType(value);
      memo.set(value, type);
      return type;
    }
  }
}

function listType(value: ListValue): ValueType {
  if (value.element === "unsure" && value.of !== "list" && value.of !== "set") return "unsure";
  if (value.of === "list" || value.of === "set")
    return { kind: value.of, element: value.element ?? commonType(value.items) };
  return { kind: "tuple", items: value.items.map(typeOf) };
}

function mappingType(value: MappingValue): ValueType {
  if (value.rest !== undefined || (value.element === "unsure" && value.of !== "map")) return "unsure";
  if (value.of === "map") return { kind: "map", element: value.element ?? commonType([...value.entries.values()]) };
  return { kind: "object", attributes: new Map(value.entries.entries().map(([name, entry]) => [name, typeOf(entry)])) };
}

function commonType(values: readonly Value[]): ValueType {
  const types = values.map(typeOf);
  const first = types.find((type) => type !== "dynamic") ?? "dynamic";
  return types.every((type) => type === "dynamic" || sameType(type, first)) ? first : "unsure";
}

const sizes = new WeakMap<Value, number>();

/** How many values a value is made of, counted as often as they are used: a few locals can make billions. */
export function sizeOf(value: Value): number {
  if (value.kind !== "list" && value.kind !== "mapping") return 1;
  const known = sizes.get(value);
  if (known !== undefined) return known;
  let size = 1;
  for (const part of value.kind === "list" ? value.items : value.entries.values()) size += sizeOf(part);
  sizes.set(value, size);
  return size;
}

/** The first reason why a value is not known in full; `undefined`: it is. */
export function whyUnknown(value: Value): Reason | undefined {
  switch (value.kind) {
    case "unknown":
      return value.reason;
    case "list":
      return firstReason(value.items);
    case "mapping":
      return value.rest ?? firstReason(value.entries.values());
    default:
      return undefined;
  }
}

function firstReason(values: Iterable<Value>): Reason | undefined {
  for (const value of values) {
    const reason = whyUnknown(value);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** `like`, which is unknown, in another place: its type and parts do not go with it. */
export function unknownLike(like: Reason, at: Value["at"], type?: ValueType): UnknownValue {
  return type === undefined || type === "unsure"
    ? { kind: "unknown", reason: like, at }
    : { kind: "unknown", reason: like, type, at };
}

/** Something unknown for a reason of its own; `at` is where that was met, `supply` how a person can help. */
export function unknownValue(
  code: Reason["code"],
  text: string,
  { at, supply }: { readonly at?: Span; readonly supply?: string } = {},
): UnknownValue {
  const places = at === undefined ? [] : [at];
  return { kind: "unknown", reason: { code, text, at: places, ...(supply !== undefined && { supply }) }, at: places };
}

export function listValue(items: readonly Value[], element: ValueType, at: Value["at"]): ListValue {
  return { kind: "list", of: "list", items, element, at };
}

export function tupleValue(items: readonly Value[], at: Value["at"]): ListValue {
  return { kind: "list", of: "tuple", items, at };
}

/** A tuple made of the parts of `source`: whether it is one is open where the type of `source` is. */
export function tupleLike(source: Value, items: readonly Value[], at: Value["at"]): ListValue {
  return typeOf(source) === "unsure"
    ? { kind: "list", of: "tuple", items, element: "unsure", at }
    : tupleValue(items, at);
}

export const listOfText = listOf("string");

/** Keys and texts in the order of their code points, as Go sorts them. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) {
      // A surrogate stands for a code point above all that need none.
      const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
      if (isHigh(left) !== isHigh(right)) return isHigh(left) ? 1 : -1;
      return left - right;
    }
  }
  return a.length - b.length;
}

/** Entries of a mapping in HCL's order. */
export function sortedEntries(value: MappingValue): [string, Value][] {
  return [...value.entries].toSorted(([a], [b]) => compareText(a, b));
}
