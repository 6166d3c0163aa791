import { byteOrderMark, endOfText, hash, identifierEnd, newline, slash, star } from "./characters.ts";
import { MarkerLines, isMarkerLine } from "./marker-lines.ts";
import { maximumDepth } from "./syntax.ts";
import type { Expression, Invalid, SyntaxProblem } from "./syntax.ts";

/** After so many problems the rest of a text is given up: the last problem covers it. */
const maximumProblems = 200;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Where the parser stands. On an error a reading function calls {@link Reader.fail} and returns at
 * once, with any expression; each caller looks at `failed` and returns too, up to the bracket or
 * body item that can go on. So no exception is thrown and no text is read twice.
 */
export class Reader {
  readonly text: string;
  /** Nothing is read from here on. */
  end: number;
  pos = 0;
  /** Constructs around the current place. */
  depth = 0;
  /** Constructs on the longest way down the expression that was read last; 0 for a leaf. */
  height = 0;
  /** Whether a newline ends an expression here. */
  newlinesMatter = true;
  /** Marker of the heredoc around the current place: a line of it stops everything inside. */
  marker = "";
  failed = false;
  /** Start of the body item that is being read; the text's length where there is none. */
  itemStart: number;
  /** Set by a heredoc that never ends: what follows may be its lines. */
  lostInHeredoc = false;
  /** The failure is about depth: brackets are taken to be balanced. */
  tooDeep = false;
  readonly markerLines: MarkerLines;
  readonly #problems: Mutable<SyntaxProblem>[] = [];

  constructor(text: string) {
    this.text = text;
    this.end = text.length;
    this.itemStart = text.length;
    this.markerLines = new MarkerLines(text);
    if (text.charCodeAt(0) === byteOrderMark) this.pos = 1;
  }

  get problems(): readonly SyntaxProblem[] {
    return this.#problems;
  }

  /** Code of the next character that means something, where `pos` is moved to. */
  peek(): number {
    const { text, end } = this;
    let pos = this.pos;
    while (pos < end) {
      const code = text.charCodeAt(pos);
      // Space, tab, carriage return.
      if (code === 32 || code === 9 || code === 13) pos++;
      else if (code === newline) {
        if (this.newlinesMatter || (this.marker !== "" && isMarkerLine(text, pos + 1, this.marker))) {
          this.pos = pos;
          return code;
        }
        pos++;
      } else if (code === hash || (code === slash && text.charCodeAt(pos + 1) === slash)) {
        pos = lineEnd(text, pos, end);
      } else if (code === slash && text.charCodeAt(pos + 1) === star) {
        pos = this.#commentEnd(pos);
      } else {
        this.pos = pos;
        return code;
      }
    }
    this.pos = end;
    return endOfText;
  }

  at(offset: number): number {
    const pos = this.pos + offset;
    return pos < this.end ? this.text.charCodeAt(pos) : endOfText;
  }

  identifierEnd(): number {
    return identifierEnd(this.text, this.pos, this.end);
  }

  /** Enters a construct; fails where that is too deep. `depth` is put back by who saved it. */
  enter(): void {
    this.depth++;
    if (this.depth > maximumDepth) this.failDepth();
  }

  /** Notes the height of what was just built around parts of the given height. */
  built(height: number): void {
    this.height = height + 1;
    if (this.depth + this.height > maximumDepth) this.failDepth();
  }

  failDepth(): void {
    if (this.failed) return;
    this.tooDeep = true;
    this.fail(`nested more than ${maximumDepth} deep`, this.pos, "depth");
  }

  fail(message: string, start = this.pos, kind: SyntaxProblem["kind"] = "syntax"): void {
    if (this.failed) return;
    this.report(message, start, Math.max(this.pos, Math.min(start + 1, this.end)), kind);
    this.failed = true;
  }

  /** Records a problem that does not keep from reading on. */
  report(message: string, start: number, end: number, kind: SyntaxProblem["kind"] = "syntax"): void {
    if (this.#problems.length >= maximumProblems) return;
    this.#problems.push({ start, end, message, kind });
    if (this.#problems.length < maximumProblems) return;
    this.#problems.push({
      start,
      end: this.text.length,
      message: "too many problems: the rest was not read",
      kind: "syntax",
    });
    this.end = this.pos;
  }

  /** Ends a failure: the text from its place to `pos` is what was not read. */
  recovered(): void {
    this.failed = false;
    this.tooDeep = false;
    const problem = this.#problems.at(-1);
    if (problem !== undefined && problem.end < this.pos) problem.end = this.pos;
  }

  invalid(start: number, end: number): Invalid {
    return { kind: "invalid", start, end: Math.max(start, end), message: this.#problems.at(-1)?.message ?? "not read" };
  }

  #commentEnd(pos: number): number {
    const close = this.text.indexOf("*/", pos + 2);
    if (close >= 0 && close + 2 <= this.end) return close + 2;
    this.report("comment is not closed", pos, this.end);
    return this.end;
  }
}

export function lineEnd(text: string, pos: number, end: number): number {
  const found = text.indexOf("\n", pos);
  return found < 0 || found > end ? end : found;
}

/** Fails here, and gives what was read or stands for it. */
export function failed(r: Reader, message: string, read?: Expression): Expression {
  r.fail(message);
  return read ?? r.invalid(r.pos, r.pos);
}
