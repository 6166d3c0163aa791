/*
 * HCL is parsed by hand here because the alternative, web-tree-sitter with tree-sitter-hcl, reads
 * 0.9 MB/s, needs as much time again to walk its tree, and aborts on very large or deeply nested
 * input. A repository of 500 files must not be felt, and every text here may be hostile.
 */
import { closeBrace, comma, endOfText, equals, newline, openBrace, quote } from "./characters.ts";
import { readExpression } from "./expression.ts";
import { looksLikeItem, recoverInBody } from "./recover.ts";
import { Reader } from "./reader.ts";
import type { Attribute, Block, Body, Expression, ParsedBody, SyntaxProblem, Template } from "./syntax.ts";
import { readQuoted, readWhole } from "./template.ts";

/**
 * Parses a file. Never throws; what does not parse is in `problems` and, inside of an attribute, an
 * `invalid` expression. A block's body spans its braces.
 */
export function parseHcl(text: string): ParsedBody {
  const parsed = readFile(text, false);
  const isOpen = parsed.problems.some(({ message }) => message === blockNotClosed);
  const isTooDeep = parsed.problems.some(({ kind }) => kind === "depth");
  return isOpen && !isTooDeep ? readFile(text, true) : parsed;
}

/** Parses a single expression; newlines are allowed anywhere, as between parentheses. */
export function parseExpression(text: string): { expression: Expression; problems: readonly SyntaxProblem[] } {
  const r = new Reader(text);
  r.newlinesMatter = false;
  const read = readExpression(r);
  if (!r.failed && r.peek() !== endOfText) r.fail("expected the end of the expression");
  if (!r.failed) return { expression: read, problems: r.problems };
  r.pos = text.length;
  r.recovered();
  return { expression: r.invalid(0, text.length), problems: r.problems };
}

/** Parses a text that is a template as a whole: the contents of a file for `templatefile()`. */
export function parseTemplate(text: string): { template: Template; problems: readonly SyntaxProblem[] } {
  const r = new Reader(text);
  return { template: readWhole(r), problems: r.problems };
}

/**
 * With `outdentCloses`, a block that starts a line without indent ends the blocks before it. Meant
 * for a file where a block is not closed: else it would hold all that follows.
 */
function readFile(text: string, outdentCloses: boolean): ParsedBody {
  const r = new Reader(text);
  const { attributes, blocks } = readItems(r, false, outdentCloses);
  return { body: { start: 0, end: text.length, attributes, blocks }, problems: r.problems };
}

interface Items {
  readonly attributes: Attribute[];
  readonly blocks: Block[];
  /** Names of the attributes, once there are many. */
  names?: Set<string>;
}

/** Items up to the end, or (`inBlock`) up to after the closing brace. */
function readItems(r: Reader, inBlock: boolean, outdentCloses: boolean): Items {
  const items: Items = { attributes: [], blocks: [] };
  const opened = r.pos - 1;
  let code = r.peek();
  let oneLine = inBlock && code !== newline && code !== closeBrace && code !== endOfText;
  for (; ; code = r.peek()) {
    if (code === newline) {
      if (oneLine)
        r.report("a block that starts with an attribute on its first line must end on that line", r.pos, r.pos);
      oneLine = false;
      r.pos++;
    } else if (code === endOfText) {
      if (inBlock) reportUnclosed(r, opened);
      return items;
    } else if (code === closeBrace) {
      r.pos++;
      if (inBlock) return items;
      r.report('"}" without its "{"', r.pos - 1, r.pos);
    } else if (inBlock && outdentCloses && startsBlockWithoutIndent(r)) {
      reportUnclosed(r, opened);
      r.pos--;
      return items;
    } else {
      readItem(r, items, outdentCloses);
      endItem(r, oneLine);
    }
  }
}

/** A block left open leaves those around it open too: one report is enough. */
function reportUnclosed(r: Reader, opened: number): void {
  if (r.problems.at(-1)?.message !== blockNotClosed) r.report(blockNotClosed, opened, opened + 1);
}
function startsBlockWithoutIndent(r: Reader): boolean {
  return r.text.charCodeAt(r.pos - 1) === newline && looksLikeItem(r.text, r.pos, r.end) === "block";
}

const blockNotClosed = "block is not closed";

/** After an item comes a new line, or the brace that ends a block of one line. */
function endItem(r: Reader, oneLine: boolean): void {
  if (!r.failed) {
    const code = r.peek();
    if (code === newline || code === endOfText || (oneLine && code === closeBrace)) return;
    if (code === closeBrace) {
      r.report('expected a new line before "}"', r.pos, r.pos + 1);
      return;
    }
    if (code === comma && oneLine) {
      r.report("attributes of a block are on lines of their own, not separated by commas", r.pos, r.pos + 1);
      r.pos++;
      return;
    }
    r.fail("expected a new line before this");
  }
  recoverInBody(r);
}

function readItem(r: Reader, items: Items, outdentCloses: boolean): void {
  const start = r.pos;
  r.itemStart = start;
  const nameEnd = r.identifierEnd();
  if (nameEnd === start) {
    r.fail("expected an attribute or a block");
    return;
  }
  const name = r.text.slice(start, nameEnd);
  r.pos = nameEnd;
  const code = r.peek();
  if (code === equals && r.at(1) !== equals) readAttribute(r, items, start, nameEnd, name);
  else readBlock(r, items, start, name, outdentCloses);
}

function readAttribute(r: Reader, items: Items, start: number, nameEnd: number, name: string): void {
  r.pos++;
  const { depth } = r;
  let value = readExpression(r);
  r.depth = depth;
  r.newlinesMatter = true;
  if (r.failed) {
    recoverInBody(r);
    const valueStart = Math.min(value.start, r.pos);
    value = r.invalid(valueStart, valueStart + r.text.slice(valueStart, r.pos).trimEnd().length);
  }
  if (isSet(items, name)) r.report(`"${shorten(name)}" is set twice`, start, nameEnd);
  items.names?.add(name);
  items.attributes.push({ start, end: value.end, name, nameEnd, value });
}

function isSet(items: Items, name: string): boolean {
  const { attributes } = items;
  if (attributes.length < 16) return attributes.some((attribute) => attribute.name === name);
  items.names ??= new Set(attributes.map((attribute) => attribute.name));
  return items.names.has(name);
}

function readBlock(r: Reader, items: Items, start: number, type: string, outdentCloses: boolean): void {
  const labels: string[] = [];
  let headerEnd = start + type.length;
  for (let code = r.peek(); code !== openBrace; code = r.peek()) {
    const label = readLabel(r, code);
    if (label === null) {
      const expected = labels.length === 0 ? '"=" or "{"' : '"{"';
      r.fail(`expected ${expected} after "${shorten(labels.at(-1) ?? type)}"`);
      return;
    }
    labels.push(label);
    headerEnd = r.pos;
  }
  const bodyStart = r.pos;
  const { depth } = r;
  r.enter();
  if (r.failed) {
    r.depth = depth;
    return;
  }
  r.pos++;
  const { attributes, blocks } = readItems(r, true, outdentCloses);
  r.depth = depth;
  r.itemStart = start;
  const body: Body = { start: bodyStart, end: r.pos, attributes, blocks };
  items.blocks.push({ start, end: r.pos, type, labels, headerEnd, body });
}

/** A label in quotes or a bare name; `null` if there is none. */
function readLabel(r: Reader, code: number): string | null {
  const start = r.pos;
  if (code !== quote) {
    r.pos = r.identifierEnd();
    return r.pos === start ? null : r.text.slice(start, r.pos);
  }
  const read = readQuoted(r);
  if (r.failed || read.kind !== "template") return null;
  let label = "";
  for (const part of read.parts) {
    if (part.kind === "text") label += part.text;
    else {
      r.report("a label can not hold a template sequence", part.start, part.end);
      return r.text.slice(start + 1, r.pos - 1);
    }
  }
  return label;
}

/** Names are the repository's own text: long ones are cut. */
function shorten(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name;
}
