import type { Span } from "../../model/span.ts";
import type { Reason } from "../../model/told.ts";
import { normalized, writtenText } from "../value-conversion.ts";
import { fromBig, parseNumber } from "../value-number.ts";
import { unknownLike } from "../value-tree.ts";
import type { NumberValue, StringValue, UnknownValue, Value } from "../value.ts";
import { parseYaml } from "../yaml.ts";
import { EvaluationError, NotToldError } from "./evaluation-error.ts";
import { placeText, type PlacedText } from "./placed-text.ts";

/**
 * What a YAML text that an expression made says, for those who are given such texts (chart values,
 * manifests): with merge keys, and the tree itself where `yamlencode` or `jsonencode` made the text. What
 * cannot be read is unknown. Values that are no text stay as they are.
 */
export function decodeYaml(value: Value): Value {
  if (value.kind !== "string" && value.kind !== "unknown") return value;
  if (value.encodes !== undefined) return value.encodes;
  if (value.kind === "unknown" && value.pieces === undefined) return value;
  if (value.kind === "string" && value.value.trim() === "") return { kind: "null", at: value.at };
  try {
    return decodeYamlText(value, { merges: true });
  } catch (error) {
    if (error instanceof EvaluationError)
      return unknownLike({ code: "syntax-error", text: error.message, at: value.at }, value.at);
    if (error instanceof NotToldError)
      return unknownLike({ code: error.code, text: error.message, at: value.at }, value.at);
    throw error;
  }
}

/**
 * The value of a YAML text, as `yamldecode` reads it, with its places. Parts that stand clear of the
 * holes of a text that is known in part are known. `merges`: `<<` is read as YAML has it, which is not
 * quite what `yamldecode` makes of it.
 */
export function decodeYamlText(value: StringValue | UnknownValue, { merges = false } = {}): Value {
  const name = freshName(value);
  const placed = placeText(value, (index) => `${name}${index}x`);
  if (placed === undefined) throw new NotToldError("limit", "nothing of this text is known");
  if (!merges && mergeKey.test(placed.text))
    throw new NotToldError("function-not-evaluated", "merge keys are not read by yamldecode() here");
  if (oddFeature.test(placed.text))
    throw new NotToldError("function-not-evaluated", "tags and composed keys are not read in YAML here");
  const text = withoutStandaloneHoles(placed, name);
  const { documents, problems } = parseYaml({ text, locate: (start, end) => ({ file: virtualFile, start, end }) });
  const [document] = documents;
  const problem = problems.find(({ message }) => !message.includes("stands twice"));
  if (problem !== undefined) throw new NotToldError("syntax-error", `this YAML could not be read: ${problem.message}`);
  if (document === undefined) throw new EvaluationError("YAML without a value");
  if (documents.length > 1 || hasSecondDocument(text))
    throw new EvaluationError("only a single YAML document is allowed");
  return new Resolution(placed, text).value(document.value);
}

/** Whether a document marker follows one that says something already, or another marker. */
function hasSecondDocument(text: string): boolean {
  let isInside = false;
  for (const marker of text.matchAll(/^(?:(---|\.\.\.)(?=\s|$)|[^#%\s]|[ \t]+[^#\s])/gm)) {
    if (marker[1] !== undefined && isInside) return true;
    isInside = true;
  }
  return false;
}

/** Offsets into the text are carried through the YAML reader as spans of a file that is none. */
const virtualFile = -1;

const mergeKey = /(?:^|[\s{,])<<\s*:/;
/** `!tags`, and keys that are values themselves (`? [a]`). */
const oddFeature = /(?:^[ \t]*|[:-][ \t]+)![\w!<\s]|[[{,][ \t]*![\w!<]|^[ \t]*\?\s/m;

function freshName(value: StringValue | UnknownValue): string {
  let name = "hole";
  const isTaken = (piece: { text?: string } | UnknownValue): boolean =>
    "text" in piece && (piece.text ?? "").includes(name);
  for (let tries = 0; tries < 100 && (value.pieces ?? []).some(isTaken); tries += 1) name += "q";
  return name;
}

/** A hole alone on its lines may be any number of entries: it is blanked out of the syntax. */
function withoutStandaloneHoles(placed: PlacedText, name: string): string {
  if (placed.holes.length === 0) return placed.text;
  const alone = new RegExp(`^([ \\t]*)(${name}\\d+x)([ \\t]*)$`, "gm");
  return placed.text.replace(
    alone,
    (_, before: string, hole: string, after: string) => `${before}#${" ".repeat(hole.length - 1)}${after}`,
  );
}

/** Where holes were blanked out. */
interface Gap {
  readonly start: number;
  readonly end: number;
  readonly reason: Reason;
}

class Resolution {
  readonly #placed: PlacedText;
  readonly #text: string;
  /** Where holes were blanked out: more entries may stand there. */
  readonly #gaps: readonly Gap[];

  constructor(placed: PlacedText, text: string) {
    this.#placed = placed;
    this.#text = text;
    this.#gaps = placed.holes
      .filter(({ start }) => text[start] === "#")
      .map(({ start, end, value }) => ({ start, end, reason: value.reason }));
  }

  value(node: Value): Value {
    const place = node.at[0];
    if (place === undefined) return { kind: "null", at: [] };
    const at = this.#placed.at(place.start, place.end, "yaml");
    switch (node.kind) {
      case "list": {
        const gap = this.#gapAt(place);
        if (gap !== undefined) return unknownLike(gap, at);
        return { kind: "list", of: "tuple", items: node.items.map((item) => this.value(item)), at };
      }
      case "mapping":
        return this.#mapping(node, at);
      default: {
        const hole = this.#holeAt(place) ?? this.#gapAt(place);
        return hole === undefined ? this.#scalar(node, place, at) : unknownLike(hole, at);
      }
    }
  }

  #mapping(node: Extract<Value, { kind: "mapping" }>, at: Value["at"]): Value {
    const entries = new Map<string, Value>();
    let rest = node.rest ?? this.#placed.holes[0]?.value.reason;
    for (const [key, entry] of node.entries) {
      const isHole = this.#placed.holes.some(({ start, end }) => key.includes(this.#placed.text.slice(start, end)));
      if (isHole) rest ??= this.#placed.holes[0]?.value.reason;
      else entries.set(this.#key(key), this.#entry(node, entry));
    }
    return { kind: "mapping", of: "object", entries, ...(rest && { rest }), at };
  }

  /** A gap behind an entry may bring its key once more, and then the last one counts. */
  #entry(mapping: Value, entry: Value): Value {
    const place = mapping.at[0];
    const end = entry.at[0]?.end ?? 0;
    const gap = this.#gaps.find((one) => one.start >= end && place !== undefined && this.#isWithin(one, place));
    return gap === undefined
      ? this.value(entry)
      : unknownLike(gap.reason, entry.at[0] === undefined ? [] : this.#placed.at(entry.at[0].start, end, "yaml"));
  }

  /** A key without quotes is resolved like a value: `1.10` is the key `1.1`. */
  #key(key: string): string {
    const resolved = resolvePlain(key, []);
    if (resolved.kind === "string" && resolved.value === key) return normalized(key);
    const literal = key.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    const isQuoted = new RegExp(`["']${literal}["']\\s*:`).test(this.#text);
    const isPlain = new RegExp(`(?:^|[\\s{,-])${literal}\\s*:`, "m").test(this.#text);
    if (isQuoted && !isPlain) return normalized(key);
    if (isQuoted) throw new NotToldError("limit", "whether a key stands in quotes could not be told");
    if (resolved.kind === "null") throw new EvaluationError("a YAML key is null");
    const text = writtenText(resolved);
    if (text !== undefined) return text;
    throw new NotToldError("limit", "a YAML key of this form is not read here");
  }

  #scalar(node: Value, place: Span, at: Value["at"]): Value {
    if (node.kind === "unknown") return { ...node, at };
    const first = this.#text[place.start];
    const isPlain = first !== '"' && first !== "'" && first !== "|" && first !== ">";
    if (node.kind === "string" && !isPlain) {
      // A block of text that ends the file without a line end gets none here, unlike in YAML 1.2.
      const isCut = (first === "|" || first === ">") && place.end >= this.#text.length && !this.#text.endsWith("\n");
      return { kind: "string", value: normalized(isCut ? node.value.replace(/\n$/, "") : node.value), at };
    }
    return resolvePlain(writtenText(node) ?? "", at);
  }

  #holeAt({ start, end }: Span): Reason | undefined {
    return this.#placed.holes.find((hole) => hole.start < end && hole.end > start)?.value.reason;
  }

  /** A gap inside of a node, or right behind it: what fills the gap may belong to the node. */
  #gapAt(place: Span): Reason | undefined {
    return this.#gaps.find((gap) => this.#isWithin(gap, place))?.reason;
  }

  #isWithin(gap: Gap, { start, end }: Span): boolean {
    return gap.end > start && (gap.start < end || this.#isBlank(end, gap.start));
  }

  /** Nothing but white space and gaps. */
  #isBlank(start: number, end: number): boolean {
    return /^(?:\s|# *(?=\n|$))*$/.test(this.#text.slice(start, end));
  }
}

const truths = new Map([
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map((word) => [word, true] as const),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map((word) => [word, false] as const),
]);
const nulls = new Set(["", "~", "null", "Null", "NULL"]);
const decimal = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** A scalar without quotes, as OpenTofu's YAML library takes it. */
function resolvePlain(text: string, at: Value["at"]): Value {
  const truth = truths.get(text);
  if (truth !== undefined) return { kind: "bool", value: truth, at };
  if (nulls.has(text)) return { kind: "null", at };
  if (/^[-+]?\.(?:inf|nan)$/i.test(text)) throw new NotToldError("limit", "infinite numbers are not computed here");
  if (/^\d{4}-/.test(text)) return { kind: "string", value: timestamp(text), at };
  if (decimal.test(text)) return number(text, at);
  if (/^0[xo]/.test(text)) return octalOrHexadecimal(text, at);
  // A leading point is tried as a number in forms of its own.
  if (/^\.\d/.test(text)) throw new NotToldError("limit", "a number of this form is not read here");
  return { kind: "string", value: normalized(text), at };
}

function number(text: string, at: Value["at"]): NumberValue {
  const parsed = parseNumber(text);
  if (parsed === undefined || parsed === null)
    throw new NotToldError("limit", "this number is out of the range computed here");
  return fromBig(parsed, at);
}

function octalOrHexadecimal(text: string, at: Value["at"]): Value {
  if (!/^0o[0-7]+$/.test(text) && !/^0x[0-9a-fA-F]+$/.test(text))
    return { kind: "string", value: normalized(text), at };
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new NotToldError("limit", "this number is out of the range computed here");
  return { kind: "number", value, precision: 64, at };
}

function timestamp(text: string): string {
  const date = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (date === null) {
    if (/^\d{4}-\d{1,2}-\d{1,2}[Tt ]/.test(text))
      throw new NotToldError("limit", "a time of this form is not read here");
    return text;
  }
  const [year, month, day] = [Number(date[1]), Number(date[2]), Number(date[3])];
  const isDate =
    month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year === 0 ? 400 : year, month, 0)).getUTCDate();
  if (!isDate) return text;
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${date[1] ?? ""}-${two(month)}-${two(day)}T00:00:00Z`;
}
