import {
  closeBrace,
  closeBracket,
  closeParen,
  dollar,
  endOfText,
  equals,
  greater,
  hash,
  identifierEnd,
  less,
  minus,
  newline,
  openBrace,
  openBracket,
  openParen,
  percent,
  quote,
  slash,
  space,
  star,
  tab,
  backslash,
} from "./characters.ts";
import { isMarkerLine, skipBlanks } from "./marker-lines.ts";
import { lineEnd } from "./reader.ts";
import type { Reader } from "./reader.ts";

/**
 * After a failure inside of brackets: moves over the `closer` that belongs to them and ends the
 * failure. Where another bracket or the next body item comes first, nothing is read and the failure
 * goes on outwards.
 */
export function recoverAt(r: Reader, closer: number): boolean {
  if (scan(r, "brackets") !== closer) return false;
  r.recovered();
  r.pos++;
  return true;
}

/** After a failure in a body: moves to the next item of the body or to its end. */
export function recoverInBody(r: Reader): void {
  scan(r, "body");
  r.recovered();
  r.lostInHeredoc = false;
}

/** After a failure in a quoted string: moves to before its closing quote. */
export function recoverInString(r: Reader): boolean {
  if (scan(r, "string") !== quote) return false;
  r.recovered();
  return true;
}

/** Longer indents are not told apart, so that a line of spaces is looked at once only. */
const maximumIndent = 1000;
const longestName = 1000;
const longestLookBack = 2000;

type Place = "brackets" | "body" | "string";

/**
 * Moves forward over balanced text and returns what it stopped at, outside of any bracket opened on
 * the way: a closing bracket, in a body the newline before an item, in a string its closing quote.
 * Also stops, with {@link endOfText}, at the end, at the line that closes the heredoc around, and at
 * a line that starts a body item and is not indented more than the item being read: then a bracket
 * must be missing.
 */
function scan(r: Reader, place: Place): number {
  const { text, end } = r;
  // What is open: a closing bracket to come, or a quote.
  const open: number[] = place === "string" ? [quote] : [];
  let pos = r.pos;
  const lineOfItem = itemOnThisLine(r);
  if (lineOfItem >= 0) return stop(r, lineOfItem, endOfText);
  while (pos < end) {
    const code = text.charCodeAt(pos);
    if (code === newline) {
      // A quoted string ends with its line.
      if (open.at(-1) === quote) open.pop();
      const found = foundAtNewline(r, place, pos, open.length);
      if (found !== null) return stop(r, pos, found);
      pos++;
    } else if (open.at(-1) === quote) {
      if (code === quote && place === "string" && open.length === 1) return stop(r, pos, quote);
      pos = afterStringCharacter(text, pos, code, open);
    } else if (code === closeParen || code === closeBracket || code === closeBrace) {
      if (open.length === 0 && (place !== "body" || code === closeBrace)) return stop(r, pos, code);
      open.pop();
      pos++;
    } else pos = afterCharacter(r, pos, code, open);
  }
  return stop(r, end, endOfText);
}

/** What to stop with at the newline at `pos`, if at all. */
function foundAtNewline(r: Reader, place: Place, pos: number, open: number): number | null {
  if (place === "string" && open === 0) return endOfText;
  if (r.marker !== "") return isMarkerLine(r.text, pos + 1, r.marker) ? endOfText : null;
  const next = skipBlanks(r.text, pos + 1);
  if (!r.tooDeep && startsItem(r, next)) return endOfText;
  const mayEndItem = place === "body" && open === 0 && !r.lostInHeredoc;
  return mayEndItem && looksLikeItem(r.text, next, r.end) !== null ? newline : null;
}

function afterStringCharacter(text: string, pos: number, code: number, open: number[]): number {
  if (code === backslash) return pos + 2;
  if (code === quote) open.pop();
  if (code !== dollar && code !== percent) return pos + 1;
  const next = text.charCodeAt(pos + 1);
  if (next === openBrace) open.push(closeBrace);
  return next === openBrace || next === code ? pos + 2 : pos + 1;
}

function afterCharacter(r: Reader, pos: number, code: number, open: number[]): number {
  switch (code) {
    case openParen:
      open.push(closeParen);
      return pos + 1;
    case openBracket:
      open.push(closeBracket);
      return pos + 1;
    case openBrace:
      open.push(closeBrace);
      return pos + 1;
    case quote:
      open.push(quote);
      return pos + 1;
    case hash:
      return lineEnd(r.text, pos, r.end);
    case slash:
      return afterSlash(r, pos);
    case less:
      return afterLess(r, pos);
    default:
      return pos + 1;
  }
}

function stop(r: Reader, pos: number, code: number): number {
  r.pos = Math.min(pos, r.end);
  return code;
}

function afterSlash(r: Reader, pos: number): number {
  const next = r.text.charCodeAt(pos + 1);
  if (next === slash) return lineEnd(r.text, pos, r.end);
  if (next !== star) return pos + 1;
  const close = r.text.indexOf("*/", pos + 2);
  return close < 0 ? r.end : close + 2;
}

/** Moves over a heredoc as a whole, if one starts here. */
function afterLess(r: Reader, pos: number): number {
  const { text, end } = r;
  if (text.charCodeAt(pos + 1) !== less) return pos + 1;
  const from = text.charCodeAt(pos + 2) === minus ? pos + 3 : pos + 2;
  const to = identifierEnd(text, from, end);
  if (to === from || text.charCodeAt(skipBlanks(text, to)) !== newline) return pos + 2;
  const close = r.markerLines.next(text.slice(from, to), to);
  return close < 0 ? to : lineEnd(text, close, end);
}

/**
 * Where the line of the current place starts an item that the item being read can not hold, its start: a bracket is
 * missing before that line, and it is read again. Else -1.
 */
function itemOnThisLine(r: Reader): number {
  if (r.marker !== "" || r.tooDeep) return -1;
  let start = r.pos;
  while (start > 0 && r.text.charCodeAt(start - 1) !== newline) {
    if (r.pos - start > longestLookBack) return -1;
    start--;
  }
  const first = skipBlanks(r.text, start, r.pos);
  return first > r.itemStart && startsItem(r, first) ? first : -1;
}

/** Whether an item starts at `pos`, which is first on its line, that cannot be inside of the item being read. */
function startsItem(r: Reader, pos: number): boolean {
  const kind = looksLikeItem(r.text, pos, r.end);
  if (kind === null) return false;
  const indent = indentAt(r.text, pos);
  const itemIndent = indentOfItem(r);
  // Lines of a heredoc that never ends may look like attributes, which must not be taken for some.
  if (r.lostInHeredoc && itemIndent > 0) return kind === "block" && indent < itemIndent;
  return indent < maximumIndent && indent <= itemIndent;
}

/** `name =`, `name {` or `name "`. */
export function looksLikeItem(text: string, pos: number, end: number): "attribute" | "block" | null {
  const nameEnd = identifierEnd(text, pos, Math.min(end, pos + longestName));
  if (nameEnd === pos) return null;
  const after = skipBlanks(text, nameEnd, nameEnd + maximumIndent);
  const code = text.charCodeAt(after);
  if (code === equals) {
    const next = text.charCodeAt(after + 1);
    return next !== equals && next !== greater ? "attribute" : null;
  }
  return code === openBrace || code === quote ? "block" : null;
}

function startsLine(r: Reader, pos: number): boolean {
  const indent = indentAt(r.text, pos);
  return indent < maximumIndent && (pos === indent || r.text.charCodeAt(pos - indent - 1) === newline);
}

/** Blanks just before `pos`, at most {@link maximumIndent}. */
function indentAt(text: string, pos: number): number {
  let count = 0;
  while (count < maximumIndent && count < pos) {
    const code = text.charCodeAt(pos - count - 1);
    if (code !== space && code !== tab) return count;
    count++;
  }
  return count;
}

/** An item in the middle of a line counts as not indented; -1 where no item is being read. */
function indentOfItem(r: Reader): number {
  if (r.itemStart >= r.text.length) return -1;
  return startsLine(r, r.itemStart) ? indentAt(r.text, r.itemStart) : 0;
}
