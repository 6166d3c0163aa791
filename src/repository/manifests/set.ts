import type { Told } from "../../model/told.ts";
import { isKnown } from "../../model/told.ts";
import type { Span } from "../../model/span.ts";
import type { Value } from "../value.ts";
import { textOf } from "./field.ts";

/** One `set` of a release: block or list item, in the order in which the provider applies them. */
export interface SetEntry {
  readonly name: Told<string>;
  readonly value: Value;
  /** `string` and `literal` keep the text; anything else lets Helm guess numbers, booleans and lists. */
  readonly type?: "auto" | "string" | "literal";
  /** The value is a secret: it is put nowhere, and its place is not shown. Not given: it is none. */
  readonly isSecret?: true;
}

/** A place in the values, and what is put there. */
export interface Assignment {
  readonly path: readonly (string | number)[];
  readonly value: Value;
}

const maximumIndex = 65_536;

/**
 * What a `set` assigns, as Helm's `--set name=value` reads it: dots part names, a backslash keeps one,
 * `[0]` is an index, `{a,b}` a list, and a comma outside of braces starts the next assignment.
 * `undefined` where name or value could not be told or read: it may then touch anything.
 */
export function assignments(entry: SetEntry): readonly Assignment[] | undefined {
  if (!isKnown(entry.name)) return undefined;
  const at = [...entry.value.at];
  if (entry.value.kind === "list") return single(entry.name.known, entry.value);
  const text = textOf(entry.value);
  if (!isKnown(text)) return single(entry.name.known, entry.value);
  if (entry.type === "literal") return single(entry.name.known, { kind: "string", value: text.known ?? "", at });
  const pairs = splitOutsideBraces(text.known ?? "");
  const [first = "", ...others] = pairs;
  const found = [single(entry.name.known, typed(first, entry.type, at))];
  for (const pair of others) {
    const equals = pair.indexOf("=");
    if (equals === -1) return undefined;
    found.push(single(pair.slice(0, equals), typed(pair.slice(equals + 1), entry.type, at)));
  }
  return found.every((one) => one !== undefined) ? found.flat() : undefined;
}

function single(name: string, value: Value): readonly Assignment[] | undefined {
  const path = parsePath(name);
  return path === undefined ? undefined : [{ path, value }];
}

/** `a.b\.c[0].d` as `["a", "b.c", 0, "d"]`. */
export function parsePath(name: string): readonly (string | number)[] | undefined {
  const path: (string | number)[] = [];
  let part = "";
  let open = true;
  for (let at = 0; at < name.length; at += 1) {
    const character = name[at] ?? "";
    if (character === "\\" && at + 1 < name.length) part += name[(at += 1)] ?? "";
    else if (character === ".") {
      if (open && part === "") return undefined;
      if (open) path.push(part);
      [part, open] = ["", true];
    } else if (character === "[") {
      const index = /^\[([0-9]{1,6})\]/.exec(name.slice(at, at + 8));
      if (index === null || Number(index[1]) > maximumIndex) return undefined;
      if (open) path.push(part);
      path.push(Number(index[1]));
      [part, open] = ["", false];
      at += index[0].length - 1;
    } else if (open) part += character;
    else return undefined;
  }
  if (open && part === "") return undefined;
  if (open) path.push(part);
  return path.length > 100 ? undefined : path;
}

/** Parts between commas, those in `{}` left together; escapes stay for {@link typed}. */
function splitOutsideBraces(text: string): string[] {
  const parts: string[] = [];
  let [start, isList] = [0, text.startsWith("{")];
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === "}") isList = false;
    else if (text[at] === "," && !isList) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function typed(text: string, type: SetEntry["type"], at: readonly Span[]): Value {
  if (text.startsWith("{") && text.endsWith("}")) {
    const inner = text.slice(1, -1);
    const items = inner === "" ? [] : splitOutsideBraces(inner).map((item) => typed(item, type, at));
    return { kind: "list", items, at };
  }
  const plain = text.replaceAll(/\\(.)/gs, "$1");
  return type === "string" ? { kind: "string", value: plain, at } : guessed(plain, at);
}

function guessed(text: string, at: readonly Span[]): Value {
  if (/^true$/i.test(text)) return { kind: "bool", value: true, at };
  if (/^false$/i.test(text)) return { kind: "bool", value: false, at };
  if (/^null$/i.test(text)) return { kind: "null", at };
  if (text === "0" || /^-?[1-9][0-9]{0,14}$/.test(text)) return { kind: "number", value: Number(text), at };
  return { kind: "string", value: text, at };
}
