import type { Reason } from "../../model/told.ts";
import type { MappingValue, Value } from "../value.ts";
import { attribute, headerSpan, nested, type PlacedBlock } from "./module.ts";
import type { Evaluator } from "./evaluator.ts";
import type { Repetition } from "./repetition.ts";

/** Arguments of every resource that are Terraform's, not the provider's. */
const metaArguments = new Set(["for_each", "count", "depends_on", "provider", "lifecycle"]);

/**
 * A resource as references see it: what its configuration says, with everything else unknown (`rest`),
 * since the provider may compute it at apply. Nested blocks are lists, as most schemas have them.
 */
export function resourceValue(
  evaluator: Evaluator,
  type: string,
  name: string,
  placed: PlacedBlock,
  repetition: Repetition,
): MappingValue {
  const rest: Reason = {
    code: "resource-attribute",
    text: `${type}.${name} gets it at apply`,
    at: [headerSpan(placed)],
    supply: "--plan plan.json",
  };
  const entries = bodyEntries(evaluator, placed, repetition, rest);
  const identity = identityOf(type, entries);
  if (identity !== undefined) entries.set("id", identity);
  return { kind: "mapping", of: "object", entries, rest, at: [] };
}

/** What a resource's configuration says and nothing else: an argument that is not written is absent. */
export function writtenValue(evaluator: Evaluator, placed: PlacedBlock, repetition: Repetition): MappingValue {
  return {
    kind: "mapping",
    of: "object",
    entries: bodyEntries(evaluator, placed, repetition),
    at: [headerSpan(placed)],
  };
}

/** The id of a namespace is its name: the kubernetes provider makes it so, and charts are placed by it. */
function identityOf(type: string, entries: ReadonlyMap<string, Value>): Value | undefined {
  if (type !== "kubernetes_namespace" && type !== "kubernetes_namespace_v1") return undefined;
  const metadata = entries.get("metadata");
  const first = metadata?.kind === "list" ? metadata.items[0] : undefined;
  return first?.kind === "mapping" ? first.entries.get("name") : undefined;
}

function bodyEntries(
  evaluator: Evaluator,
  placed: PlacedBlock,
  repetition: Repetition,
  rest?: Reason,
): Map<string, Value> {
  const entries = new Map<string, Value>();
  for (const name of attributeNames(placed)) {
    const written = metaArguments.has(name) ? undefined : attribute(placed, name);
    if (written === undefined) continue;
    const value = evaluator.evaluate(written, repetition);
    // A null argument is as good as none: the provider may compute it.
    if (value.kind !== "null") entries.set(name, value);
  }
  for (const type of blockTypes(placed)) {
    if (!metaArguments.has(type)) entries.set(type, blockList(evaluator, placed, type, repetition, rest));
  }
  return entries;
}

function blockList(
  evaluator: Evaluator,
  placed: PlacedBlock,
  type: string,
  repetition: Repetition,
  rest?: Reason,
): Value {
  const items: Value[] = nested(placed, type).map((block) => ({
    kind: "mapping",
    of: "object",
    entries: bodyEntries(evaluator, block, repetition, rest),
    ...open(rest),
    at: [headerSpan(block)],
  }));
  for (const dynamic of nested(placed, "dynamic").filter(({ block }) => block.labels[0] === type)) {
    const made = dynamicBlocks(evaluator, dynamic, type, repetition, rest);
    if (!Array.isArray(made)) return { kind: "unknown", reason: made, at: made.at };
    items.push(...made);
  }
  return { kind: "list", of: "list", items, at: [headerSpan(placed)] };
}

/** `dynamic "set" { for_each = ..., content { ... } }`: a block for each element. */
function dynamicBlocks(
  evaluator: Evaluator,
  dynamic: PlacedBlock,
  type: string,
  repetition: Repetition,
  rest?: Reason,
): Value[] | Reason {
  const [content] = nested(dynamic, "content");
  const over = evaluator.attribute(dynamic, "for_each", repetition);
  if (content === undefined || over === undefined) return unknownBlocks(dynamic, type);
  const elements = elementsOf(over);
  if (elements === undefined) return over.kind === "unknown" ? over.reason : unknownBlocks(dynamic, type);
  const iterator = iteratorName(dynamic) ?? type;
  return elements.map(({ key, value }) => {
    const bound = evaluator.withVariable(iterator, iteratorValue(key, value));
    return {
      kind: "mapping",
      of: "object",
      entries: bodyEntries(bound, content, repetition, rest),
      ...open(rest),
      at: [headerSpan(content)],
    };
  });
}

function open(rest: Reason | undefined): { rest?: Reason } {
  return rest === undefined ? {} : { rest };
}

function unknownBlocks(dynamic: PlacedBlock, type: string): Reason {
  return {
    code: "for-each-not-known",
    text: `the ${type} blocks depend on a for_each that could not be told`,
    at: [headerSpan(dynamic)],
  };
}

function elementsOf(over: Value): readonly { key: Value; value: Value }[] | undefined {
  if (over.kind === "null") return [];
  if (over.kind === "mapping" && over.rest === undefined) {
    return [...over.entries].map(([key, value]) => ({ key: { kind: "string", value: key, at: [] }, value }));
  }
  if (over.kind === "list" && over.of === "set") return over.items.map((value) => ({ key: value, value }));
  if (over.kind === "list")
    return over.items.map((value, index) => ({ key: { kind: "number", value: index, at: [] }, value }));
  return undefined;
}

function iteratorName(dynamic: PlacedBlock): string | undefined {
  const written = attribute(dynamic, "iterator")?.expression;
  return written?.kind === "variable" ? written.name : undefined;
}

function iteratorValue(key: Value, value: Value): Value {
  return {
    kind: "mapping",
    of: "object",
    entries: new Map([
      ["key", key],
      ["value", value],
    ]),
    at: [],
  };
}

function attributeNames(placed: PlacedBlock): Set<string> {
  const own = placed.block.body.attributes.map(({ name }) => name);
  return new Set([...own, ...(placed.overriddenBy === undefined ? [] : attributeNames(placed.overriddenBy))]);
}

function blockTypes(placed: PlacedBlock): Set<string> {
  const own = placed.block.body.blocks.map(({ type, labels }) => (type === "dynamic" ? (labels[0] ?? "") : type));
  return new Set([...own, ...(placed.overriddenBy === undefined ? [] : blockTypes(placed.overriddenBy))]);
}
