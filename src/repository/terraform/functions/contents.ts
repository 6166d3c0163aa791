import { partOf } from "../../provenance.ts";
import { orderedItems } from "../../value-conversion.ts";
import { equal } from "../../value-equality.ts";
import type { ListValue, Value } from "../../value.ts";
import { NotToldError } from "../evaluation-error.ts";

/** Items that one call may make. */
export const maximumItems = 100_000;

/** A container stripped of its contents: for chains that only the container itself decides. */
export function shell(value: Value): Value {
  return { kind: "null", at: value.at };
}

export function isTuple(list: ListValue): boolean {
  return list.of === "tuple" || list.of === undefined;
}

/** The elements in the language's order, each as a part of its list. */
export function partsOf(list: ListValue): readonly Value[] {
  return orderedItems(list).map((item) => partOf(list, item));
}

/** Whether two values are equal; where that is open, so is the whole answer. */
export function mustEqual(a: Value, b: Value): boolean {
  const same = equal(a, b);
  if (same === undefined) throw new NotToldError("limit", "whether these are equal could not be told");
  return same;
}
