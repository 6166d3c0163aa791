import type { Span } from "../model/span.ts";
import type { Value } from "./value.ts";

export interface Json5Problem {
  readonly message: string;
  readonly at: number;
}

/**
 * JSON, JSON with comments and JSON5, with the place of every value. Nested at most 200 deep; the first
 * mistake ends the reading. Where a key stands twice the last one counts, as JavaScript has it.
 */
export function parseJson5(text: string, place: (start: number, end: number) => Span): Value | Json5Problem {
  const reader = new Reader(text, place);
  try {
    return reader.document();
  } catch (error) {
    if (error instanceof Mistake) return { message: error.message, at: reader.at };
    throw error;
  }
}

class Mistake extends Error {}

const maximumDepth = 200;

class Reader {
  at = 0;
  readonly #text: string;
  readonly #place: (start: number, end: number) => Span;
  #depth = 0;

  constructor(text: string, place: (start: number, end: number) => Span) {
    this.#text = text;
    this.#place = place;
  }

  document(): Value {
    const value = this.#value();
    this.#space();
    if (this.at < this.#text.length) throw new Mistake("text after the end of the value");
    return value;
  }

  #value(): Value {
    this.#space();
    const start = this.at;
    switch (this.#text[start]) {
      case "{":
        return this.#nested(() => this.#object(start));
      case "[":
        return this.#nested(() => this.#array(start));
      case '"':
      case "'":
        return { kind: "string", value: this.#string(), at: this.#since(start) };
      default:
        return this.#word(start);
    }
  }

  #nested(read: () => Value): Value {
    this.#depth += 1;
    if (this.#depth > maximumDepth) throw new Mistake(`nested deeper than ${maximumDepth}`);
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #since(start: number): readonly Span[] {
    return [this.#place(start, this.at)];
  }

  #object(start: number): Value {
    const entries = new Map<string, Value>();
    this.#list("}", () => {
      const key = this.#key();
      this.#space();
      if (this.#text[this.at] !== ":") throw new Mistake("a colon is missing after a key");
      this.at += 1;
      entries.set(key, this.#value());
    });
    return { kind: "mapping", entries, at: this.#since(start) };
  }

  #array(start: number): Value {
    const items: Value[] = [];
    this.#list("]", () => items.push(this.#value()));
    return { kind: "list", items, at: this.#since(start) };
  }

  #list(close: string, item: () => void): void {
    this.at += 1;
    for (;;) {
      this.#space();
      if (this.#text[this.at] === close) break;
      item();
      this.#space();
      if (this.#text[this.at] === ",") this.at += 1;
      else if (this.#text[this.at] !== close) throw new Mistake(`a comma or ${close} is missing`);
    }
    this.at += 1;
  }

  #key(): string {
    const first = this.#text[this.at];
    if (first === '"' || first === "'") return this.#string();
    const name = this.#match(/[\p{L}$_][\p{L}\p{N}$_]*/uy);
    if (name === undefined) throw new Mistake("a key is missing");
    return name;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  #word(start: number): Value {
    const word = this.#match(/[-+.\w]+/y);
    const at = this.#since(start);
    if (word === "null") return { kind: "null", at };
    if (word === "true" || word === "false") return { kind: "bool", value: word === "true", at };
    if (word === undefined || !isNumber(word)) throw new Mistake("a value is missing");
    const value = numberOf(word);
    return String(value) === word ? { kind: "number", value, at } : { kind: "number", value, text: word, at };
  }

  #string(): string {
    const quote = this.#text[this.at];
    let value = "";
    let start = this.at + 1;
    for (let at = start; at < this.#text.length; at += 1) {
      const character = this.#text[at];
      if (character === quote) {
        this.at = at + 1;
        return value + this.#text.slice(start, at);
      }
      if (character === "\n") break;
      if (character !== "\\") continue;
      const [escaped, length] = escape(this.#text, at + 1);
      value += this.#text.slice(start, at) + escaped;
      at += length;
      start = at + 1;
    }
    throw new Mistake("a text has no closing quote");
  }

  #space(): void {
    for (;;) {
      this.#match(/[\s\uFEFF]+/y);
      if (this.#text.startsWith("//", this.at)) this.#skipTo("\n");
      else if (this.#text.startsWith("/*", this.at)) this.#skipTo("*/");
      else return;
    }
  }

  #skipTo(end: string): void {
    const at = this.#text.indexOf(end, this.at + 2);
    this.at = at === -1 ? this.#text.length : at + end.length;
  }
}

const escapes = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ["b", "\b"],
  ["f", "\f"],
  ["v", "\v"],
  ["0", "\0"],
  ["\n", ""],
]);

/** The text that an escape stands for, and how long it is after its backslash. */
function escape(text: string, at: number): [string, number] {
  const code = /^(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))/.exec(text.slice(at, at + 5));
  if (code !== null) return [String.fromCharCode(Number.parseInt(code[1] ?? code[2] ?? "0", 16)), code[0].length];
  if (text.startsWith("\r\n", at)) return ["", 2];
  const character = text[at] ?? "";
  return [escapes.get(character) ?? character, 1];
}

function isNumber(word: string): boolean {
  return /^[-+]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|0[xX][0-9a-fA-F]+|Infinity|NaN)$/.test(word);
}

function numberOf(word: string): number {
  const isNegative = word.startsWith("-");
  const value = Number(word.replace(/^[-+]/, ""));
  return isNegative ? -value : value;
}
