import { decidedBy, decidersOf, partOf } from "../../provenance.ts";
import { convert, elementOf } from "../../value-conversion.ts";
import {
  compareText,
  listOfText,
  listValue,
  sortedEntries,
  tupleLike,
  typeOf,
  unknownLike,
  whyUnknown,
} from "../../value-tree.ts";
import { sameType, type ValueType } from "../../value-type.ts";
import type { MappingValue, Value } from "../../value.ts";
import { EvaluationError, NotToldError } from "../evaluation-error.ts";
import { listOf, mappingOf, textOf } from "./arguments.ts";
import { isTuple, maximumItems, partsOf, shell } from "./contents.ts";
import {
  anyValue,
  anything,
  computed,
  openValue,
  textParameter,
  type CallContext,
  type TofuFunction,
} from "./function.ts";

/** Functions of maps and objects. */
export const maps: Readonly<Record<string, TofuFunction>> = {
  keys: { parameters: [openValue], call: keys },
  lookup: { parameters: [anything, textParameter], rest: anyValue, call: lookup },
  merge: { parameters: [], rest: anyValue, call: merge },
  transpose: { parameters: [{ type: { kind: "map", element: listOfText } }], call: transpose },
  values: { parameters: [anything], call: values },
  zipmap: { parameters: [{ type: listOfText }, anything], call: zipmap },
};

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
  const deciders = decidersOf([names]);
  partsOf(items).forEach((item, position) => entries.set(textOf(names.items[position]), decidedBy(deciders, item)));
  if (isTuple(items)) return { kind: "mapping", of: "object", entries, at };
  return { kind: "mapping", of: "map", entries, element: elementOf(items), at };
}
