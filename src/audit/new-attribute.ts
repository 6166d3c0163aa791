import type { SourceFile } from "../model/source.ts";
import type { Span } from "../model/span.ts";

/** Where a pin goes: the literal that the version comes from, or a new attribute of a block. */
export interface Place {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
  /** The text to write for a version. */
  text(version: string): string;
  /** What stands there then, with the name of the attribute: `version = "1.2.3"`. */
  says(version: string): string;
}

/** A new attribute in a block, behind the attribute `after` and written as that one is; or why there is no place for it. */
export function newAttribute(
  file: SourceFile | undefined,
  header: Span,
  after: "chart" | "source",
  name: string,
): Place | string {
  if (file === undefined) return "the block was not found";
  return file.path.endsWith(".json") ? newMember(file, header, after, name) : newLine(file, header, after, name);
}

/** A line below that of the attribute, aligned as that one is. */
function newLine(file: SourceFile, header: Span, after: "chart" | "source", name: string): Place | string {
  const line =
    after === "chart" ? /^([ \t]*)chart([ \t]*)=([^\n]*?)(\r?)$/m : /^([ \t]*)source([ \t]*)=([^\n]*?)(\r?)$/m;
  const body = file.text.slice(header.end);
  const found = line.exec(body);
  if (found === null || body.slice(0, found.index).includes("\n}"))
    return `the block has no ${after} line to put the version after`;
  const [whole, indent = "", gap = "", , carriage = ""] = found;
  const start = header.end + found.index + whole.length - carriage.length;
  const padded = name.padEnd(Math.max(after.length + gap.length, name.length + 1));
  return {
    file,
    start,
    end: start,
    text: (version) => `${carriage}\n${indent}${padded}= ${JSON.stringify(version)}`,
    says: (version) => `${name} = ${JSON.stringify(version)}`,
  };
}

/** A member of a JSON object behind another: on a line of its own where that has one, with its commas and its colon. */
function newMember(file: SourceFile, { start: open }: Span, after: string, name: string): Place | string {
  const { text } = file;
  const members = membersOf(text, open).filter(({ key }) => key === after);
  const [member] = members;
  if (member === undefined || members.length > 1)
    return `the block has ${member === undefined ? "no" : "more than one"} "${after}" to put the version after`;
  const { start, end, colon } = member;
  const lineStart = text.lastIndexOf("\n", start) + 1;
  const before = text.slice(lineStart, start);
  const newline = text[lineStart - 2] === "\r" ? "\r\n" : "\n";
  const [, gap = " "] = /^\s*,([ \t]*)"/.exec(text.slice(end, end + 100)) ?? [];
  const lead = /^[ \t]*$/.test(before)
    ? `,${newline}${before}`
    : /^[ \t]*,[ \t]*$/.test(before)
      ? `${newline}${before}`
      : `,${gap}`;
  return {
    file,
    start: end,
    end,
    text: (version) => `${lead}${JSON.stringify(name)}${colon}${JSON.stringify(version)}`,
    says: (version) => `${name} = ${JSON.stringify(version)}`,
  };
}

interface Member {
  readonly key: string;
  /** Offset of the key's quote. */
  readonly start: number;
  /** Offset behind the value. */
  readonly end: number;
  /** From the key to the value: `: `. */
  readonly colon: string;
}

const token = /"(?:[^"\\\n]|\\.)*"|[{}[\]:,]|[^\s"{}[\]:,]+/g;

/** The members of the JSON object that opens at an offset; none where there is no such object. */
function membersOf(text: string, open: number): readonly Member[] {
  const members: Member[] = [];
  if (text[open] !== "{") return members;
  let depth = 0;
  let key: { text: string; start: number; end: number } | undefined;
  let value: { start: number; end: number } | undefined;
  token.lastIndex = open;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [part] = found;
    const isEnd = part === "}" || part === "]";
    if (depth === 1 && (part === "," || isEnd)) {
      if (key !== undefined && value !== undefined)
        members.push({ key: key.text, start: key.start, end: value.end, colon: text.slice(key.end, value.start) });
      [key, value] = [undefined, undefined];
      if (isEnd) return members;
      continue;
    }
    if (depth === 1 && key === undefined) key = { text: part.slice(1, -1), start: found.index, end: token.lastIndex };
    else if (depth > 0 && !(depth === 1 && part === ":"))
      value = { start: value?.start ?? found.index, end: token.lastIndex };
    if (part === "{" || part === "[") depth++;
    else if (isEnd) depth--;
  }
  return [];
}
