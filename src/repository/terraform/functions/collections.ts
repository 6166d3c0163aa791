import { decidedBy, decidersOf, partOf } from "../../provenance.ts";
import { alike, convert, elementOf, makeSet, orderedItems } from "../../value-conversion.ts";
import { equal } from "../../value-equality.ts";
import {
  compareText,
  listOfText,
  listValue,
  sortedEntries,
  tupleLike,
  tupleValue,
  typeOf,
  unknownLike,
  whyUnknown,
} from "../../value-tree.ts";
import { isUnsure, mentionsDynamic, sameType, unify, type ValueType } from "../../value-type.ts";
import type { ListValue, MappingValue, Value } from "../../value.ts";
import { EvaluationError, NotToldError } from "../evaluation-error.ts";
import { integerOf, listOf, mappingOf, textOf } from "./arguments.ts";
import { counted } from "./strings.ts";
import {
  anything,
  computed,
  numberParameter,
  textParameter,
  type CallContext,
  type Parameter,
  type TofuFunction,
} from "./function.ts";

const anyValue: Parameter = { type: "dynamic", allowNull: true, allowUnknown: true };
const openValue: Parameter = { type: "dynamic", allowUnknown: true };
const listOfAny: Parameter = { type: { kind: "list", element: "dynamic" } };

/** Items that one call may make. */
const maximumItems = 100_000;

export const collections: Readonly<Record<string, TofuFunction>> = {
  alltrue: { parameters: [{ type: { kind: "list", element: "bool" } }], call: allTrue },
  anytrue: { parameters: [{ type: { kind: "list", element: "bool" } }], call: anyTrue },
  chunklist: { parameters: [listOfAny, numberParameter], call: chunklist },
  coalesce: { parameters: [], rest: anyValue, call: coalesce },
  coalescelist: { parameters: [], rest: anyValue, call: coalesceList },
  compact: { parameters: [{ type: listOfText }], call: compact },
  concat: { parameters: [], rest: anything, call: concat },
  contains: { parameters: [anything, anything], call: contains },
  distinct: { parameters: [listOfAny], call: distinct },
  element: { parameters: [anything, numberParameter], call: element },
  flatten: { parameters: [anything], call: flatten },
  index: { parameters: [anything, anything], call: index },
  keys: { parameters: [openValue], call: keys },
  length: { parameters: [openValue], call: length },
  lookup: { parameters: [anything, textParameter], rest: anyValue, call: lookup },
  matchkeys: { parameters: [listOfAny, listOfAny, listOfAny], call: matchKeys },
  merge: { parameters: [], rest: anyValue, call: merge },
  one: { parameters: [anything], call: one },
  reverse: { parameters: [anything], call: reverse },
  setintersection: {
    parameters: [anything],
    rest: anything,
    call: (args, context) => sets(args, context, "intersection"),
  },
  setproduct: { parameters: [], rest: openValue, call: setProduct },
  setsubtract: { parameters: [anything, anything], call: (args, context) => sets(args, context, "subtract") },
  setunion: { parameters: [anything], rest: anything, call: (args, context) => sets(args, context, "union") },
  slice: { parameters: [anything, numberParameter, numberParameter], call: slice },
  transpose: { parameters: [{ type: { kind: "map", element: listOfText } }], call: transpose },
  values: { parameters: [anything], call: values },
  zipmap: { parameters: [{ type: listOfText }, anything], call: zipmap },
};

/** A container stripped of its contents: for chains that only the container itself decides. */
function shell(value: Value): Value {
  return { kind: "null", at: value.at };
}

function isTuple(list: ListValue): boolean {
  return list.of === "tuple" || list.of === undefined;
}

function like(list: ListValue, items: readonly Value[], at: Value["at"]): Value {
  return isTuple(list) ? tupleLike(list, items, at) : listValue(items, elementOf(list), at);
}

function partsOf(list: ListValue): readonly Value[] {
  return orderedItems(list).map((item) => partOf(list, item));
}

function truthOf(value: Value | undefined): boolean {
  return value?.kind === "bool" && value.value;
}

function allTrue(args: readonly Value[], context: CallContext): Value {
  const at = computed(context, args);
  for (const item of listOf(args[0]).items) {
    if (item.kind === "unknown") return unknownLike(item.reason, at, "bool");
    if (!truthOf(item)) return { kind: "bool", value: false, at };
  }
  return { kind: "bool", value: true, at };
}

function anyTrue(args: readonly Value[], context: CallContext): Value {
  const at = computed(context, args);
  const { items } = listOf(args[0]);
  if (items.some(truthOf)) return { kind: "bool", value: true, at };
  const open = items.find((item) => item.kind === "unknown");
  return open === undefined ? { kind: "bool", value: false, at } : unknownLike(open.reason, at, "bool");
}

function chunklist(args: readonly Value[], context: CallContext): Value {
  const list = listOf(args[0]);
  const size = integerOf(args[1]);
  if (size < 0) throw new EvaluationError("the size of chunks is negative");
  const at = computed(context, args.map(shell));
  const items = partsOf(list);
  const chunks: Value[] = [];
  const step = size === 0 ? Math.max(1, items.length) : size;
  for (let start = 0; start < items.length; start += step)
    chunks.push(listValue(items.slice(start, start + step), elementOf(list), at));
  return listValue(chunks, typeOf(list), at);
}

function coalesce(args: readonly Value[], context: CallContext): Value {
  const type = unify(args.map(typeOf));
  if (type === undefined) throw new EvaluationError("the arguments of coalesce have no common type");
  const skipped: Value[] = [];
  for (const arg of args) {
    const value = convertedOrNull(arg, type);
    if (value.kind === "unknown") return unknownLike(value.reason, computed(context, args), type);
    const isComposed = value.kind === "list" || value.kind === "mapping";
    if (isUnsure(type) && (isComposed || (value.kind === "string" && value.value === ""))) {
      throw new NotToldError("type-mismatch", "whether coalesce passes this over depends on a value that is not known");
    }
    if (value.kind !== "null" && !(type === "string" && value.kind === "string" && value.value === ""))
      return decidedBy(decidersOf(skipped), value);
    skipped.push(arg);
  }
  throw new EvaluationError("all arguments of coalesce are null or empty", decidersOf(skipped));
}

/** An argument that does not convert to the common type is passed over, as OpenTofu does. */
function convertedOrNull(value: Value, type: ValueType): Value {
  try {
    return convert(value, type);
  } catch (error) {
    if (error instanceof EvaluationError) return shell(value);
    throw error;
  }
}

function coalesceList(args: readonly Value[], context: CallContext): Value {
  if (args.length === 0) throw new EvaluationError("coalescelist needs an argument");
  for (const arg of args) {
    if (arg.kind === "unknown") return unknownLike(arg.reason, computed(context, args));
    const type = typeOf(arg);
    if (typeof type === "string" || (type.kind !== "list" && type.kind !== "tuple"))
      throw new EvaluationError("coalescelist needs lists");
  }
  const skipped: Value[] = [];
  for (const arg of args) {
    if (arg.kind === "list" && arg.items.length > 0) return decidedBy(decidersOf(skipped), arg);
    skipped.push(arg);
  }
  throw new EvaluationError("all arguments of coalescelist are null or empty", decidersOf(skipped));
}

function compact(args: readonly Value[], context: CallContext): Value {
  const list = listOf(args[0]);
  const at = computed(context, args.map(shell));
  const reason = whyUnknown(list);
  if (reason !== undefined) return unknownLike(reason, at, listOfText);
  return listValue(
    partsOf(list).filter((item) => item.kind === "string" && item.value !== ""),
    "string",
    at,
  );
}

function concat(args: readonly Value[], context: CallContext): Value {
  if (args.length === 0) throw new EvaluationError("concat needs an argument");
  const lists = args.map(listOf);
  if (lists.some((list) => list.of === "set")) throw new EvaluationError("concat takes lists, not sets");
  const at = computed(context, args.map(shell));
  const items = lists.flatMap(partsOf);
  if (items.length > maximumItems) throw new NotToldError("limit", "concat makes too many items");
  if (!lists.every((list) => list.of === "list")) return tupleValue(items, at);
  const type = unify(lists.map(typeOf));
  if (type === undefined || typeof type === "string" || type.kind !== "list") return tupleValue(items, at);
  const joined = alike(lists.flatMap((list) => partsOf(listOf(convert(list, type)))));
  return listValue(joined.items, joined.items.length === 0 ? type.element : joined.element, at);
}

function contains(args: readonly Value[], context: CallContext): Value {
  const list = listOf(args[0]);
  const wanted = args[1] ?? shell(list);
  const at = computed(context, args);
  const answers = new Set(list.items.map((item) => equal(wanted, item)));
  if (answers.has(true)) return { kind: "bool", value: true, at };
  if (!answers.has(undefined)) return { kind: "bool", value: false, at };
  const reason = whyUnknown(list) ?? whyUnknown(wanted);
  return unknownLike(
    reason ?? { code: "limit", text: "whether these are equal could not be told", at: [context.place] },
    at,
    "bool",
  );
}

function distinct(args: readonly Value[], context: CallContext): Value {
  const list = listOf(args[0]);
  const at = computed(context, args.map(shell));
  const reason = whyUnknown(list);
  if (reason !== undefined) return unknownLike(reason, at);
  const kept: Value[] = [];
  for (const item of partsOf(list)) {
    context.spend(kept.length);
    const answers = new Set(kept.map((other) => equal(other, item)));
    if (answers.has(true)) continue;
    if (answers.has(undefined)) throw new NotToldError("limit", "whether these are equal could not be told");
    kept.push(item);
  }
  return listValue(kept, elementOf(list), at);
}

function element(args: readonly Value[]): Value {
  const list = listOf(args[0]);
  const number = integerOf(args[1]);
  if (list.of === "set") throw new EvaluationError("element takes lists, not sets");
  const size = list.items.length;
  if (size === 0) throw new EvaluationError("element of an empty list", decidersOf([shell(list)]));
  const item = list.items[((number % size) + size) % size];
  return item === undefined ? shell(list) : decidedBy(decidersOf(args.slice(1)), partOf(list, item));
}

function flatten(args: readonly Value[], context: CallContext): Value {
  const list = listOf(args[0]);
  const items: Value[] = [];
  const at = computed(context, [shell(list)]);
  const walk = (inner: ListValue): Value | undefined => {
    for (const item of partsOf(inner)) {
      context.spend(1);
      if (item.kind === "unknown" && (item.type === undefined || typeof item.type !== "string")) return item;
      const open = item.kind === "list" ? walk(item) : undefined;
      if (open !== undefined) return open;
      if (item.kind !== "list") items.push(item);
    }
    return undefined;
  };
  const open = walk(list);
  return open?.kind === "unknown" ? unknownLike(open.reason, at) : tupleValue(items, at);
}

function index(args: readonly Value[], context: CallContext): Value {
  const list = listOf(args[0]);
  const wanted = args[1] ?? shell(list);
  if (list.of === "set") throw new EvaluationError("index takes lists, not sets");
  const at = computed(context, args);
  for (const [position, item] of list.items.entries()) {
    const same = equal(item, wanted);
    if (same === true) return { kind: "number", value: position, precision: 64, at };
    if (same === undefined) {
      const reason = whyUnknown(item) ?? whyUnknown(wanted);
      return unknownLike(
        reason ?? { code: "limit", text: "whether these are equal could not be told", at: [context.place] },
        at,
        "number",
      );
    }
  }
  throw new EvaluationError("item not found", decidersOf(args));
}

function keys(args: readonly Value[], context: CallContext): Value {
  const [value] = args;
  const at = computed(context, args.map(shell));
  if (value?.kind === "unknown") return unknownLike(value.reason, at);
  const mapping = mappingOf(value);
  if (mapping.rest !== undefined) return unknownLike(mapping.rest, at);
  const items = sortedEntries(mapping).map(([key, entry]): Value => ({
    kind: "string",
    value: key,
    at: decidersOf([shell(mapping), shell(entry)]),
  }));
  return mapping.of === "map" ? listValue(items, "string", at) : tupleLike(mapping, items, at);
}

function length(args: readonly Value[], context: CallContext): Value {
  const [value] = args;
  const at = computed(context, args.map(shell));
  const told = (count: number): Value => ({ kind: "number", value: count, precision: 64, at });
  switch (value?.kind) {
    case "string":
      return told(counted(value.value).length);
    case "list":
      return told(value.items.length);
    case "mapping":
      return value.rest === undefined ? told(value.entries.size) : unknownLike(value.rest, at, "number");
    case "unknown":
      return unknownLike(value.reason, at, "number");
    default:
      throw new EvaluationError("length needs a text, a list or a map");
  }
}

function lookup(args: readonly Value[], context: CallContext): Value {
  const [given, key, fallback] = args;
  const mapping = mappingOf(given);
  const name = textOf(key);
  if (args.length > 3) throw new EvaluationError("lookup takes two or three arguments");
  const found = mapping.entries.get(name);
  const deciders = decidersOf(key === undefined ? [] : [key]);
  if (found !== undefined) {
    if (fallback !== undefined && mapping.of === "map") convert(fallback, elementOf(mapping));
    return decidedBy(deciders, partOf(mapping, found));
  }
  if (mapping.rest !== undefined) return unknownLike(mapping.rest, computed(context, args));
  if (fallback === undefined)
    throw new EvaluationError(`no key ${JSON.stringify(name)} here`, decidersOf([shell(mapping)]));
  const value = mapping.of === "map" ? convert(fallback, elementOf(mapping)) : fallback;
  return decidedBy([...deciders, ...decidersOf([shell(mapping)])], value);
}

function matchKeys(args: readonly Value[], context: CallContext): Value {
  const lists = args.map(listOf);
  const [found, names, wanted] = lists;
  if (found === undefined || names === undefined || wanted === undefined)
    throw new EvaluationError("matchkeys takes three lists");
  const at = computed(context, args.map(shell));
  const reason = lists.map(whyUnknown).find((unknown) => unknown !== undefined);
  if (reason !== undefined) return unknownLike(reason, at, typeOf(found));
  if (found.items.length !== names.items.length) throw new EvaluationError("matchkeys takes as many keys as values");
  const type = unify([typeOf(names), typeOf(wanted)]);
  if (type === undefined) throw new EvaluationError("keys and searchset have no common type");
  const search = listOf(convert(wanted, type)).items;
  const keyed = listOf(convert(names, type)).items;
  context.spend(search.length * keyed.length);
  const items = partsOf(found).filter((_, position) => {
    const key = keyed[position];
    return key !== undefined && search.some((candidate) => mustEqual(key, candidate));
  });
  return listValue(items, elementOf(found), at);
}

function mustEqual(a: Value, b: Value): boolean {
  const same = equal(a, b);
  if (same === undefined) throw new NotToldError("limit", "whether these are equal could not be told");
  return same;
}

/** Later entries win. What an unknown argument may bring leaves only the entries after it as they are. */
function merge(args: readonly Value[], context: CallContext): Value {
  let entries = new Map<string, Value>();
  let rest: MappingValue["rest"];
  const at = computed(context, args.map(shell));
  for (const arg of args) {
    const reason = arg.kind === "unknown" ? arg.reason : arg.kind === "mapping" ? arg.rest : undefined;
    if (reason !== undefined) {
      rest = reason;
      entries = new Map(entries.keys().map((key) => [key, unknownLike(reason, at)]));
    } else {
      const deciders = decidersOf([shell(arg)]);
      if (deciders.length > 0)
        entries = new Map(entries.entries().map(([key, entry]) => [key, decidedBy(deciders, entry)]));
    }
    if (arg.kind === "mapping") for (const [key, entry] of arg.entries) entries.set(key, partOf(arg, entry));
    else if (arg.kind !== "null" && arg.kind !== "unknown") throw new EvaluationError("merge takes maps and objects");
    context.spend(entries.size);
  }
  if (entries.size > maximumItems) throw new NotToldError("limit", "merge makes too many entries");
  const type = mergedType(args);
  if (
    typeof type !== "string" &&
    type.kind === "object" &&
    type.attributes.size > 0 &&
    args.every((arg) => arg.kind === "null")
  ) {
    throw new EvaluationError("merge of nothing but nulls");
  }
  if (typeof type !== "string" && type.kind === "map")
    return { kind: "mapping", of: "map", entries, element: type.element, ...(rest && { rest }), at };
  return { kind: "mapping", of: "object", entries, ...(rest && { rest }), at };
}

function mergedType(args: readonly Value[]): ValueType {
  const types = args.map(typeOf);
  const [first] = types;
  return first !== undefined && types.every((type) => sameType(type, first)) ? first : "unsure";
}

function one(args: readonly Value[]): Value {
  const list = listOf(args[0]);
  const [first] = list.items;
  if (list.items.length > 1) throw new EvaluationError("one takes a list of at most one element");
  if (first !== undefined) return partOf(list, first);
  return isTuple(list) ? shell(list) : { kind: "null", type: elementOf(list), at: list.at };
}

function reverse(args: readonly Value[], context: CallContext): Value {
  const list = listOf(args[0]);
  return like(list, partsOf(list).toReversed(), computed(context, args.map(shell)));
}

function sets(args: readonly Value[], context: CallContext, operation: "union" | "intersection" | "subtract"): Value {
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

function slice(args: readonly Value[], context: CallContext): Value {
  const list = listOf(args[0]);
  const start = integerOf(args[1]);
  const end = integerOf(args[2]);
  if (list.of === "set") throw new EvaluationError("slice takes lists, not sets");
  if (start < 0 || end < start || end > list.items.length)
    throw new EvaluationError("slice beyond the list", decidersOf([shell(list)]));
  return like(list, partsOf(list).slice(start, end), computed(context, args.map(shell)));
}

function transpose(args: readonly Value[], context: CallContext): Value {
  const mapping = mappingOf(args[0]);
  const at = computed(context, args);
  const reason = whyUnknown(mapping);
  if (reason !== undefined) return unknownLike(reason, at);
  const turned = new Map<string, string[]>();
  for (const [key, list] of mapping.entries) {
    if (list.kind !== "list") throw new EvaluationError("transpose meets a null list");
    for (const item of list.items) turned.set(textOf(item), [...(turned.get(textOf(item)) ?? []), key]);
  }
  const entries = new Map<string, Value>();
  for (const [key, names] of turned) {
    entries.set(
      key,
      listValue(
        names.toSorted(compareText).map((name) => ({ kind: "string", value: name, at })),
        "string",
        at,
      ),
    );
  }
  return { kind: "mapping", of: "map", entries, element: listOfText, at };
}

function values(args: readonly Value[], context: CallContext): Value {
  const mapping = mappingOf(args[0]);
  const at = computed(context, args.map(shell));
  if (mapping.rest !== undefined) return unknownLike(mapping.rest, at);
  const items = sortedEntries(mapping).map(([, entry]) => partOf(mapping, entry));
  return mapping.of === "map" ? listValue(items, elementOf(mapping), at) : tupleLike(mapping, items, at);
}

function zipmap(args: readonly Value[], context: CallContext): Value {
  const names = listOf(args[0]);
  const items = listOf(args[1]);
  if (items.of === "set") throw new EvaluationError("zipmap takes lists, not sets");
  const at = computed(context, args.map(shell));
  const reason = whyUnknown(names);
  if (reason !== undefined) return unknownLike(reason, at);
  if (names.items.length !== items.items.length) throw new EvaluationError("zipmap takes as many keys as values");
  const entries = new Map<string, Value>();
  partsOf(items).forEach((item, position) => entries.set(textOf(names.items[position]), item));
  if (isTuple(items)) return { kind: "mapping", of: "object", entries, at };
  return { kind: "mapping", of: "map", entries, element: elementOf(items), at };
}
