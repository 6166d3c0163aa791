import { decidedBy, decidersOf, partOf } from "../../provenance.ts";
import { convert } from "../../value-conversion.ts";
import { isWhole, truncate } from "../../value-number.ts";
import { unknownLike } from "../../value-tree.ts";
import { isPrimitive, type ValueType } from "../../value-type.ts";
import type { Value } from "../../value.ts";
import { EvaluationError } from "../evaluation-error.ts";
import { exactNumber } from "./arithmetic.ts";

/** `value.name`. */
export function attributeOf(value: Value, name: string): Value {
  if (value.kind === "unknown") return unknownLike(value.reason, value.at, attributeType(value.type ?? "unsure", name));
  if (value.kind !== "mapping")
    throw new EvaluationError(`no attribute ${JSON.stringify(name)} here`, decidersOf([{ ...value, kind: "null" }]));
  const entry = value.entries.get(name);
  if (entry !== undefined) return partOf(value, entry);
  if (value.rest !== undefined) return unknownLike(value.rest, value.at);
  throw new EvaluationError(`no attribute ${JSON.stringify(name)} here`, decidersOf([{ kind: "null", at: value.at }]));
}

/** The type of an attribute of something unknown; fails where no value of the type has it. */
function attributeType(type: ValueType, name: string): ValueType {
  if (type === "dynamic" || type === "unsure") return "unsure";
  if (typeof type !== "string" && type.kind === "map") return type.element;
  const attribute = typeof type !== "string" && type.kind === "object" ? type.attributes.get(name) : undefined;
  if (attribute === undefined) throw new EvaluationError(`no attribute ${JSON.stringify(name)} here`);
  return attribute;
}

/** `collection[key]`. */
export function elementAt(collection: Value, key: Value): Value {
  const fail = (text: string): EvaluationError =>
    new EvaluationError(text, decidersOf([{ kind: "null", at: collection.at }, key]));
  if (collection.kind === "null") throw fail("a null value has no elements");
  if (key.kind === "null") throw fail("an index is null");
  if (collection.kind === "unknown") {
    const { type } = collection;
    if (type !== undefined && (isPrimitive(type) || (typeof type !== "string" && type.kind === "set")))
      throw fail("this value has no indexes");
    return unknownLike(collection.reason, collection.at);
  }
  if (key.kind === "unknown") return unknownLike(key.reason, [...decidersOf([key]), ...key.at]);
  if (collection.kind === "mapping") {
    const name = convert(key, "string");
    if (name.kind !== "string") throw fail("an index has to be plain");
    return decidedBy(decidersOf([key]), attributeOf(collection, name.value));
  }
  if (collection.kind !== "list" || collection.of === "set") throw fail("this value has no indexes");
  const number = convert(key, "number");
  if (number.kind !== "number") throw fail("an index has to be a number");
  const exact = exactNumber(number);
  const item = isWhole(exact) ? collection.items[Number(truncate(exact))] : undefined;
  if (item === undefined) throw fail("no such element");
  return decidedBy(decidersOf([key]), partOf(collection, item));
}
