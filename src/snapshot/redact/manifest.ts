import { isDeepStrictEqual } from "node:util";
import { isScalar, stringify } from "yaml";
import type { Document, Scalar } from "yaml";
import { composeTree } from "../../repository/yaml/compose.ts";
import { redactLines } from "./lines.ts";
import { couldHoldSecret } from "./signals.ts";
import { walk } from "./walk.ts";
import type { Judged, Means, Replacement } from "./walk.ts";

/**
 * YAML without its secrets, document by document, by the rules of each one's kind. All but what is replaced stays byte for
 * byte; where that cannot be done, the document is written anew, and where it cannot be read it is replaced.
 */
export function redactManifest(text: string, means: Means, judged: Judged): string {
  return text
    .split(/^(?=---(?:\s|$))/m)
    .map((part) =>
      means.documents.get(`${judged} ${part}`, () =>
        structural.test(part) || couldHoldSecret(part) ? redactDocument(part, means, judged) : part,
      ),
    )
    .join("");
}

// What a document must have for more than its texts to be judged.
const structural = /(?:env\w{0,30}|args|command|data|values\w{0,30}|[Hh]eaders)["']?\s{0,9}:/;

function redactDocument(text: string, means: Means, judged: Judged): string {
  try {
    const document = composeTree(text, { tokens: maximumTokens }, true);
    if (document === undefined) return redactComments(text, means);
    if ("code" in document) return unreadable(text, means);
    const isDouble = document.errors.length > 0 && document.errors.every(({ code }) => code === "DUPLICATE_KEY");
    if (document.errors.length > 0 && !isDouble) return unreadable(text, means);
    const { value, replaced } = walk(document.toJS(), means, judged);
    const edited = isDouble ? null : edit(text, document, replaced);
    const safe = edited === null ? null : redactComments(edited, means);
    return safe !== null && says(safe, value) ? safe : `${text.startsWith("---") ? "---\n" : ""}${stringify(value)}`;
  } catch {
    // Aliases without end.
    return unreadable(text, means);
  }
}

/** Lexical tokens of one document: about 4 MB. */
const maximumTokens = 2_000_000;

function says(text: string, value: unknown): boolean {
  const document = composeTree(text, { tokens: maximumTokens }, true);
  if (document === undefined || "code" in document || document.errors.length > 0) return false;
  return isDeepStrictEqual(document.toJS(), value);
}

function unreadable(text: string, means: Means): string {
  return `${text.startsWith("---") ? "---\n" : ""}# ${means.placeholders.text(`YAML ${text}`).trimEnd()}: this could not be read as YAML\n`;
}

/** null: something is not at one place of the text alone, as behind an alias. */
function edit(text: string, document: Document, replaced: readonly Replacement[]): string | null {
  if (replaced.length > maximumEdits) return null;
  const edits: { readonly start: number; readonly end: number; readonly written: string }[] = [];
  for (const { path, value } of replaced) {
    const node: unknown = document.getIn(path, true);
    if (!isScalar(node) || node.range === undefined || node.range === null) return null;
    const [start, end] = node.range;
    edits.push({ start, end, written: write(text.slice(start, end), node, value) });
  }
  edits.sort((one, other) => one.start - other.start);
  let done = 0;
  let out = "";
  for (const { start, end, written } of edits) {
    out += text.slice(done, start) + written;
    done = end;
  }
  return out + text.slice(done);
}

/** Each looks for its key among those beside it. */
const maximumEdits = 2_000;

function write(source: string, { type }: Scalar, value: unknown): string {
  if (typeof value !== "string") return String(value);
  if (type === "BLOCK_LITERAL") return writeBlock(source, value);
  if (type === "BLOCK_FOLDED") return JSON.stringify(value) + source.slice(withoutEnd(source).length);
  // That all of it is read as it should be is shown by reading it again.
  if (type === "PLAIN" && plain.test(value)) return value;
  if (type === "QUOTE_SINGLE" && !/[\n']/.test(value)) return `'${value}'`;
  return JSON.stringify(value);
}

const plain = /^[\w./$-](?:[^\n#,[\]{}"':]|:(?![ ]|$))*$/;

/** With its header and indent; that it is right is shown by reading it again. */
function writeBlock(source: string, value: string): string {
  const [header = ""] = /^[^\n]*\n/.exec(source) ?? [];
  const [, indent = ""] = /^(?:[ \t]*\n)*( +)\S/.exec(source.slice(header.length)) ?? [];
  const end = source.slice(withoutEnd(source).length);
  const lines = withoutEnd(value).split("\n");
  return `${header}${lines.map((line) => (line === "" ? line : `${indent}${line}`)).join("\n")}${end}`;
}

/** Without newlines at its end. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\n") end -= 1;
  return text.slice(0, end);
}

/** Comments are no part of what a document says, and may quote it. */
function redactComments(text: string, { placeholders }: Means): string {
  return text.replace(/(?<=^|[ \t])#[^\n]*/gm, (comment) => redactLines(comment, placeholders));
}
