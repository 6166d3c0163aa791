import type { Value } from "../value.ts";
import type { Place } from "./reading.ts";
import { plainScalar, textScalar } from "./scalar.ts";

/**
 * Reads a document written in the YAML of every day: block mappings and sequences, scalars on one line,
 * flow collections, literal and folded text, comments. `undefined` where it meets anything else (anchors,
 * tags, complex or repeated keys, scalars over several lines, tabs, mistakes): the whole language is for
 * the slow reader. About twenty times as fast as it, and gives the same values.
 */
export function readEveryday(text: string, place: Place): Value | undefined {
  if (/\r(?!\n)|\uFEFF/.test(text)) return undefined;
  try {
    return new Reader(text, place).document();
  } catch (error) {
    if (error instanceof Unusual) return undefined;
    throw error;
  }
}

class Unusual extends Error {}

const maximumDepth = 100;

/** First characters that no plain scalar has, and those that have a meaning only before a space. */
const indicators = new Set("[]{},#&*!|>'\"%@`\t");
const loneIndicators = new Set("-?:");

class Reader {
  readonly #text: string;
  readonly #place: Place;
  #at = 0;
  /** Column of the content at the cursor, when that is the first of its line; -1 at the end. */
  #indent = -1;
  #lineStart = 0;
  #depth = 0;

  constructor(text: string, place: Place) {
    this.#text = text;
    this.#place = place;
  }

  document(): Value {
    if (this.#text.startsWith("---")) {
      this.#at = 3;
      this.#endLine();
    }
    this.#toContent();
    if (this.#indent === -1) throw new Unusual();
    const value = this.#isFlow() ? this.#flowLine(-1) : this.#block();
    if (this.#indent !== -1) throw new Unusual();
    return value;
  }

  /** Moves from the start of a line to the next content. */
  #toContent(): void {
    const text = this.#text;
    for (;;) {
      const start = this.#at;
      let at = start;
      while (text[at] === " ") at += 1;
      const character = text[at];
      if (character === undefined) {
        [this.#at, this.#indent] = [at, -1];
        return;
      }
      if (character === "#") this.#at = this.#lineEnd(at);
      else if (character === "\n") this.#at = at + 1;
      else if (character === "\r") this.#at = at + 2;
      else {
        if (character === "\t") throw new Unusual();
        [this.#at, this.#indent, this.#lineStart] = [at, at - start, start];
        return;
      }
    }
  }

  /** Offset of the next line. */
  #lineEnd(from: number): number {
    const end = this.#text.indexOf("\n", from);
    return end === -1 ? this.#text.length : end + 1;
  }

  /** Nothing but spaces and a comment may follow on the line; moves to the next. */
  #endLine(): void {
    const text = this.#text;
    const from = this.#at;
    let at = from;
    while (text[at] === " ") at += 1;
    const character = text[at];
    const isComment = character === "#" && (at > from || at === this.#lineStart);
    if (!isComment && character !== undefined && character !== "\n" && character !== "\r") throw new Unusual();
    this.#at = this.#lineEnd(at);
  }

  /** After a value: on to the next content, which may not stand deeper than its owner. */
  #finish(owner: number): void {
    this.#endLine();
    this.#toContent();
    if (this.#indent > owner) throw new Unusual();
  }

  #block(): Value {
    this.#depth += 1;
    if (this.#depth > maximumDepth) throw new Unusual();
    const value = this.#isDash() ? this.#sequence(this.#indent) : this.#mapping(this.#indent);
    this.#depth -= 1;
    return value;
  }

  #isDash(): boolean {
    return this.#text[this.#at] === "-" && this.#endsWord(this.#at + 1);
  }

  #endsWord(at: number): boolean {
    const character = this.#text[at];
    return character === " " || character === "\n" || character === "\r" || character === undefined;
  }

  #isFlow(): boolean {
    const character = this.#text[this.#at];
    return character === "{" || character === "[";
  }

  #sequence(indent: number): Value {
    const start = this.#at;
    const items: Value[] = [];
    let end = start;
    while (this.#indent === indent && this.#isDash()) {
      this.#at += 1;
      const item = this.#value(indent, false);
      items.push(item);
      end = this.#end;
    }
    if (this.#indent > indent) throw new Unusual();
    return { kind: "list", items, at: this.#place(start, end) };
  }

  /** End of the value that was read last. */
  #end = 0;

  #mapping(indent: number): Value {
    const start = this.#at;
    const entries = new Map<string, Value>();
    let end = start;
    do {
      if (this.#isDash()) throw new Unusual();
      const key = this.#key();
      if (entries.has(key) || key === "<<") throw new Unusual();
      entries.set(key, this.#value(indent, true));
      end = this.#end;
    } while (this.#indent === indent);
    if (this.#indent > indent) throw new Unusual();
    return { kind: "mapping", entries, at: this.#place(start, end) };
  }

  /** The key at the cursor; leaves the cursor after its colon. */
  #key(): string {
    const first = this.#text[this.#at];
    if (first === '"' || first === "'") {
      const key = this.#quoted(first);
      while (this.#text[this.#at] === " ") this.#at += 1;
      if (this.#text[this.#at] !== ":" || !this.#endsWord(this.#at + 1)) throw new Unusual();
      this.#at += 1;
      return key;
    }
    const colon = this.#keyColon();
    if (colon === -1) throw new Unusual();
    const key = this.#text.slice(this.#at, colon).trimEnd();
    this.#at = colon + 1;
    return key;
  }

  /** Where the colon of a plain key at the cursor stands; -1 where there is no such key on the line. */
  #keyColon(): number {
    const text = this.#text;
    if (!this.#startsPlain(this.#at)) return -1;
    for (let at = this.#at; at < text.length; at += 1) {
      const character = text[at];
      if (character === "\n" || character === "\t") return -1;
      if (character === ":" && this.#endsWord(at + 1)) return at;
      if (character === "#" && text[at - 1] === " ") return -1;
    }
    return -1;
  }

  #startsPlain(at: number): boolean {
    const character = this.#text[at] ?? "\t";
    return !indicators.has(character) && !(loneIndicators.has(character) && this.#endsWord(at + 1));
  }

  /** The value after a colon or a dash whose collection stands at `indent`. */
  #value(indent: number, isEntry: boolean): Value {
    const text = this.#text;
    const after = this.#at;
    while (text[this.#at] === " ") this.#at += 1;
    const character = text[this.#at];
    const isComment = character === "#" && this.#at > after;
    if (isComment || character === undefined || character === "\n" || character === "\r")
      return this.#below(indent, isEntry, after);
    if (character === "|" || character === ">") return this.#blockScalar(indent, character);
    if (character === "[" || character === "{") return this.#flowLine(indent);
    if (!isEntry && this.#startsCompact()) return this.#compact();
    if (character === '"' || character === "'") {
      const start = this.#at;
      const value = this.#quoted(character);
      this.#end = this.#at;
      this.#finish(indent);
      return textScalar(value, this.#place(start, this.#end));
    }
    return this.#plain(indent);
  }

  /** A value that starts on a later line, or none. */
  #below(indent: number, isEntry: boolean, after: number): Value {
    this.#endLine();
    this.#toContent();
    if (this.#indent > indent) return this.#isFlow() ? this.#flowLine(indent) : this.#block();
    if (isEntry && this.#indent === indent && this.#isDash()) return this.#block();
    this.#end = after;
    return { kind: "null", at: this.#place(after, after) };
  }

  /** Whether a sequence or a mapping starts on the line of the dash. */
  #startsCompact(): boolean {
    const first = this.#text[this.#at];
    if (this.#isDash()) return true;
    if (first !== '"' && first !== "'") return this.#keyColon() !== -1;
    const before = this.#at;
    this.#quoted(first);
    while (this.#text[this.#at] === " ") this.#at += 1;
    const isKey = this.#text[this.#at] === ":";
    this.#at = before;
    return isKey;
  }

  #compact(): Value {
    this.#indent = this.#at - this.#lineStart;
    return this.#block();
  }

  #plain(indent: number): Value {
    const start = this.#at;
    if (!this.#startsPlain(start)) throw new Unusual();
    const line = this.#text.slice(start, this.#lineEnd(start));
    const comment = line.indexOf(" #");
    const value = (comment === -1 ? line : line.slice(0, comment)).trimEnd();
    if (value.includes(": ") || value.endsWith(":") || value.includes("\t")) throw new Unusual();
    this.#at = start + value.length;
    this.#end = this.#at;
    this.#finish(indent);
    return plainScalar(value, this.#place(start, this.#end));
  }

  /** A quoted text on one line; leaves the cursor after the closing quote. */
  #quoted(quote: '"' | "'"): string {
    const text = this.#text;
    const start = this.#at + 1;
    for (let at = start; at < text.length; at += 1) {
      const character = text[at];
      if (character === "\n") break;
      if (quote === '"' && character === "\\") at += 1;
      else if (character === quote && quote === "'" && text[at + 1] === "'") at += 1;
      else if (character === quote) {
        this.#at = at + 1;
        const inner = text.slice(start, at);
        return quote === '"' ? unescaped(inner) : inner.replaceAll("''", "'");
      }
    }
    throw new Unusual();
  }

  /** A flow collection that ends its line. */
  #flowLine(indent: number): Value {
    const value = this.#flow(indent);
    this.#end = this.#at;
    this.#finish(indent);
    return value;
  }

  #flow(indent: number): Value {
    this.#depth += 1;
    if (this.#depth > maximumDepth) throw new Unusual();
    const start = this.#at;
    this.#at += 1;
    const isMapping = this.#text[start] === "{";
    const items: Value[] = [];
    const entries = new Map<string, Value>();
    const close = isMapping ? "}" : "]";
    for (;;) {
      this.#flowSpace(indent, close);
      if (this.#text[this.#at] === close) break;
      if (isMapping) this.#flowEntry(indent, entries);
      else items.push(this.#flowItem(indent));
      this.#flowSpace(indent, close);
      if (this.#text[this.#at] === ",") this.#at += 1;
      else if (this.#text[this.#at] !== close) throw new Unusual();
    }
    this.#at += 1;
    this.#depth -= 1;
    const at = this.#place(start, this.#at);
    return isMapping ? { kind: "mapping", entries, at } : { kind: "list", items, at };
  }

  /** Spaces and line ends; a new line has to stand deeper than the owner, unless it closes. */
  #flowSpace(indent: number, close: string): void {
    const text = this.#text;
    for (;;) {
      const character = text[this.#at];
      if (character === " " || character === "\r") this.#at += 1;
      else if (character !== "\n") return;
      else {
        const start = this.#at + 1;
        let at = start;
        while (text[at] === " ") at += 1;
        const next = text[at];
        if (at - start <= indent && next !== close && next !== "\n" && next !== "\r") throw new Unusual();
        this.#at = at;
      }
    }
  }

  #flowEntry(indent: number, entries: Map<string, Value>): void {
    const first = this.#text[this.#at];
    const isQuoted = first === '"' || first === "'";
    const key = isQuoted ? this.#quoted(first) : this.#flowPlain();
    this.#flowSpace(indent, "");
    if (this.#text[this.#at] !== ":" || entries.has(key) || key === "<<") throw new Unusual();
    this.#at += 1;
    this.#flowSpace(indent, "");
    entries.set(key, this.#flowItem(indent));
  }

  #flowItem(indent: number): Value {
    const start = this.#at;
    const first = this.#text[start];
    if (first === "{" || first === "[") return this.#flow(indent);
    if (first === '"' || first === "'") {
      const value = this.#quoted(first);
      return textScalar(value, this.#place(start, this.#at));
    }
    const value = this.#flowPlain();
    return plainScalar(value, this.#place(start, this.#at));
  }

  #flowPlain(): string {
    const text = this.#text;
    const start = this.#at;
    if (!this.#startsPlain(start)) throw new Unusual();
    let at = start;
    for (; at < text.length; at += 1) {
      const character = text[at] ?? "";
      if (",[]{}\n\r".includes(character)) break;
      if (character === "\t" || (character === "#" && text[at - 1] === " ")) throw new Unusual();
      if (character === ":" && (this.#endsWord(at + 1) || ",[]{}".includes(text[at + 1] ?? ","))) break;
    }
    const value = text.slice(start, at).trimEnd();
    if (value === "") throw new Unusual();
    this.#at = start + value.length;
    return value;
  }

  /** Text after `|` or `>`, with `-` or `+`; an indentation indicator is left to the slow reader. */
  #blockScalar(indent: number, style: "|" | ">"): Value {
    const start = this.#at;
    this.#at += 1;
    const chomp = this.#text[this.#at];
    if (chomp === "-" || chomp === "+") this.#at += 1;
    this.#endLine();
    const lines = this.#blockLines(indent);
    this.#end = this.#at;
    this.#toContent();
    if (this.#indent > indent) throw new Unusual();
    const value = style === "|" ? lines.join("\n") : folded(lines);
    return textScalar(chomped(value, chomp), this.#place(start, this.#end));
  }

  /** Lines without their indent, and an empty last one: each ends in a line end. */
  #blockLines(indent: number): string[] {
    const text = this.#text;
    const lines: string[] = [];
    let own = -1;
    while (this.#at < text.length) {
      const start = this.#at;
      let at = start;
      while (text[at] === " ") at += 1;
      const character = text[at];
      const isBlank = character === "\n" || character === "\r" || character === undefined;
      if (isBlank && (own === -1 ? at - start > indent + 1 : at - start > own)) throw new Unusual();
      if (!isBlank) {
        if (character === "\t" && (own === -1 || at - start < own)) throw new Unusual();
        if (own === -1 ? at - start <= indent : at - start < own) break;
        if (own === -1) own = at - start;
      }
      const next = this.#lineEnd(at);
      lines.push(isBlank ? "" : lineText(text.slice(start + own, next)));
      this.#at = next;
      if (next === text.length && text[next - 1] !== "\n") throw new Unusual();
    }
    lines.push("");
    return lines;
  }
}

function lineText(line: string): string {
  if (line.endsWith("\r\n")) return line.slice(0, -2);
  return line.endsWith("\n") ? line.slice(0, -1) : line;
}

/** Single line ends become spaces; a line that starts with a space is left to the slow reader. */
function folded(lines: readonly string[]): string {
  let last = lines.length;
  while (last > 0 && lines[last - 1] === "") last -= 1;
  let value = "";
  let gap = 0;
  for (const [index, line] of lines.slice(0, last).entries()) {
    if (/^[ \t]/.test(line)) throw new Unusual();
    if (line === "") gap += 1;
    else {
      value += index === gap ? "\n".repeat(gap) : gap === 0 ? " " : "\n".repeat(gap);
      value += line;
      gap = 0;
    }
  }
  return value + "\n".repeat(Math.max(0, lines.length - last));
}

function chomped(value: string, chomp: string | undefined): string {
  if (chomp === "+") return value;
  let end = value.length;
  while (value[end - 1] === "\n") end -= 1;
  if (chomp === "-" || end === 0 || end === value.length) return value.slice(0, end);
  return value.slice(0, end + 1);
}

const escapes = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
]);

function unescaped(inner: string): string {
  if (!inner.includes("\\")) return inner;
  return inner.replaceAll(
    /\\(?:u([0-9a-fA-F]{4})|(.))/gs,
    (_, code: string | undefined, character: string | undefined) => {
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      const found = escapes.get(character ?? "");
      if (found === undefined) throw new Unusual();
      return found;
    },
  );
}
