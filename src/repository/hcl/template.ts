import {
  backslash,
  closeBrace,
  dollar,
  endOfText,
  minus,
  newline,
  openBrace,
  percent,
  quote,
  tilde,
} from "./characters.ts";
import { resolveEscapes } from "./escapes.ts";
import { readExpression } from "./expression.ts";
import { readForNames } from "./for.ts";
import { isMarkerLine, skipBlanks } from "./marker-lines.ts";
import { recoverAt, recoverInString } from "./recover.ts";
import type { Reader } from "./reader.ts";
import { maximumDepth } from "./syntax.ts";
import type { Expression, Template } from "./syntax.ts";
import { nestParts, removeIndent, stripEnd, stripStart } from "./template-parts.ts";
import type { FlatPart } from "./template-parts.ts";

/** The quoted string that starts here. */
export function readQuoted(r: Reader): Expression {
  const start = r.pos;
  r.pos++;
  const parts = readParts(r, "quoted");
  if (r.failed) return r.invalid(start, r.pos);
  r.pos++;
  return { kind: "template", form: "quoted", start, end: r.pos, parts: nestParts(r, parts, r.pos - 1) };
}

/** The heredoc whose `<<` is here. It ends before the newline after its last line. */
export function readHeredoc(r: Reader): Expression {
  const { text, pos: start, marker: outer } = r;
  const indented = r.at(2) === minus;
  r.pos += indented ? 3 : 2;
  const markerEnd = r.identifierEnd();
  const contentStart = skipBlanks(text, markerEnd);
  if (markerEnd === r.pos || text.charCodeAt(contentStart) !== newline || contentStart >= r.end) {
    r.pos = start;
    r.fail('expected a heredoc\'s marker and a new line after "<<"');
    return r.invalid(start, start);
  }
  const marker = text.slice(r.pos, markerEnd);
  r.pos = contentStart + 1;
  if (r.markerLines.next(marker, r.pos) < 0) return lostHeredoc(r, start, contentStart);
  r.marker = marker;
  const parts = readParts(r, "heredoc");
  r.marker = outer;
  if (r.failed) return r.invalid(start, r.pos);
  const lastLine = r.pos;
  r.pos = skipBlanks(text, lastLine) + marker.length;
  if (indented) removeIndent(parts);
  const form = indented ? "indented heredoc" : "heredoc";
  return { kind: "template", form, start, end: r.pos, parts: nestParts(r, parts, lastLine) };
}

/** A text that is a template as a whole, such as a file for `templatefile()`. */
export function readWhole(r: Reader): Template {
  const start = r.pos;
  const parts = readParts(r, "whole");
  if (r.failed) {
    const lost = r.invalid(r.pos, r.end);
    r.pos = r.text.length;
    r.recovered();
    parts.push({ kind: "interpolation", start: lost.start, end: lost.end, expression: lost });
  }
  return { kind: "template", form: "heredoc", start, end: r.text.length, parts: nestParts(r, parts, r.end) };
}

function lostHeredoc(r: Reader, start: number, firstLineEnd: number): Expression {
  r.pos = firstLineEnd;
  r.fail("heredoc is not closed: no line holds only its marker", start);
  r.lostInHeredoc = true;
  return r.invalid(start, firstLineEnd);
}

type Form = "quoted" | "heredoc" | "whole";

/** Texts and sequences, up to the closing quote, the heredoc's last line, or the end. */
function readParts(r: Reader, form: Form): FlatPart[] {
  const parts: FlatPart[] = [];
  const depth = r.depth;
  let height = -1;
  let strip = false;
  let lineStarts = form !== "quoted";
  for (;;) {
    if (lineStarts && form === "heredoc" && isMarkerLine(r.text, r.pos, r.marker)) break;
    const start = r.pos;
    const escaped = form === "quoted" ? skipQuotedText(r) : skipLine(r);
    if (r.pos > start) {
      lineStarts = r.text.charCodeAt(r.pos - 1) === newline;
      const raw = r.text.slice(start, r.pos);
      const text = escaped ? resolveEscapes(r, start, raw, form === "quoted") : raw;
      const part: FlatPart = { kind: "text", start, end: r.pos, text };
      if (strip) stripStart(part);
      strip = false;
      parts.push(part);
      continue;
    }
    const code = r.at(0);
    if (code !== dollar && code !== percent) {
      if (code === quote || (code === endOfText && form === "whole")) break;
      r.fail(form === "quoted" ? "string is not closed" : "heredoc is not closed");
      break;
    }
    strip = readSequence(r, parts, code, depth);
    if (r.failed && !recoverInTemplate(r, form)) break;
    height = Math.max(height, r.height + r.depth - depth);
    lineStarts = r.text.charCodeAt(r.pos - 1) === newline;
  }
  r.depth = depth;
  r.height = height + 1;
  // As in HCL, so that a template without any part does not exist.
  if (parts.length === 0) parts.push({ kind: "text", start: r.pos, end: r.pos, text: "" });
  return parts;
}

/**
 * After a sequence that is not closed, or a directive that is too deep: moves to the end of a quoted
 * string, or to the heredoc's last line.
 */
function recoverInTemplate(r: Reader, form: Form): boolean {
  if (form === "quoted") return r.tooDeep && recoverInString(r);
  if (form === "whole") return false;
  const lastLine = r.markerLines.next(r.marker, r.pos);
  if (lastLine < 0 || !(r.tooDeep || r.pos === lastLine - 1)) return false;
  r.pos = lastLine;
  r.recovered();
  return true;
}

/** Moves to the next sequence, the closing quote, a newline or the end; says whether there were escapes. */
function skipQuotedText(r: Reader): boolean {
  const { text, end } = r;
  let pos = r.pos;
  let escaped = false;
  while (pos < end) {
    const code = text.charCodeAt(pos);
    if (code === quote || code === newline) break;
    if (code === backslash && pos + 1 < end && text.charCodeAt(pos + 1) !== newline) {
      escaped = true;
      pos += 2;
    } else if (code === dollar || code === percent) {
      const next = text.charCodeAt(pos + 1);
      if (next === openBrace) break;
      if (next === code && text.charCodeAt(pos + 2) === openBrace) {
        escaped = true;
        pos += 3;
      } else pos++;
    } else pos++;
  }
  r.pos = Math.min(pos, end);
  return escaped;
}

/** Moves to the next sequence or after the newline; says whether there were escapes. */
function skipLine(r: Reader): boolean {
  const { text, end } = r;
  let pos = r.pos;
  let escaped = false;
  while (pos < end) {
    const code = text.charCodeAt(pos);
    if (code === newline) {
      pos++;
      break;
    }
    if (code === dollar || code === percent) {
      const next = text.charCodeAt(pos + 1);
      if (next === openBrace) break;
      if (next === code && text.charCodeAt(pos + 2) === openBrace) {
        escaped = true;
        pos += 3;
        continue;
      }
    }
    pos++;
  }
  r.pos = Math.min(pos, end);
  return escaped;
}

/** Reads `${...}` or `%{...}` and adds it to the parts; says whether it ends in `~}`. `base`: the template's depth. */
function readSequence(r: Reader, parts: FlatPart[], code: number, base: number): boolean {
  const start = r.pos;
  r.pos += 2;
  if (r.at(0) === tilde) {
    r.pos++;
    const before = parts.at(-1);
    if (before?.kind === "text") stripEnd(before);
  }
  const { newlinesMatter } = r;
  r.newlinesMatter = false;
  const strip = code === dollar ? readInterpolation(r, parts, start) : readDirective(r, parts, start, base);
  r.newlinesMatter = newlinesMatter;
  return strip;
}

function readInterpolation(r: Reader, parts: FlatPart[], start: number): boolean {
  const depth = r.depth;
  const inner = r.pos;
  r.enter();
  let expression = r.failed ? r.invalid(inner, inner) : readExpression(r);
  let strip = false;
  if (!r.failed) strip = closeSequence(r);
  if (r.failed) {
    const recovered = recoverAt(r, closeBrace);
    expression = r.invalid(inner, recovered ? r.pos - 1 : r.pos);
    r.height = 0;
  }
  r.depth = depth;
  r.height++;
  parts.push({ kind: "interpolation", start, end: r.pos, expression });
  return strip;
}

/** Passes `}` or `~}`; says whether it was the latter. */
function closeSequence(r: Reader): boolean {
  const code = r.peek();
  const strip = code === tilde && r.at(1) === closeBrace;
  if (strip) r.pos += 2;
  else if (code === closeBrace) r.pos++;
  else r.fail('expected "}" at the end of the template sequence; a literal "${" is written "$${"');
  return strip;
}

function readDirective(r: Reader, parts: FlatPart[], start: number, base: number): boolean {
  r.peek();
  const end = r.identifierEnd();
  const word = r.text.slice(r.pos, end);
  const depth = r.depth;
  r.height = 0;
  let part: FlatPart | null = null;
  switch (word) {
    case "if":
      r.enter();
      if (r.failed) break;
      r.pos = end;
      part = { kind: "open if", start, end, condition: readExpression(r) };
      break;
    case "for": {
      r.enter();
      if (r.failed) break;
      r.pos = end;
      const names = readForNames(r);
      if (names !== null) part = { kind: "open for", start, end, ...names, collection: readExpression(r) };
      break;
    }
    case "endif":
    case "endfor":
      r.depth = Math.max(base, r.depth - 1);
      r.pos = end;
      part = { kind: word, start, end };
      break;
    case "else":
      r.pos = end;
      part = { kind: word, start, end };
      break;
    default:
      r.fail('expected "if", "else", "endif", "for" or "endfor" after "%{"; a literal "%{" is written "%%{"');
  }
  const strip = r.failed ? false : closeSequence(r);
  if (r.failed) {
    // What an `if` or a `for` that is too deep opens has its end in the texts after it.
    if (r.depth <= maximumDepth) recoverAt(r, closeBrace);
    r.depth = depth;
    r.height = 0;
    part = { kind: "interpolation", start, end: r.pos, expression: r.invalid(start, r.pos) };
  }
  if (part !== null) parts.push({ ...part, end: r.pos });
  return strip;
}
