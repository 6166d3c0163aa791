import { fromBig, parseNumber } from "../value-number.ts";
import { normalized } from "../value-conversion.ts";
import type { Value } from "../value.ts";
import { EvaluationError, NotToldError } from "./evaluation-error.ts";
import type { PlacedText } from "./placed-text.ts";

/** Deeper JSON is not read. */
const maximumDepth = 200;

/** The value of a JSON text, as `jsondecode` reads it, with its places. */
export function decodeJson(placed: PlacedText): Value {
  return new Reader(placed).document();
}

class Reader {
  readonly #placed: PlacedText;
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(placed: PlacedText) {
    this.#placed = placed;
    this.#text = placed.text;
  }

  document(): Value {
    const value = this.#value();
    this.#space();
    if (this.#at < this.#text.length) throw new EvaluationError("more text after the JSON value");
    return value;
  }

  #value(): Value {
    this.#space();
    const start = this.#at;
    switch (this.#text[this.#at]) {
      case "{":
        return this.#nested(() => this.#object(start));
      case "[":
        return this.#nested(() => this.#array(start));
      case '"':
        return { kind: "string", value: this.#string(), at: this.#place(start) };
      case "t":
        return this.#word("true", start, (at) => ({ kind: "bool", value: true, at }));
      case "f":
        return this.#word("false", start, (at) => ({ kind: "bool", value: false, at }));
      case "n":
        return this.#word("null", start, (at) => ({ kind: "null", at }));
      default:
        return this.#number(start);
    }
  }

  #nested(read: () => Value): Value {
    this.#depth += 1;
    if (this.#depth > maximumDepth) throw new NotToldError("limit", "JSON nested too deeply");
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #place(start: number): Value["at"] {
    return this.#placed.at(start, this.#at, "json");
  }

  #space(): void {
    while (" \t\r\n".includes(this.#text[this.#at] ?? "x")) this.#at += 1;
  }

  #take(expected: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== expected) return false;
    this.#at += 1;
    return true;
  }

  #object(start: number): Value {
    this.#at += 1;
    const entries = new Map<string, Value>();
    if (!this.#take("}")) {
      do {
        this.#space();
        if (this.#text[this.#at] !== '"') throw new EvaluationError("a JSON key has to be text");
        const key = this.#string();
        if (!this.#take(":")) throw new EvaluationError("a JSON key without a value");
        // A key that stands twice is read in different ways by the two passes that OpenTofu makes.
        if (entries.has(key)) throw new NotToldError("limit", "a JSON key stands twice");
        entries.set(key, this.#value());
      } while (this.#take(","));
      if (!this.#take("}")) throw new EvaluationError("a JSON object without its end");
    }
    return { kind: "mapping", of: "object", entries, at: this.#place(start) };
  }

  #array(start: number): Value {
    this.#at += 1;
    const items: Value[] = [];
    if (!this.#take("]")) {
      do items.push(this.#value());
      while (this.#take(","));
      if (!this.#take("]")) throw new EvaluationError("a JSON array without its end");
    }
    return { kind: "list", of: "tuple", items, at: this.#place(start) };
  }

  #word(word: string, start: number, make: (at: Value["at"]) => Value): Value {
    if (!this.#text.startsWith(word, start)) throw new EvaluationError("not JSON");
    this.#at += word.length;
    return make(this.#place(start));
  }

  #number(start: number): Value {
    const pattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
    pattern.lastIndex = start;
    const match = pattern.exec(this.#text);
    if (match === null) throw new EvaluationError("not JSON");
    this.#at += match[0].length;
    const number = parseNumber(match[0]);
    if (number === undefined || number === null)
      throw new NotToldError("limit", "this number is out of the range computed here");
    return fromBig(number, this.#place(start));
  }

  #string(): string {
    const start = this.#at;
    let end = start + 1;
    for (; ; end += 1) {
      const code = this.#text.charCodeAt(end);
      if (Number.isNaN(code)) throw new EvaluationError("JSON text without its end");
      if (code < 0x20) throw new EvaluationError("a control character in JSON text");
      if (code === 0x22) break;
      if (code === 0x5c) end += 1;
    }
    this.#at = end + 1;
    const raw = this.#text.slice(start, this.#at);
    if (!raw.includes("\\")) return normalized(raw.slice(1, -1));
    let value: unknown;
    try {
      value = JSON.parse(raw);
    } catch {
      throw new EvaluationError("an unknown escape in JSON text");
    }
    if (typeof value !== "string" || !value.isWellFormed())
      throw new NotToldError("limit", "half a character in JSON text");
    return normalized(value);
  }
}
