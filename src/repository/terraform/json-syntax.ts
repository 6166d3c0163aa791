import type { SourceFile } from "../../model/source.ts";
import { parseTemplate } from "../hcl/parse.ts";
import type {
  Attribute,
  Block,
  Body,
  Expression,
  ObjectItem,
  ParsedBody,
  SyntaxProblem,
  Template,
} from "../hcl/syntax.ts";
import { writtenNumber } from "../value-number.ts";
import type { MappingValue, Value } from "../value.ts";
import { parseYaml } from "../yaml.ts";

/** How many labels a block type has, for the blocks that are read; all other keys are attributes or plain blocks. */
const labelled: Readonly<Record<string, number>> = {
  resource: 2,
  data: 2,
  module: 1,
  variable: 1,
  output: 1,
  provider: 1,
};
const plain = new Set(["terraform", "locals", "required_providers", "lifecycle", "metadata"]);
const atStart = { start: 0, end: 0 };

/** A `.tf.json` file as the syntax tree of the same configuration in native syntax. */
export function readJsonBody(source: SourceFile): ParsedBody {
  const { value, problems } = readJson(source);
  return { body: value === undefined ? { ...atStart, attributes: [], blocks: [] } : topBody(value), problems };
}

/** The top-level entries of a JSON file, such as `terraform.tfvars.json`. */
export function readJsonValues(source: SourceFile): ReadonlyMap<string, Value> {
  return readJson(source).value?.entries ?? new Map();
}

function readJson(source: SourceFile): { value?: MappingValue; problems: readonly SyntaxProblem[] } {
  const parsed = parseYaml({ text: source.text, locate: (start, end) => ({ file: source.id, start, end }) });
  const problems = parsed.problems.map(({ code, message, start, end }) => ({
    kind: code === "YAML002" ? ("depth" as const) : ("syntax" as const),
    message,
    start,
    end,
  }));
  const value = parsed.documents[0]?.value;
  return value?.kind === "mapping" ? { value, problems } : { problems };
}

function topBody(value: MappingValue): Body {
  const blocks = [...value.entries].flatMap(([type, content]) => blocksOf(type, content, labelled[type] ?? 0, []));
  return { ...extent(value), attributes: [], blocks };
}

function blocksOf(type: string, content: Value, labels: number, taken: readonly string[]): Block[] {
  if (content.kind === "list") return content.items.flatMap((item) => blocksOf(type, item, labels, taken));
  if (content.kind !== "mapping") return [];
  if (labels > 0)
    return [...content.entries].flatMap(([label, inner]) => blocksOf(type, inner, labels - 1, [...taken, label]));
  const { start, end } = extent(content);
  return [{ type, labels: taken, start, end, headerEnd: start, body: bodyOf(content) }];
}

function bodyOf(value: MappingValue): Body {
  const attributes: Attribute[] = [];
  const blocks: Block[] = [];
  for (const [name, content] of value.entries) {
    if (plain.has(name)) blocks.push(...blocksOf(name, content, 0, []));
    else attributes.push({ name, ...extent(content), nameEnd: extent(content).start, value: expressionOf(content) });
  }
  return { ...extent(value), attributes, blocks };
}

function expressionOf(value: Value): Expression {
  const range = extent(value);
  switch (value.kind) {
    case "null":
    case "bool":
      return { kind: "literal", ...range, value: value.kind === "null" ? null : value.value, text: "" };
    case "number":
      return { kind: "literal", ...range, value: value.value, text: writtenNumber(value) };
    case "string":
      return templateOf(value.value, range);
    case "list":
      return { kind: "tuple", ...range, items: value.items.map(expressionOf) };
    case "mapping":
      return { kind: "object", ...range, items: [...value.entries].map(itemOf) };
    case "unknown":
      return { kind: "invalid", ...range, message: value.reason.text };
  }
}

function itemOf([key, value]: readonly [string, Value]): ObjectItem {
  return { key: templateOf(key, extent(value)), value: expressionOf(value) };
}

/** A JSON string is a template. Places inside it are those of the whole string: escapes may shift the text. */
function templateOf(text: string, range: { start: number; end: number }): Template {
  if (!text.includes("${") && !text.includes("%{")) {
    return {
      kind: "template",
      form: "quoted",
      ...range,
      parts: [{ kind: "text", text, start: range.start + 1, end: range.end - 1 }],
    };
  }
  return placed(parseTemplate(text).template, range);
}

/** Gives every node of a tree the same range. */
function placed<T>(node: T, range: { start: number; end: number }): T {
  const replacer = (key: string, value: unknown): unknown => {
    if (key === "start") return range.start;
    return key === "end" ? range.end : value;
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a copy of plain data has its shape
  return JSON.parse(JSON.stringify(node, replacer)) as T;
}

function extent(value: Value): { start: number; end: number } {
  const place = value.at.at(-1);
  return place === undefined ? atStart : { start: place.start, end: place.end };
}
