import { decidedBy, decidersOf, partOf } from "../../provenance.ts";
import { alike, convert, elementOf } from "../../value-conversion.ts";
import { equal } from "../../value-equality.ts";
import { listOfText, listValue, tupleLike, tupleValue, typeOf, unknownLike, whyUnknown } from "../../value-tree.ts";
import { unify } from "../../value-type.ts";
import type { ListValue, Value } from "../../value.ts";
import { EvaluationError, NotToldError } from "../evaluation-error.ts";
import { integerOf, listOf } from "./arguments.ts";
import { isTuple, maximumItems, mustEqual, partsOf, shell } from "./contents.ts";
import {
  anything,
  computed,
  listOfAny,
  numberParameter,
  openValue,
  type CallContext,
  type TofuFunction,
} from "./function.ts";
import { counted } from "./strings.ts";

/** Functions of lists, and `length` of anything. */
export const lists: Readonly<Record<string, TofuFunction>> = {
  chunklist: { parameters: [listOfAny, numberParameter], call: chunklist },
  compact: { parameters: [{ type: listOfText }], call: compact },
  concat: { parameters: [], rest: anything, call: concat },
  contains: { parameters: [anything, anything], call: contains },
  distinct: { parameters: [listOfAny], call: distinct },
  element: { parameters: [anything, numberParameter], call: element },
  flatten: { parameters: [anything], call: flatten },
  index: { parameters: [anything, anything], call: index },
  length: { parameters: [openValue], call: length },
  matchkeys: { parameters: [listOfAny, listOfAny, listOfAny], call: matchKeys },
  one: { parameters: [anything], call: one },
  reverse: { parameters: [anything], call: reverse },
  slice: { parameters: [anything, numberParameter, numberParameter], call: slice },
};

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

function compact(args: readonly Value[], context: CallContext): Value {
  const list = listOf(args[0]);
  const at = computed(context, args);
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
  const given = args.map(listOf);
  if (given.some((list) => list.of === "set")) throw new EvaluationError("concat takes lists, not sets");
  const at = computed(context, args.map(shell));
  const items = given.flatMap(partsOf);
  if (items.length > maximumItems) throw new NotToldError("limit", "concat makes too many items");
  if (!given.every((list) => list.of === "list")) return tupleValue(items, at);
  const type = unify(given.map(typeOf));
  if (type === undefined || typeof type === "string" || type.kind !== "list") return tupleValue(items, at);
  const joined = alike(given.flatMap((list) => partsOf(listOf(convert(list, type)))));
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
  const walked: Value[] = [];
  const walk = (inner: ListValue): Value | undefined => {
    walked.push(shell(inner));
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
  const at = computed(context, walked);
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

function matchKeys(args: readonly Value[], context: CallContext): Value {
  const given = args.map(listOf);
  const [found, names, wanted] = given;
  if (found === undefined || names === undefined || wanted === undefined)
    throw new EvaluationError("matchkeys takes three lists");
  const at = computed(context, args.map(shell));
  const reason = given.map(whyUnknown).find((unknown) => unknown !== undefined);
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

function slice(args: readonly Value[], context: CallContext): Value {
  const list = listOf(args[0]);
  const start = integerOf(args[1]);
  const end = integerOf(args[2]);
  if (list.of === "set") throw new EvaluationError("slice takes lists, not sets");
  if (start < 0 || end < start || end > list.items.length)
    throw new EvaluationError("slice beyond the list", decidersOf([shell(list)]));
  return like(list, partsOf(list).slice(start, end), computed(context, args.map(shell)));
}

function like(list: ListValue, items: readonly Value[], at: Value["at"]): Value {
  return isTuple(list) ? tupleLike(list, items, at) : listValue(items, elementOf(list), at);
}
