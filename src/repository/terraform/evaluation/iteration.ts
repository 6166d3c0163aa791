import { partOf } from "../../provenance.ts";
import { orderedItems } from "../../value-conversion.ts";
import { sortedEntries } from "../../value-tree.ts";
import type { ListValue, MappingValue, Value } from "../../value.ts";
import type { Bound } from "./bound.ts";
import type { Budget } from "./budget.ts";

/** The names that a `for` gives to the key, where it asks for that, and to the element. */
export interface LoopNames {
  readonly keyName: string | null;
  readonly valueName: string;
}

/** The names bound for each element, in HCL's order. `ordered`: the result depends on that order. */
export function* iterations(
  names: LoopNames,
  collection: ListValue | MappingValue,
  bound: Bound | undefined,
  ordered: boolean,
  budget: Budget,
): Generator<Bound> {
  for (const [key, element] of elementsOf(collection, ordered)) {
    budget.spend(1);
    yield boundTo(names, key, partOf(collection, element), bound);
  }
}

export function boundTo({ keyName, valueName }: LoopNames, key: Value, value: Value, bound: Bound | undefined): Bound {
  const outer = keyName === null ? bound : { name: keyName, value: key, outer: bound };
  return { name: valueName, value, outer };
}

function* elementsOf(collection: ListValue | MappingValue, ordered: boolean): Generator<[Value, Value]> {
  if (collection.kind === "mapping") {
    for (const [key, value] of sortedEntries(collection)) yield [{ kind: "string", value: key, at: [] }, value];
    return;
  }
  if (collection.of === "set") {
    for (const item of ordered ? orderedItems(collection) : collection.items) yield [item, item];
    return;
  }
  for (const [position, item] of collection.items.entries())
    yield [{ kind: "number", value: position, precision: 64, at: [] }, item];
}
