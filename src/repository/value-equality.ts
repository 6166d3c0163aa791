import { isUnsure, sameType, type ValueType } from "./value-type.ts";
import { compareNumbers, toBig } from "./value-number.ts";
import { typeOf } from "./value-tree.ts";
import type { ListValue, NumberValue, Value } from "./value.ts";

/** Whether `a == b` holds in HCL, where types are not converted; `undefined`: it could not be told. */
export function equal(a: Value, b: Value): boolean | undefined {
  if (a.kind === "unknown" || b.kind === "unknown") return undefined;
  if (a.kind === "null" || b.kind === "null") return a.kind === b.kind;
  if (a.kind === "list" || a.kind === "mapping" || b.kind === "list" || b.kind === "mapping") {
    const left = typeOf(a);
    const right = typeOf(b);
    if (isUnsure(left) || isUnsure(right)) return undefined;
    // A bare null inside makes the comparison unknown in HCL.
    if (!sameType(left, right)) return mayConform(left, right) || mayConform(right, left) ? undefined : false;
    return sameContents(a, b);
  }
  if (a.kind !== b.kind) return false;
  if (a.kind === "number" && b.kind === "number") return equalNumbers(a, b);
  return a.value === b.value;
}

/** Whether a value of the type could be one of the wanted type, whose bare nulls stand for anything. */
function mayConform(type: ValueType, wanted: ValueType): boolean {
  if (wanted === "dynamic") return true;
  if (typeof type === "string" || typeof wanted === "string") return type === wanted;
  if (type.kind === "tuple") {
    return (
      wanted.kind === "tuple" &&
      type.items.length === wanted.items.length &&
      type.items.every((item, index) => mayConform(item, wanted.items[index] ?? "unsure"))
    );
  }
  if (type.kind === "object") {
    if (wanted.kind !== "object" || wanted.attributes.size !== type.attributes.size) return false;
    return [...type.attributes].every(([name, inner]) => mayConform(inner, wanted.attributes.get(name) ?? "unsure"));
  }
  return wanted.kind === type.kind && mayConform(type.element, wanted.element);
}

function holdsDynamic(value: Value): boolean {
  if (value.kind === "null") return value.type === undefined || value.type === "dynamic";
  if (value.kind === "list") return value.element === "dynamic" || value.items.some(holdsDynamic);
  return value.kind === "mapping" && (value.element === "dynamic" || value.entries.values().some(holdsDynamic));
}

function equalNumbers(a: NumberValue, b: NumberValue): boolean | undefined {
  if (a.text === undefined && b.text === undefined && Number.isSafeInteger(a.value) && Number.isSafeInteger(b.value))
    return a.value === b.value;
  const left = toBig(a);
  const right = toBig(b);
  return left === undefined || right === undefined ? undefined : compareNumbers(left, right) === 0;
}

function sameContents(a: Value, b: Value): boolean | undefined {
  if (holdsDynamic(a) || holdsDynamic(b)) return undefined;
  if (a.kind === "list" && b.kind === "list") {
    if (a.of === "set") return sameSets(a, b);
    if (a.items.length !== b.items.length) return false;
    return every(a.items.map((item, index) => [item, b.items[index]]));
  }
  if (a.kind === "mapping" && b.kind === "mapping") {
    if (a.entries.size !== b.entries.size) return false;
    return every([...a.entries].map(([key, item]) => [item, b.entries.get(key)]));
  }
  return false;
}

function every(pairs: readonly (readonly [Value, Value | undefined])[]): boolean | undefined {
  let result: boolean | undefined = true;
  for (const [left, right] of pairs) {
    const same = right === undefined ? false : equal(left, right);
    // HCL answers unknown for an unknown part, whatever the others say.
    if (same === undefined) return undefined;
    if (!same) result = false;
  }
  return result;
}

function sameSets(a: ListValue, b: ListValue): boolean | undefined {
  const within = (items: readonly Value[], set: readonly Value[]): boolean | undefined => {
    for (const item of items) {
      const answers = new Set(set.map((other) => equal(item, other)));
      if (answers.has(true)) continue;
      return answers.has(undefined) ? undefined : false;
    }
    return true;
  };
  const forth = within(a.items, b.items);
  return forth === true ? within(b.items, a.items) : forth;
}
