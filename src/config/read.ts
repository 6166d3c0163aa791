import { isScalar, LineCounter, parseDocument, type Document } from "yaml";
import { configSchema, type Config } from "./schema.ts";

/** One thing that is wrong with a holdfast.yaml, with its place from 1. */
export interface ConfigProblem {
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** Reads the text of a holdfast.yaml. An empty file is a valid one. */
export function readConfig(text: string): { readonly config: Config } | { readonly problems: readonly ConfigProblem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, logLevel: "silent" });
  const placed = (offset: number, message: string): ConfigProblem => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col, text: message };
  };
  if (document.errors.length > 0) return { problems: document.errors.map(({ pos, message }) => placed(pos[0], firstLine(message))) };
  const read = configSchema.safeParse(document.toJS({ maxAliasCount: 10 }) ?? {});
  if (read.success) return { config: read.data };
  const problems = read.error.issues.map((issue) => placed(offsetOf(document, issue.path), `${pathText(issue.path)}${issue.message}`));
  return { problems: problems.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? text;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "" : `${path.map(String).join(".")}: `;
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
