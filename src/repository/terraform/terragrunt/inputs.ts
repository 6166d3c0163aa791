import { via } from "../../provenance.ts";
import { unknownLike, unknownValue } from "../../value-tree.ts";
import type { MappingValue, Value } from "../../value.ts";
import type { RootInputs } from "../surroundings.ts";
import { containsCheckout } from "./checkout.ts";
import type { TerragruntFile } from "./file.ts";

/** The unit's inputs with those of its includes; a variable that they leave out has no value here. */
export function rootInputsOf(file: TerragruntFile): RootInputs {
  const merged = mergedInputs(file);
  return {
    valueOf: (name) => {
      if (merged === undefined) return undefined;
      if (merged.kind !== "mapping") return merged;
      const value = merged.entries.get(name);
      if (value === undefined) return merged.rest && unknownLike(merged.rest, merged.rest.at);
      return containsCheckout(value)
        ? unknownValue("environment", `${name} holds a path of the machine that runs it`)
        : value;
    },
  };
}

/** `inputs` as a file that includes or reads this one sees it. */
export function inputsOf(file: TerragruntFile): Value {
  return mergedInputs(file) ?? emptyMapping;
}

const emptyMapping: MappingValue = { kind: "mapping", of: "object", entries: new Map(), at: [] };

function mergedInputs(file: TerragruntFile): Value | undefined {
  const layers = [...file.includes().filter(({ merges }) => merges), undefined];
  return layers.reduce<Value | undefined>((below, include) => {
    const above = include === undefined ? ownInputs(file) : include.file && mergedInputs(include.file);
    if (below === undefined || above === undefined) return above ?? below;
    const isDeep = include === undefined ? file.includes().some(({ deep }) => deep) : include.deep;
    return mergeInputs(below, above, isDeep);
  }, undefined);
}

function ownInputs(file: TerragruntFile): Value | undefined {
  const written = file.body.attributes.find(({ name }) => name === "inputs");
  if (written === undefined) return undefined;
  const span = { file: file.source.id, start: written.value.start, end: written.value.end };
  const value = file.evaluate(written.value);
  if (value.kind !== "mapping") return value;
  const entries = [...value.entries].map(([name, item]): [string, Value] => [
    name,
    via(item, "terragrunt input", `var.${name}`, item.at[0] ?? span),
  ]);
  return { ...value, entries: new Map(entries) };
}

/** Shallow: the upper layer wins per input. Deep: mappings merge, lists are joined (Terragrunt docs, include block). */
function mergeInputs(below: Value, above: Value, deep: boolean): Value {
  if (below.kind === "unknown" && above.kind === "mapping") return { ...above, rest: below.reason };
  if (deep && below.kind === "list" && above.kind === "list")
    return { ...above, items: [...below.items, ...above.items] };
  if (below.kind !== "mapping" || above.kind !== "mapping") return above;
  const entries = new Map(below.entries);
  for (const [name, value] of above.entries) {
    const lower = entries.get(name);
    entries.set(name, deep && lower !== undefined ? mergeInputs(lower, value, true) : value);
  }
  const rest = above.rest ?? below.rest;
  return { ...above, entries, ...(rest === undefined ? {} : { rest }) };
}
