import { convert, elementOf, makeSet } from "../../value-conversion.ts";
import { listValue, tupleValue, typeOf, unknownLike, whyUnknown } from "../../value-tree.ts";
import { isUnsure, mentionsDynamic, sameType, unify, type ValueType } from "../../value-type.ts";
import type { ListValue, Value } from "../../value.ts";
import { EvaluationError, NotToldError } from "../evaluation-error.ts";
import { listOf } from "./arguments.ts";
import { isTuple, maximumItems, mustEqual, partsOf, shell } from "./contents.ts";
import { anything, computed, openValue, type CallContext, type TofuFunction } from "./function.ts";

/** Functions of sets. */
export const sets: Readonly<Record<string, TofuFunction>> = {
  setintersection: {
    parameters: [anything],
    rest: anything,
    call: (args, context) => combined(args, context, "intersection"),
  },
  setproduct: { parameters: [], rest: openValue, call: setProduct },
  setsubtract: { parameters: [anything, anything], call: (args, context) => combined(args, context, "subtract") },
  setunion: { parameters: [anything], rest: anything, call: (args, context) => combined(args, context, "union") },
};

function combined(
  args: readonly Value[],
  context: CallContext,
  operation: "union" | "intersection" | "subtract",
): Value {
  const at = computed(context, args.map(shell));
  const given = args.map((arg) => listOf(convert(arg, { kind: "set", element: "dynamic" })));
  // An empty set of no particular type takes the others' type.
  const typed = given.filter((set) => set.items.length > 0 || elementOf(set) !== "dynamic");
  if (typed.some((set) => elementOf(set) === "dynamic"))
    throw new NotToldError("limit", "sets of bare nulls are not computed here");
  const common = unify(typed.map(elementOf), true) ?? (typed.length === 0 ? "dynamic" : undefined);
  if (common === undefined) throw new EvaluationError("the sets have no common type");
  if (common !== "dynamic" && mentionsDynamic(common))
    throw new NotToldError("limit", "sets of bare nulls are not computed here");
  if (isUnsure(common))
    throw new NotToldError("type-mismatch", "the type of these sets depends on a value that is not known");
  const [first, ...others] = given.map((set) => listOf(convert(set, { kind: "set", element: common })));
  if (first === undefined) throw new EvaluationError("a set is required");
  const reason = [first, ...others].map(whyUnknown).find((unknown) => unknown !== undefined);
  if (reason !== undefined) return unknownLike(reason, at, { kind: "set", element: common });
  context.spend(first.items.length * others.reduce((count, set) => count + set.items.length, 1));
  if (operation === "union")
    return makeSet(
      [first, ...others].flatMap((set) => set.items),
      common,
      at,
    );
  const has = (set: ListValue, item: Value): boolean => set.items.some((other) => mustEqual(item, other));
  const kept = first.items.filter((item) =>
    operation === "subtract" ? !others.some((set) => has(set, item)) : others.every((set) => has(set, item)),
  );
  return makeSet(kept, common, at);
}

function setProduct(args: readonly Value[], context: CallContext): Value {
  if (args.length < 2) throw new EvaluationError("setproduct takes at least two sets");
  const at = computed(context, args.map(shell));
  const reason = args.map(whyUnknown).find((unknown) => unknown !== undefined);
  if (reason !== undefined) return unknownLike(reason, at);
  const lists = args.map(listOf);
  const elements = lists.map((list) => {
    const common =
      list.items.length === 0 ? (isTuple(list) ? "dynamic" : elementOf(list)) : unify(list.items.map(typeOf));
    if (common === undefined) throw new EvaluationError("all elements have to be of one type");
    return common;
  });
  const total = lists.reduce((product, list) => product * list.items.length, 1);
  if (total > maximumItems) throw new NotToldError("limit", "setproduct makes too many items");
  context.spend(total);
  let rows: Value[][] = [[]];
  lists.forEach((list, position) => {
    const items = partsOf(list).map((item) => convert(item, elements[position] ?? "dynamic"));
    rows = rows.flatMap((row) => items.map((item) => [...row, item]));
  });
  const tuples = rows.map((row) => tupleValue(row, at));
  const [first] = tuples.map(typeOf);
  if (first !== undefined && !tuples.every((row) => sameType(typeOf(row), first)))
    throw new EvaluationError("all elements have to be of one type");
  const type: ValueType = { kind: "tuple", items: elements };
  return lists.every((list) => list.of !== "set") ? listValue(tuples, type, at) : makeSet(tuples, type, at);
}
