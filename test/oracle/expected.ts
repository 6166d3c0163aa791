import { numberText, parseNumber, fromBig } from "../../src/repository/value-number.ts";
import { typeOf } from "../../src/repository/value-tree.ts";
import { isUnsure, type ValueType } from "../../src/repository/value-type.ts";
import type { Value } from "../../src/repository/value.ts";

/** JSON whose numbers keep their digits. */
export type Json = null | boolean | string | { readonly digits: string } | readonly Json[] | ReadonlyMap<string, Json>;

interface SourceContext {
  readonly source: string;
}

export function parseJson(text: string): Json {
  const reviver = (_: string, value: unknown, context?: SourceContext): unknown => {
    if (typeof value === "number") return { digits: context?.source ?? String(value) };
    if (value !== null && typeof value === "object" && !Array.isArray(value) && !("digits" in value))
      return new Map(Object.entries(value));
    return value;
  };
  const parsed: Json = JSON.parse(text, reviver);
  return parsed;
}

/** The first place where a value, as far as it is known, differs from what OpenTofu answers. */
export function difference(value: Value, expected: Json, path = "value"): string | undefined {
  switch (value.kind) {
    case "unknown":
      return undefined;
    case "null":
      return expected === null ? undefined : `${path}: null, but OpenTofu has ${shown(expected)}`;
    case "string":
    case "bool":
      return expected === value.value
        ? undefined
        : `${path}: ${JSON.stringify(value.value)}, but OpenTofu has ${shown(expected)}`;
    case "number": {
      const digits =
        expected !== null && typeof expected === "object" && "digits" in expected
          ? canonical(expected.digits)
          : undefined;
      const own = numberText(value);
      return digits === own ? undefined : `${path}: ${own ?? "?"}, but OpenTofu has ${shown(expected)}`;
    }
    case "list": {
      if (!Array.isArray(expected)) return `${path}: a list, but OpenTofu has ${shown(expected)}`;
      const answers: readonly Json[] = expected;
      if (answers.length !== value.items.length)
        return `${path}: ${value.items.length} items, but OpenTofu has ${answers.length}`;
      if (value.of === "set") return setDifference(value.items, answers, path);
      return first(value.items.map((item, index) => difference(item, answers[index] ?? null, `${path}[${index}]`)));
    }
    case "mapping": {
      if (!(expected instanceof Map)) return `${path}: a mapping, but OpenTofu has ${shown(expected)}`;
      const answers: ReadonlyMap<string, Json> = expected;
      const missing = [...answers.keys()].find((key) => !value.entries.has(key));
      if (missing !== undefined && value.rest === undefined) return `${path}: lacks ${JSON.stringify(missing)}`;
      return first(
        [...value.entries].map(([key, entry]) => {
          const answer = answers.get(key);
          return answer === undefined
            ? `${path}: has ${JSON.stringify(key)}, which OpenTofu has not`
            : difference(entry, answer, `${path}.${key}`);
        }),
      );
    }
  }
}

/** Items of a set in any order. */
function setDifference(items: readonly Value[], expected: readonly Json[], path: string): string | undefined {
  const open = [...expected];
  for (const item of items) {
    const found = open.findIndex((answer) => difference(item, answer) === undefined);
    if (found === -1) return `${path}: an item of this set is not in OpenTofu's`;
    open.splice(found, 1);
  }
  return undefined;
}

function canonical(digits: string): string | undefined {
  const number = parseNumber(digits);
  return number === null || number === undefined ? undefined : numberText(fromBig(number, []));
}

function first(found: readonly (string | undefined)[]): string | undefined {
  return found.find((one) => one !== undefined);
}

function shown(json: Json): string {
  const plain = (part: Json): unknown =>
    part instanceof Map
      ? Object.fromEntries([...part].map(([key, value]) => [key, plain(value)]))
      : Array.isArray(part)
        ? part.map(plain)
        : part;
  return JSON.stringify(plain(json)).slice(0, 300);
}

/** A type as OpenTofu's `type()` prints it, without its white space. */
function typeText(type: ValueType): string {
  if (typeof type === "string") return type;
  if (type.kind === "tuple") return `tuple([${type.items.map((item) => `${typeText(item)},`).join("")}])`;
  if (type.kind !== "object") return `${type.kind}(${typeText(type.element)})`;
  const names = [...type.attributes.keys()].toSorted();
  return `object({${names.map((name) => `${name}:${typeText(type.attributes.get(name) ?? "unsure")},`).join("")}})`;
}

/** How the type of a wholly told value differs from OpenTofu's. */
export function typeDifference(value: Value, printed: string): string | undefined {
  const type = typeOf(value);
  if (isUnsure(type)) return undefined;
  const own = squeezed(typeText(type));
  const expected = squeezed(printed);
  return own === expected ? undefined : `type ${own}, but OpenTofu has ${expected}`;
}

function squeezed(text: string): string {
  return text.replace(/["\s]/g, "").replaceAll(",}", "}").replaceAll(",]", "]").replaceAll(",)", ")");
}
