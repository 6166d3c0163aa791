import { isMap, isScalar, LineCounter, parseDocument, type Document } from "yaml";
import { parseYaml } from "../repository/yaml.ts";
import { nearest } from "./nearest.ts";
import { configSchema, isRuleId, severityKeys, type Config } from "./schema.ts";

/** One thing that is wrong with a holdfast.yaml, with its place from 1. */
export interface ConfigProblem {
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

const maximumLength = 256 * 1024;

/**
 * Reads the text of a holdfast.yaml. An empty file is a valid one.
 *
 * @param knownRules ids that `severity` can name; without them every id is taken
 */
export function readConfig(
  text: string,
  knownRules?: readonly string[],
): { readonly config: Config } | { readonly problems: readonly ConfigProblem[] } {
  if (text.length > maximumLength)
    return { problems: [{ line: 1, column: 1, text: `over the cap of ${maximumLength} characters` }] };
  const lines = new LineCounter();
  const placed = (offset: number, message: string): ConfigProblem => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col), text: message };
  };
  const { problems: found, documents } = parseYaml({ text, locate: () => null });
  const onLine = (offset: number, message: string) => ({
    problems: [{ line: text.slice(0, offset).split("\n").length, column: 1, text: message }],
  });
  // The library below would overflow the stack, or take for ever.
  const limit = found.find(({ code }) => code === "YAML002");
  if (limit !== undefined) return onLine(limit.start, limit.message);
  const second = documents[1];
  if (second !== undefined) return onLine(second.start, "a second document: there can be only one");
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, logLevel: "silent" });
  if (document.errors.length > 0)
    return { problems: document.errors.map(({ pos, message }) => placed(pos[0], firstLine(message))) };
  const values = valuesOf(document);
  if (values === null) return { problems: [placed(0, "an alias that has no anchor, or stands for too much")] };
  const read = configSchema.safeParse(values.contents);
  const strangers = knownRules === undefined ? [] : unknownRules(document, values.contents, knownRules);
  if (read.success && strangers.length === 0) return { config: read.data };
  const faults = (read.error?.issues ?? []).flatMap((issue) => problemsOf(document, issue));
  const problems = [...faults, ...strangers].map(({ offset, text: what }) => placed(offset, what));
  return { problems: problems.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

interface Fault {
  readonly offset: number;
  readonly text: string;
}

/** What has the form of a rule id and is none; the schema speaks of what has not. */
function unknownRules(document: Document, contents: unknown, known: readonly string[]): readonly Fault[] {
  const read = severityKeys.safeParse(contents);
  return Object.keys(read.data?.severity ?? {})
    .filter((id) => isRuleId.test(id) && !known.includes(id))
    .map((id) => ({
      offset: offsetOfKey(document, ["severity"], id),
      text: `${pathText(["severity", id])}no such rule; nearest: ${nearest(id, known).join(", ")}`,
    }));
}

function problemsOf(document: Document, issue: ConfigIssue): readonly Fault[] {
  const { path } = issue;
  const ofKey = (above: readonly PropertyKey[], key: string, text: string) => ({
    offset: offsetOfKey(document, above, key),
    text: `${pathText([...above, key])}${text}`,
  });
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => ofKey(path, key, "no such key"));
  if (issue.code === "invalid_key")
    return [ofKey(path.slice(0, -1), String(path.at(-1)), issue.issues[0]?.message ?? issue.message)];
  return [{ offset: offsetOf(document, path), text: `${pathText(path)}${issue.message}` }];
}

type ConfigIssue = NonNullable<ReturnType<typeof configSchema.safeParse>["error"]>["issues"][number];

function valuesOf(document: Document): { readonly contents: unknown } | null {
  try {
    return { contents: document.toJS({ maxAliasCount: 10 }) ?? {} };
  } catch {
    return null;
  }
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? text;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "" : `${path.map(String).join(".")}: `;
}

/** Where a key of the mapping at a path stands. */
function offsetOfKey(document: Document, path: readonly PropertyKey[], key: string): number {
  const mapping = path.length === 0 ? document.contents : document.getIn(path, true);
  const pair = isMap(mapping)
    ? mapping.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
    : undefined;
  return isScalar(pair?.key) ? (pair.key.range?.[0] ?? 0) : offsetOf(document, path);
}

/** Where the nearest node on the way to a path stands. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isScalar(node) || hasRange(node)) return node.range?.[0] ?? 0;
  }
  return 0;
}

function hasRange(node: unknown): node is { range: [number, number, number] | null } {
  return typeof node === "object" && node !== null && "range" in node;
}
