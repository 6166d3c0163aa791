import type { SourceFile } from "../../model/source.ts";
import type { Call, Expression, ObjectCons } from "../hcl/syntax.ts";
import { convert } from "../value-conversion.ts";
import { typeOf, unknownLike } from "../value-tree.ts";
import { unify, type ObjectType, type ValueType } from "../value-type.ts";
import type { Value } from "../value.ts";
import { evaluate } from "./evaluate.ts";
import { EvaluationError, NotToldError } from "./evaluation-error.ts";

/**
 * A value as a variable of this type holds it: undeclared attributes dropped, defaults of `optional()`
 * filled in, converted. `file`: where the type stands, for the places of defaults. What does not convert
 * is unknown with the code `type-mismatch`.
 */
export function convertTo(value: Value, type: Expression, file?: SourceFile): Value {
  try {
    const constraint = readConstraint(type, file);
    return convert(withDefaults(value, constraint), constraint.type);
  } catch (error) {
    if (error instanceof EvaluationError)
      return unknownLike({ code: "type-mismatch", text: error.message, at: value.at }, value.at);
    if (error instanceof NotToldError)
      return unknownLike({ code: error.code, text: error.message, at: value.at }, value.at);
    throw error;
  }
}

interface Constraint {
  readonly type: ValueType;
  readonly defaults: ReadonlyMap<string, Value>;
  /** By attribute name or index; `""` for every element. */
  readonly children: ReadonlyMap<string, Constraint>;
}

const none: ReadonlyMap<string, never> = new Map<string, never>();

/** Types may nest this deep. */
const maximumDepth = 100;

function readConstraint(expression: Expression, file: SourceFile | undefined, depth = 0): Constraint {
  if (depth > maximumDepth) throw new NotToldError("limit", "a type is nested too deeply");
  if (expression.kind === "parenthesis") return readConstraint(expression.inner, file, depth + 1);
  if (expression.kind === "variable") return { type: keyword(expression.name), defaults: none, children: none };
  if (expression.kind === "template" && expression.parts.length === 1 && expression.parts[0]?.kind === "text") {
    return { type: keyword(expression.parts[0].text), defaults: none, children: none };
  }
  if (expression.kind !== "call") throw new NotToldError("syntax-error", "this type could not be read");
  return readCall(expression, file, depth);
}

function keyword(name: string): ValueType {
  switch (name) {
    case "string":
    case "number":
    case "bool":
      return name;
    case "any":
      return "dynamic";
    case "list":
    case "set":
    case "map":
      return { kind: name, element: "dynamic" };
    default:
      throw new NotToldError("syntax-error", "this type could not be read");
  }
}

function readCall(call: Call, file: SourceFile | undefined, depth: number): Constraint {
  const [first, ...more] = call.args;
  if (first === undefined || more.length > 0) throw new NotToldError("syntax-error", "this type could not be read");
  switch (call.name) {
    case "list":
    case "set":
    case "map": {
      const element = readConstraint(first, file, depth + 1);
      return { type: { kind: call.name, element: element.type }, defaults: none, children: new Map([["", element]]) };
    }
    case "tuple": {
      if (first.kind !== "tuple") break;
      const items = first.items.map((item) => readConstraint(item, file, depth + 1));
      return {
        type: { kind: "tuple", items: items.map((item) => item.type) },
        defaults: none,
        children: new Map(items.map((item, index) => [String(index), item])),
      };
    }
    case "object":
      if (first.kind === "object") return readObject(first, file, depth);
  }
  throw new NotToldError("syntax-error", "this type could not be read");
}

function readObject(object: ObjectCons, file: SourceFile | undefined, depth: number): Constraint {
  const attributes = new Map<string, ValueType>();
  const children = new Map<string, Constraint>();
  const defaults = new Map<string, Value>();
  const optional = new Set<string>();
  for (const { key, value } of object.items) {
    const name = keyOf(key);
    let written = value;
    if (value.kind === "call" && value.name === "optional") {
      const [type, fallback] = value.args;
      if (type === undefined) throw new NotToldError("syntax-error", "this type could not be read");
      written = type;
      optional.add(name);
      if (fallback !== undefined) defaults.set(name, defaultValue(fallback, type, file));
    }
    const child = readConstraint(written, file, depth + 1);
    attributes.set(name, child.type);
    children.set(name, child);
  }
  const type: ObjectType = { kind: "object", attributes, optional };
  return { type, defaults, children };
}

function keyOf(key: Expression): string {
  const part = key.kind === "template" && key.parts.length === 1 ? key.parts[0] : undefined;
  if (part?.kind === "text") return part.text;
  if (key.kind === "variable") return key.name;
  throw new NotToldError("syntax-error", "this type could not be read");
}

function defaultValue(expression: Expression, type: Expression, file: SourceFile | undefined): Value {
  const source = file ?? { id: -1, path: "", text: "", tracked: null };
  const value = evaluate(expression, {
    file: source,
    lookup: () => undefined,
    open: () => ({
      kind: "unknown",
      reason: { code: "file-unreadable", text: "defaults name no files", at: [] },
      at: [],
    }),
    list: () => null,
  });
  const converted = convert(value, readConstraint(type, file).type);
  return file === undefined ? placeless(converted) : converted;
}

function placeless(value: Value): Value {
  if (value.kind === "list") return { ...value, items: value.items.map(placeless), at: [] };
  if (value.kind === "mapping")
    return {
      ...value,
      entries: new Map(value.entries.entries().map(([key, entry]) => [key, placeless(entry)])),
      at: [],
    };
  return { ...value, at: [] };
}

/** Fills in defaults before the conversion, as OpenTofu does: a missing or null attribute takes its default. */
function withDefaults(value: Value, constraint: Constraint): Value {
  if (constraint.defaults.size === 0 && constraint.children.size === 0) return value;
  if (value.kind === "list") {
    const items = value.items.map((item, index) => withChild(item, constraint, String(index)));
    return items.every((item, index) => item === value.items[index])
      ? value
      : { kind: "list", of: "tuple", items, at: value.at };
  }
  if (value.kind !== "mapping") return value;
  const entries = new Map<string, Value>();
  for (const [key, entry] of value.entries) entries.set(key, withChild(entry, constraint, key));
  for (const [key, fallback] of constraint.defaults) {
    const given = entries.get(key);
    if (given === undefined && value.rest !== undefined) continue;
    if (given === undefined || given.kind === "null") entries.set(key, withChild(fallback, constraint, key));
  }
  return changed(value, entries);
}

function changed(value: Extract<Value, { kind: "mapping" }>, entries: ReadonlyMap<string, Value>): Value {
  const isSame =
    entries.size === value.entries.size && entries.entries().every(([key, entry]) => value.entries.get(key) === entry);
  if (isSame) return value;
  const element = value.of === "map" ? unify([...entries.values()].map(typeOf)) : undefined;
  return element === undefined
    ? { kind: "mapping", of: "object", entries, ...(value.rest && { rest: value.rest }), at: value.at }
    : { ...value, entries, element };
}

function withChild(value: Value, constraint: Constraint, key: string): Value {
  const { type } = constraint;
  const isNamed = typeof type !== "string" && (type.kind === "object" || type.kind === "tuple");
  const child = constraint.children.get(isNamed ? key : "");
  return child === undefined ? value : withDefaults(value, child);
}
