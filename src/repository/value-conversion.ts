import { EvaluationError, NotToldError } from "./terraform/evaluation-error.ts";
import { equal } from "./value-equality.ts";
import { compareNumbers, fromBig, numberText, parseNumber, toBig, writtenNumber } from "./value-number.ts";
import { compareText, typeOf, unknownLike, whyUnknown } from "./value-tree.ts";
import {
  canConvert,
  isPrimitive,
  isUnsure,
  mentionsDynamic,
  sameType,
  unify,
  withoutOptional,
  type ObjectType,
  type ValueType,
} from "./value-type.ts";
import type { ListValue, MappingValue, StringValue, Value } from "./value.ts";

/**
 * Converts as HCL does where a parameter or a neighbour asks for a type. Unknown parts stay unknown.
 * Throws an {@link EvaluationError} where HCL has no conversion.
 */
export function convert(value: Value, type: ValueType): Value {
  if (type === "dynamic") return value;
  if (type === "unsure") return openType(value);
  const from = typeOf(value);
  if (sameType(from, type)) return value;
  if (!canConvert(from, type)) throw new EvaluationError(`${nameOf(from)} cannot become ${nameOf(type)}`);
  if (value.kind === "null") return { ...value, type: resolved(from, withoutOptional(type)) };
  if (value.kind === "unknown") return { ...value, type: resolved(from, withoutOptional(type)) };
  if (typeof type === "string") return convertPrimitive(value, type);
  switch (type.kind) {
    case "list":
      return toList(value, type.element);
    case "set":
      return toSet(value, type.element);
    case "map":
      return toMap(value, type.element);
    case "tuple":
      if (value.kind !== "list") return value;
      return { ...value, items: value.items.map((item, index) => convert(item, type.items[index] ?? "dynamic")) };
    case "object":
      return toObject(value, type);
  }
}

/** `dynamic` in a wanted type stands for whatever is given. */
function resolved(from: ValueType, to: ValueType): ValueType {
  if (to === "dynamic") return from;
  if (from === "dynamic") return to;
  if (typeof to === "string" || typeof from === "string")
    return typeof to === "string" || !mentionsDynamic(to) ? to : "unsure";
  return mentionsDynamic(to) ? "unsure" : to;
}

function nameOf(type: ValueType): string {
  if (typeof type === "string") return type === "dynamic" || type === "unsure" ? "a value of some type" : `a ${type}`;
  return type.kind === "object" ? "an object" : `a ${type.kind}`;
}

function convertPrimitive(value: Value, type: string): Value {
  if (type === "string") return toTextValue(value);
  if (value.kind !== "string") return value;
  if (type === "bool") {
    if (value.value === "true" || value.value === "1") return { kind: "bool", value: true, at: value.at };
    if (value.value === "false" || value.value === "0") return { kind: "bool", value: false, at: value.at };
    throw new EvaluationError("a bool is required");
  }
  const number = parseNumber(value.value);
  if (number === null) throw new EvaluationError("a number is required");
  if (number === undefined) throw new NotToldError("limit", "this text as a number is out of the range computed here");
  return fromBig(number, value.at);
}

/** The text that a primitive value has inside another text. */
export function toText(value: Value): string | undefined {
  if (value.kind === "string") return value.value;
  if (value.kind === "bool") return String(value.value);
  if (value.kind !== "number") return undefined;
  const digits = numberText(value);
  if (digits === undefined) throw new NotToldError("limit", "this number is out of the range computed here");
  return digits;
}

/** A plain value as it was written, for readers that take `1.10` and `true` as texts; `undefined` for all else. */
export function writtenText(value: Value): string | undefined {
  if (value.kind === "string") return value.value;
  if (value.kind === "bool") return String(value.value);
  return value.kind === "number" ? writtenNumber(value) : undefined;
}

function toTextValue(value: Value): Value {
  const written = toText(value);
  return written === undefined || value.kind === "string" ? value : { kind: "string", value: written, at: value.at };
}

/**
 * A value whose type will follow that of something unknown: a number may become its text, a tuple a
 * set. Texts and nulls stay what they are.
 */
function openType(value: Value): Value {
  switch (value.kind) {
    case "number":
    case "bool":
      return unknownLike(
        { code: "type-mismatch", text: "whether this becomes text depends on a value that is not known", at: value.at },
        value.at,
      );
    case "list":
      if (value.items.length > 1 && value.of !== "list") {
        return unknownLike(
          {
            code: "type-mismatch",
            text: "whether this becomes a set depends on a value that is not known",
            at: value.at,
          },
          value.at,
        );
      }
      return {
        kind: "list",
        items: value.items.map(openType),
        element: "unsure",
        of: value.of ?? "tuple",
        at: value.at,
      };
    case "mapping":
      return {
        ...value,
        element: "unsure",
        entries: new Map(value.entries.entries().map(([key, entry]) => [key, openType(entry)])),
      };
    default:
      return value;
  }
}

function commonElement(items: readonly Value[], wanted: ValueType): ValueType {
  if (wanted !== "dynamic") return wanted;
  if (items.length === 0) return "dynamic";
  const element = unify(items.map(typeOf));
  if (element === undefined) throw new EvaluationError("all elements have to be of one type");
  return element;
}

/** Elements in their common type; where that is only settled by converting them, once more. */
function convertAll(items: readonly Value[], wanted: ValueType): { items: Value[]; element: ValueType } {
  const element = commonElement(items, wanted);
  const converted = items.map((item) => convert(item, element));
  if (element === "dynamic") return alike(converted);
  if (typeof element === "string" || converted.length === 0)
    return { items: converted, element: withoutOptional(element) };
  const settled = unify(converted.map(typeOf));
  if (settled === undefined) throw new EvaluationError("all elements have to be of one type");
  return { items: converted.map((item) => convert(item, settled)), element: settled };
}

/** Items that no conversion made alike: they are of one type already, which bare nulls take on. */
export function alike(items: readonly Value[]): { items: Value[]; element: ValueType } {
  const element = items.map(typeOf).find((type) => type !== "dynamic") ?? "dynamic";
  const typed = items.map((item): Value =>
    item.kind === "null" && typeOf(item) === "dynamic" && element !== "dynamic" ? { ...item, type: element } : item,
  );
  if (typed.every((item) => sameType(typeOf(item), element))) return { items: typed, element };
  if (typed.some((item) => isUnsure(typeOf(item)))) return { items: typed, element: "unsure" };
  throw new EvaluationError("all elements have to be of one type");
}

function toList(value: Value, wanted: ValueType): Value {
  if (value.kind !== "list") return value;
  const inherited =
    value.of === "tuple" || value.of === undefined ? wanted : wanted === "dynamic" ? elementOf(value) : wanted;
  const { items, element } = convertAll(orderedItems(value), inherited);
  return { kind: "list", of: "list", items, element, at: value.at };
}

export function elementOf(value: ListValue | MappingValue): ValueType {
  const type = typeOf(value);
  return typeof type !== "string" && "element" in type ? type.element : "unsure";
}

/** The items in the order that HCL walks them; a set of other than primitive items has an order not told here. */
export function orderedItems(value: ListValue): readonly Value[] {
  if (value.of !== "set" || value.items.length < 2) return value.items;
  if (value.items.some((item) => item.kind === "unknown" || item.kind === "list" || item.kind === "mapping")) {
    throw new NotToldError("limit", "the order of a set whose items are not plain values is not computed here");
  }
  return value.items;
}

function toSet(value: Value, wanted: ValueType): Value {
  if (value.kind !== "list") return value;
  const inherited =
    value.of === "tuple" || value.of === undefined ? wanted : wanted === "dynamic" ? elementOf(value) : wanted;
  const { items, element } = convertAll(value.items, inherited);
  return makeSet(items, element, value.at);
}

/** Above this many items that are not plain values, duplicates are not looked for. */
const maximumCompared = 500;

/** A set without duplicates, plain items in HCL's order. */
export function makeSet(items: readonly Value[], element: ValueType, at: Value["at"]): Value {
  const reason = items.map(whyUnknown).find((found) => found !== undefined);
  if (reason !== undefined && items.length > 1) return unknownLike(reason, at, { kind: "set", element });
  return { kind: "list", of: "set", items: distinct(items, element).toSorted(compareItems), element, at };
}

function distinct(items: readonly Value[], element: ValueType): Value[] {
  if (isPrimitive(element)) {
    const byText = new Map<string, Value>();
    for (const item of items) {
      const key = item.kind === "null" ? "null" : `=${toText(item) ?? ""}`;
      if (!byText.has(key)) byText.set(key, item);
    }
    return [...byText.values()];
  }
  if (items.length > maximumCompared)
    throw new NotToldError("limit", "a set of this many composed values is not computed here");
  const kept: Value[] = [];
  for (const item of items) {
    const answers = new Set(kept.map((other) => equal(item, other)));
    if (answers.has(true)) continue;
    if (answers.has(undefined))
      throw new NotToldError("limit", "whether items of this set are equal could not be told");
    kept.push(item);
  }
  return kept;
}

function compareItems(a: Value, b: Value): number {
  if (a.kind === "null" || b.kind === "null") return a.kind === b.kind ? 0 : a.kind === "null" ? 1 : -1;
  if (a.kind === "string" && b.kind === "string") return compareText(a.value, b.value);
  if (a.kind === "bool" && b.kind === "bool") return Number(a.value) - Number(b.value);
  if (a.kind !== "number" || b.kind !== "number") return 0;
  const left = toBig(a);
  const right = toBig(b);
  return left === undefined || right === undefined ? 0 : compareNumbers(left, right);
}

function toMap(value: Value, wanted: ValueType): Value {
  if (value.kind !== "mapping") return value;
  const keys = [...value.entries.keys()];
  const inherited = value.of === "map" && wanted === "dynamic" ? elementOf(value) : wanted;
  if (value.rest !== undefined && inherited === "dynamic") return openType({ ...value, of: "map" });
  const { items, element } = convertAll([...value.entries.values()], inherited);
  const entries = new Map<string, Value>();
  keys.forEach((key, index) => entries.set(key, items[index] ?? { kind: "null", at: [] }));
  return { kind: "mapping", of: "map", entries, element, ...(value.rest && { rest: value.rest }), at: value.at };
}

function toObject(value: Value, type: ObjectType): Value {
  if (value.kind !== "mapping") return value;
  const entries = new Map<string, Value>();
  for (const [name, wanted] of type.attributes) {
    const given = value.entries.get(name);
    if (given !== undefined) entries.set(name, convert(given, wanted));
    else if (value.rest !== undefined) entries.set(name, unknownLike(value.rest, value.at, withoutOptional(wanted)));
    else if (type.optional?.has(name) === true)
      entries.set(name, { kind: "null", type: withoutOptional(wanted), at: value.at });
    else throw new EvaluationError(`the attribute ${JSON.stringify(name)} is required`);
  }
  return { kind: "mapping", of: "object", entries, at: value.at };
}

/** Normalised as OpenTofu keeps all text. */
export function text(value: string, at: Value["at"]): StringValue {
  return { kind: "string", value: normalized(value), at };
}

export function normalized(value: string): string {
  for (let index = 0; index < value.length; index += 1)
    if (value.charCodeAt(index) > 0x2ff) return value.normalize("NFC");
  return value;
}
