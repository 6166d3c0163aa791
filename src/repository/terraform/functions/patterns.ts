import { text } from "../../value-conversion.ts";
import { listValue, tupleValue } from "../../value-tree.ts";
import type { ValueType } from "../../value-type.ts";
import type { Value } from "../../value.ts";
import { EvaluationError, NotToldError } from "../evaluation-error.ts";
import { compileRegex, findAll, findMatch, type Match, type Regex } from "../regex.ts";
import { textOf } from "./arguments.ts";
import { computed, textParameter, type CallContext, type TofuFunction } from "./function.ts";

export const patterns: Readonly<Record<string, TofuFunction>> = {
  regex: { parameters: [textParameter, textParameter], call: regex },
  regexall: { parameters: [textParameter, textParameter], call: regexAll },
  replace: { parameters: [textParameter, textParameter, textParameter], call: replace },
};

/** Characters that a replacement may make. */
const maximumLength = 1_000_000;

function regex(args: readonly Value[], context: CallContext): Value {
  const compiled = compileRegex(textOf(args[0]));
  resultType(compiled);
  const subject = textOf(args[1]);
  const match = findMatch(compiled, subject);
  if (match === undefined) throw new EvaluationError("a pattern matches nothing");
  return result(compiled, match, subject, computed(context, args));
}

function regexAll(args: readonly Value[], context: CallContext): Value {
  const compiled = compileRegex(textOf(args[0]));
  const subject = textOf(args[1]);
  const type = resultType(compiled);
  const at = computed(context, args);
  const matches = findAll(compiled, subject);
  context.spend(matches.length);
  return listValue(
    matches.map((match) => result(compiled, match, subject, at)),
    type,
    at,
  );
}

function resultType({ groups }: Regex): ValueType {
  if (groups.length === 0) return "string";
  const named = groups.filter((name) => name !== "");
  if (named.length === 0) return { kind: "tuple", items: groups.map(() => "string") };
  if (named.length < groups.length) throw new EvaluationError("a pattern mixes groups with and without names");
  return { kind: "object", attributes: new Map(named.map((name) => [name, "string"])) };
}

function result({ groups }: Regex, match: Match, subject: string, at: Value["at"]): Value {
  if (groups.length === 0) return text(subject.slice(match[0] ?? 0, match[1] ?? 0), at);
  const captured = groups.map((_, index): Value => {
    const start = match[index * 2 + 2] ?? -1;
    const end = match[index * 2 + 3] ?? -1;
    return start < 0 || end < 0 ? { kind: "null", type: "string", at } : text(subject.slice(start, end), at);
  });
  if (groups[0] === "") return tupleValue(captured, at);
  const entries = new Map<string, Value>();
  groups.forEach((name, index) => entries.set(name, captured[index] ?? { kind: "null", at }));
  return { kind: "mapping", of: "object", entries, at };
}

function replace(args: readonly Value[], context: CallContext): Value {
  const [subject, part, replacement] = [textOf(args[0]), textOf(args[1]), textOf(args[2])];
  const at = computed(context, args);
  const isPattern = part.length > 1 && part.startsWith("/") && part.endsWith("/");
  const pieces = isPattern
    ? replacedMatches(compileRegex(part.slice(1, -1)), subject, replacement)
    : replacedParts(subject, part, replacement);
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length > maximumLength) throw new NotToldError("limit", "replace makes too much text");
  return text(pieces.join(""), at);
}

function replacedParts(subject: string, part: string, replacement: string): string[] {
  const between = part === "" ? ["", ...Array.from(subject), ""] : subject.split(part);
  if (part === "" && subject === "") return [replacement];
  return between.flatMap((piece, index) => (index === 0 ? [piece] : [replacement, piece]));
}

function replacedMatches(compiled: Regex, subject: string, replacement: string): string[] {
  const pieces: string[] = [];
  let last = 0;
  for (const match of findAll(compiled, subject)) {
    const [start = 0, end = 0] = match;
    pieces.push(subject.slice(last, start), expanded(compiled, match, subject, replacement));
    last = end;
  }
  return [...pieces, subject.slice(last)];
}

/** `$1`, `$name` and `${name}` stand for groups, `$$` for a dollar; names reach as far as they can. */
function expanded({ groups }: Regex, match: Match, subject: string, template: string): string {
  return template.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (_, braced?: string, bare?: string) => {
    const name = braced ?? bare;
    if (name === undefined) return "$";
    const index = /^\d+$/.test(name) ? Number(name) : groups.indexOf(name) + 1;
    if (index === 0 && name !== "0" && !/^0+$/.test(name)) return "";
    const start = match[index * 2] ?? -1;
    return start < 0 ? "" : subject.slice(start, match[index * 2 + 1] ?? start);
  });
}
