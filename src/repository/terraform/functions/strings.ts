import { convert, text, toText } from "../../value-conversion.ts";
import { compareText, listOfText, listValue, unknownLike, whyUnknown } from "../../value-tree.ts";
import type { TextPiece, UnknownValue, Value } from "../../value.ts";
import { EvaluationError, NotToldError } from "../evaluation-error.ts";
import { textOfPieces } from "../template-text.ts";
import { integerOf, textOf } from "./arguments.ts";
import { computed, numberParameter, textParameter, type CallContext, type TofuFunction } from "./function.ts";

const asciiOnly = /^[\0-\x7f]*$/;
/** Characters that never join with their neighbours: of Latin, Greek, Cyrillic and Han. */
const single = /^[\0-\x7f\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u4e00-\u9fff]*$/;
/** Go's white space, which is not quite JavaScript's. */
const space = "[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const leadingSpace = new RegExp(`^${space}+`);

/** Texts that a call may make: longer ones are a mistake or an attack. */
const maximumLength = 1_000_000;

export const strings: Readonly<Record<string, TofuFunction>> = {
  upper: textual((value) => cased(value, "toUpperCase")),
  lower: textual((value) => cased(value, "toLowerCase")),
  title: textual(title),
  trimspace: textual(trimSpace),
  chomp: textual((value) => value.slice(0, endWithout(value, "\r\n"))),
  strrev: textual((value) => Array.from(counted(value)).toReversed().join("")),
  trim: textual((value, cut) => trim(value, new Set(cut))),
  trimprefix: textual((value, prefix) => (value.startsWith(prefix) ? value.slice(prefix.length) : value)),
  trimsuffix: textual((value, suffix) =>
    value.endsWith(suffix) ? value.slice(0, value.length - suffix.length) : value,
  ),
  startswith: predicate((value, prefix) => value.startsWith(prefix)),
  endswith: predicate((value, suffix) => value.endsWith(suffix)),
  strcontains: predicate((value, part) => value.includes(part)),
  substr: { parameters: [textParameter, numberParameter, numberParameter], call: substr },
  indent: { parameters: [numberParameter, textParameter], call: indent },
  split: { parameters: [textParameter, textParameter], call: split },
  join: { parameters: [textParameter], rest: { type: listOfText, allowUnknown: true }, call: join },
  sort: { parameters: [{ type: listOfText, allowUnknown: true }], call: sort },
};

function textual(make: (value: string, other: string) => string): TofuFunction {
  const parameters = make.length > 1 ? [textParameter, textParameter] : [textParameter];
  return {
    parameters,
    call: (args, context) =>
      text(make(textOf(args[0]), make.length > 1 ? textOf(args[1]) : ""), computed(context, args)),
  };
}

function predicate(holds: (value: string, other: string) => boolean): TofuFunction {
  return {
    parameters: [textParameter, textParameter],
    call: (args, context) => ({
      kind: "bool",
      value: holds(textOf(args[0]), textOf(args[1])),
      at: computed(context, args),
    }),
  };
}

/** Text whose characters can be counted here: one unit each, and no line end of two. */
export function counted(value: string): string {
  if (single.test(value) && !value.includes("\r\n")) return value;
  throw new NotToldError("limit", "characters of this kind are not counted here");
}

function cased(value: string, change: "toUpperCase" | "toLowerCase"): string {
  if (asciiOnly.test(value)) return value[change]();
  let result = "";
  for (const character of value) {
    const changed = character[change]();
    if (Array.from(changed).length !== 1) throw new NotToldError("limit", "the case of this text is not changed here");
    result += changed;
  }
  return result;
}

function title(value: string): string {
  if (!asciiOnly.test(value)) throw new NotToldError("limit", "the case of this text is not changed here");
  return value.replace(
    /(^|[^A-Za-z0-9_])([a-z])/g,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );
}

function trimSpace(value: string): string {
  const rest = value.replace(leadingSpace, "");
  let end = rest.length;
  while (end > 0 && leadingSpace.test(rest.charAt(end - 1))) end -= 1;
  return rest.slice(0, end);
}

function endWithout(value: string, cut: string): number {
  let end = value.length;
  while (end > 0 && cut.includes(value.charAt(end - 1))) end -= 1;
  return end;
}

function trim(value: string, cut: ReadonlySet<string>): string {
  const characters = Array.from(value);
  let start = 0;
  let end = characters.length;
  while (start < end && cut.has(characters[start] ?? "")) start += 1;
  while (end > start && cut.has(characters[end - 1] ?? "")) end -= 1;
  return characters.slice(start, end).join("");
}

function substr(args: readonly Value[], context: CallContext): Value {
  const value = counted(textOf(args[0]));
  let offset = integerOf(args[1]);
  const length = integerOf(args[2]);
  const at = computed(context, args);
  if (offset < 0) offset += value.length;
  else if (length === 0) return text("", at);
  const rest = offset > 0 ? value.slice(offset) : value;
  // OpenTofu takes a length of 0 from a negative offset for all of the rest.
  return text(length <= 0 ? rest : rest.slice(0, length), at);
}

function indent(args: readonly Value[], context: CallContext): Value {
  const spaces = integerOf(args[0]);
  const [, value] = args;
  if (spaces < 0) throw new EvaluationError("indent needs a number of spaces");
  const content = textOf(value);
  if (spaces > 1000 || (content.split("\n").length - 1) * spaces + content.length > maximumLength)
    throw new NotToldError("limit", "indent makes too much text");
  const pad = `\n${" ".repeat(spaces)}`;
  const at = computed(context, args);
  if (value?.kind !== "string" || value.pieces === undefined) return text(content.replaceAll("\n", pad), at);
  return textOfPieces(
    value.pieces.flatMap((piece) => indentedPieces(piece, pad)),
    at,
    true,
  );
}

/** Lines one by one: what is added between them stands nowhere. */
function indentedPieces(piece: TextPiece, pad: string): TextPiece[] {
  if (!piece.text.includes("\n")) return [piece];
  const pieces: TextPiece[] = [];
  let offset = 0;
  for (const [index, line] of piece.text.split("\n").entries()) {
    if (index > 0) pieces.push({ text: pad });
    const span = piece.span && {
      ...piece.span,
      start: piece.span.start + offset,
      end: piece.span.start + offset + line.length,
    };
    pieces.push({ text: line, ...(span && { span }), ...(piece.at && { at: piece.at }) });
    offset += line.length + 1;
  }
  return pieces;
}

function split(args: readonly Value[], context: CallContext): Value {
  const separator = textOf(args[0]);
  const value = textOf(args[1]);
  const parts = separator === "" ? Array.from(value) : value.split(separator);
  context.spend(parts.length);
  const at = computed(context, args);
  return listValue(
    parts.map((part) => text(part, at)),
    "string",
    at,
  );
}

function join(args: readonly Value[], context: CallContext): Value {
  const separator = textOf(args[0]);
  const lists = args.slice(1);
  if (lists.length === 0) throw new EvaluationError("join needs a list");
  const at = computed(context, args);
  const pieces: (TextPiece | UnknownValue)[] = [];
  let isFirst = true;
  for (const list of lists) {
    if (list.kind !== "list") return unknownLike(whyUnknown(list) ?? { code: "limit", text: "", at }, at, "string");
    for (const item of list.items) {
      if (item.kind === "null") throw new EvaluationError("join meets a null element");
      if (!isFirst) pieces.push({ text: separator });
      isFirst = false;
      pieces.push(...piecesOf(item));
    }
  }
  context.spend(pieces.length);
  return textOfPieces(pieces, at, true);
}

function piecesOf(value: Value): readonly (TextPiece | UnknownValue)[] {
  if (value.kind === "unknown") return value.pieces ?? [value];
  if (value.kind === "string" && value.pieces !== undefined)
    return value.pieces.map((piece) => (piece.at === undefined ? { ...piece, at: value.at } : piece));
  return [{ text: toText(value) ?? "", at: value.at }];
}

function sort(args: readonly Value[], context: CallContext): Value {
  const [list] = args;
  const at = computed(context, args);
  const reason = list && whyUnknown(list);
  if (reason !== undefined) return unknownLike(reason, at, listOfText);
  if (list?.kind !== "list") throw new EvaluationError("sort needs a list");
  if (list.items.some((item) => item.kind === "null")) throw new EvaluationError("sort meets a null element");
  const items = list.items.map((item) => convert(item, "string"));
  return listValue(
    items.toSorted((a, b) => compareText(textOf(a), textOf(b))),
    "string",
    at,
  );
}
