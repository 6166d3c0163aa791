import { convert, orderedItems, text } from "../../value-conversion.ts";
import { isWhole, numberDigits, roundedTo, truncate } from "../../value-number.ts";
import { listOfText, listValue, unknownLike, whyUnknown } from "../../value-tree.ts";
import type { Value } from "../../value.ts";
import { EvaluationError, NotToldError } from "../evaluation-error.ts";
import { encodeJson, jsonText } from "../json-encode.ts";
import { bigOf, textOf } from "./arguments.ts";
import { anyValue, computed, textParameter, type CallContext, type TofuFunction } from "./function.ts";
import { counted } from "./strings.ts";

export const formatting: Readonly<Record<string, TofuFunction>> = {
  format: { parameters: [textParameter], rest: anyValue, call: format },
  formatlist: { parameters: [textParameter], rest: anyValue, call: formatList },
};

function format(args: readonly Value[], context: CallContext): Value {
  const at = computed(context, args);
  const values = args.slice(1);
  const reason = values.map(whyUnknown).find((unknown) => unknown !== undefined);
  if (reason !== undefined) return unknownLike(reason, at, "string");
  return text(formatted(textOf(args[0]), values), at);
}

function formatList(args: readonly Value[], context: CallContext): Value {
  const at = computed(context, args);
  const pattern = textOf(args[0]);
  const values = args.slice(1);
  const open = values.find((value) => value.kind === "unknown");
  if (open?.kind === "unknown") return unknownLike(open.reason, at, listOfText);
  const lists = values.map((value) => (value.kind === "list" ? orderedItems(value) : undefined));
  const lengths = new Set(lists.filter((list) => list !== undefined).map((list) => list.length));
  if (lengths.size > 1) throw new EvaluationError("the lists of formatlist differ in length");
  const [length = 1] = lengths;
  context.spend(length * (values.length + 1));
  const items = Array.from({ length }, (_, position): Value => {
    const row = values.map((value, index) => lists[index]?.[position] ?? value);
    const reason = row.map(whyUnknown).find((unknown) => unknown !== undefined);
    return reason === undefined ? text(formatted(pattern, row), at) : unknownLike(reason, at, "string");
  });
  return listValue(items, "string", at);
}

interface Verb {
  readonly mode: string;
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

/** Characters that one format may pad to. */
const maximumWidth = 1000;

const verbPattern = /%(?:%|([ #+0-]*)([1-9]\d{0,5})?(\.\d{0,5})?(?:\[([1-9]\d{0,5})\])?([a-zA-Z]))/y;

function formatted(pattern: string, values: readonly Value[]): string {
  let result = "";
  let next = 0;
  let highest = 0;
  for (let at = 0; at < pattern.length;) {
    const percent = pattern.indexOf("%", at);
    if (percent === -1) {
      result += pattern.slice(at);
      break;
    }
    result += pattern.slice(at, percent);
    verbPattern.lastIndex = percent;
    const match = verbPattern.exec(pattern);
    if (match === null) throw new EvaluationError("an unknown verb in a format");
    at = percent + match[0].length;
    const [, flags = "", width, precision, position, mode] = match;
    if (mode === undefined) {
      result += "%";
      continue;
    }
    const index = position === undefined ? next : Number(position) - 1;
    next = index + 1;
    highest = Math.max(highest, next);
    const value = values[index];
    if (value === undefined) throw new EvaluationError("not enough arguments for a format");
    const verb: Verb = {
      mode,
      flags,
      width: width === undefined ? undefined : Number(width),
      precision: precision === undefined ? undefined : Number(precision.slice(1)),
    };
    if ((verb.width ?? 0) > maximumWidth || (verb.precision ?? 0) > maximumWidth)
      throw new NotToldError("limit", "format pads too far");
    result += formatOne(verb, value);
  }
  if (highest < values.length) throw new EvaluationError("too many arguments for a format");
  return result;
}

function formatOne(verb: Verb, value: Value): string {
  if (verb.mode !== "v" && value.kind === "null") throw new EvaluationError("null in a format");
  switch (verb.mode) {
    case "v":
      return padded(verb, asIs(verb, value));
    case "t":
      return String(convert(value, "bool").kind === "bool" && encodeJson(convert(value, "bool")));
    case "s":
      return padded(verb, limitedText(verb, value));
    case "q":
      return padded(verb, jsonText(limitedText(verb, value)));
    case "d":
    case "b":
    case "o":
    case "x":
    case "X":
      return integer(verb, convert(value, "number"));
    case "f":
      return fixed(verb, convert(value, "number"));
    case "e":
    case "E":
    case "g":
    case "G":
      throw new NotToldError("limit", `the verb %${verb.mode} of a format is not computed here`);
    default:
      throw new EvaluationError("an unknown verb in a format");
  }
}

function asIs(verb: Verb, value: Value): string {
  if (!verb.flags.includes("#")) {
    if (value.kind === "string") return value.value;
    if (value.kind === "number") return general(value);
  }
  return encodeJson(value);
}

/** With an exponent from seven digits on, as Go's `%g` writes numbers. */
function general(value: Value): string {
  const { negative, digits, point } = numberDigits(bigOf(value));
  const exponent = point - 1;
  if (digits === "0" || (exponent >= -4 && exponent < 6)) return encodeJson(value);
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
  const size = String(Math.abs(exponent)).padStart(2, "0");
  return `${negative ? "-" : ""}${digits.charAt(0)}${fraction}e${exponent < 0 ? "-" : "+"}${size}`;
}

function limitedText(verb: Verb, value: Value): string {
  const converted = convert(value, "string");
  const content = textOf(converted);
  return verb.precision === undefined || verb.precision === 0 ? content : counted(content).slice(0, verb.precision);
}

function padded(verb: Verb, content: string): string {
  if (verb.width === undefined) return content;
  const length = counted(content).length;
  const pad = (verb.flags.includes("0") ? "0" : " ").repeat(Math.max(0, verb.width - length));
  return verb.flags.includes("-") ? content + pad : pad + content;
}

const bases: Readonly<Record<string, number>> = { d: 10, b: 2, o: 8, x: 16, X: 16 };

function integer(verb: Verb, value: Value): string {
  const big = bigOf(value);
  if (!isWhole(big)) throw new EvaluationError("a whole number is required in a format");
  if (verb.flags.includes("#") || verb.precision !== undefined)
    throw new NotToldError("limit", "this form of a number is not computed here");
  const number = truncate(big);
  const digits = (number < 0n ? -number : number).toString(bases[verb.mode] ?? 10);
  return signed(verb, number < 0n, verb.mode === "X" ? digits.toUpperCase() : digits);
}

function fixed(verb: Verb, value: Value): string {
  if (verb.flags.includes("#")) throw new NotToldError("limit", "this form of a number is not computed here");
  const { negative, text: digits } = roundedTo(bigOf(value), verb.precision ?? 6);
  return signed(verb, negative, digits);
}

function signed(verb: Verb, negative: boolean, digits: string): string {
  const sign = negative ? "-" : verb.flags.includes("+") ? "+" : verb.flags.includes(" ") ? " " : "";
  const missing = Math.max(0, (verb.width ?? 0) - sign.length - digits.length);
  if (verb.flags.includes("-")) return sign + digits + " ".repeat(missing);
  return verb.flags.includes("0") ? sign + "0".repeat(missing) + digits : " ".repeat(missing) + sign + digits;
}
