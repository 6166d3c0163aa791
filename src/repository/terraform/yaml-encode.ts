import { sortedEntries } from "../value-tree.ts";
import { orderedItems, toText } from "../value-conversion.ts";
import type { Value } from "../value.ts";
import { NotToldError } from "./evaluation-error.ts";

/**
 * YAML as `yamlencode` writes it. The value has to be wholly known. Forms that are rare in
 * configuration (keys over 128 bytes, text that ends in blank lines) are not told.
 */
export function encodeYaml(value: Value): string {
  if (value.kind === "mapping" && value.entries.size > 0) return `${mapping(value, 0)}\n`;
  if (value.kind === "list" && value.items.length > 0) return `${sequence(value, 0)}\n`;
  const text = flow(value, 2, 0);
  if (text.endsWith("\n")) return text;
  // A document that is one plain scalar gets its end marked.
  return /^["|[{]/.test(text) ? `${text}\n` : `${text}\n...\n`;
}

const lineWidth = 80;

type Mapping = Extract<Value, { kind: "mapping" }>;
type List = Extract<Value, { kind: "list" }>;

/** Lines without the indent of the first one. */
function mapping(value: Mapping, indent: number): string {
  const lines = sortedEntries(value).map(([key, entry]) => {
    const written = keyText(key);
    if (entry.kind === "mapping" && entry.entries.size > 0)
      return `${written}:\n${pad(indent + 2)}${mapping(entry, indent + 2)}`;
    if (entry.kind === "list" && entry.items.length > 0) return `${written}:\n${pad(indent)}${sequence(entry, indent)}`;
    return `${written}: ${flow(entry, indent + 2, indent + Array.from(written).length + 2)}`;
  });
  return lines.join(`\n${pad(indent)}`);
}

function sequence(value: List, indent: number): string {
  const lines = orderedItems(value).map((item) => {
    if (item.kind === "mapping" && item.entries.size > 0) return `- ${mapping(item, indent + 2)}`;
    if (item.kind === "list" && item.items.length > 0) return `- ${sequence(item, indent + 2)}`;
    return `- ${flow(item, indent + 2, indent + 2)}`;
  });
  return lines.join(`\n${pad(indent)}`);
}

function pad(width: number): string {
  return " ".repeat(width);
}

function keyText(key: string): string {
  if (key.includes("\n") || key.includes("\r") || Buffer.byteLength(key) > 120)
    throw new NotToldError("limit", "a key of this form is not written as YAML here");
  return doubleQuoted(key, 0, Number.NEGATIVE_INFINITY);
}

/** A scalar or an empty collection. `column`: where it begins on its line. */
function flow(value: Value, indent: number, column: number): string {
  switch (value.kind) {
    case "mapping":
      return "{}";
    case "list":
      return "[]";
    case "string":
      return value.value.includes("\n") && mayBeBlock(value.value)
        ? block(value.value, indent)
        : doubleQuoted(value.value, indent, column);
    default:
      return toText(value) ?? "null";
  }
}

function mayBeBlock(text: string): boolean {
  if (/ [\n\r\u0085\u2028\u2029]/.test(text) || text.endsWith(" ")) return false;
  for (const character of text) if (character !== "\n" && !isPrintable(character)) return false;
  return true;
}

/** What the YAML library of OpenTofu writes as it is: nothing beyond the basic plane. */
function isPrintable(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x7f) return code >= 0x20;
  return code >= 0xa0 && code <= 0xfffd && code !== 0xfeff && (code < 0xd800 || code > 0xdfff);
}

function block(text: string, indent: number): string {
  if (text.endsWith("\n\n") || /^\n*$/.test(text) || /[\u0085\u2028\u2029\r]/.test(text))
    throw new NotToldError("limit", "text of this form is not written as YAML here");
  const hint = /^[ \n]/.test(text) ? "2" : "";
  const chomp = text.endsWith("\n") ? "" : "-";
  const body = text.endsWith("\n") ? text.slice(0, -1) : text;
  const lines = body.split("\n").map((line) => (line === "" ? "" : pad(indent) + line));
  return `|${hint}${chomp}\n${lines.join("\n")}`;
}

const shortEscapes: Readonly<Record<string, string>> = {
  "\0": "0",
  "\x07": "a",
  "\b": "b",
  "\t": "t",
  "\n": "n",
  "\v": "v",
  "\f": "f",
  "\r": "r",
  "\x1b": "e",
  '"': '"',
  "\\": "\\",
  "\u0085": "N",
  "\u2028": "L",
  "\u2029": "P",
};

function doubleQuoted(text: string, indent: number, column: number): string {
  let result = '"';
  let at = column + 1;
  let afterSpace = false;
  const characters = Array.from(text);
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? "";
    if (character === " ") {
      if (!afterSpace && at > lineWidth && index > 0 && index < characters.length - 1) {
        const isSpaceNext = characters[index + 1] === " ";
        result += `\n${pad(indent)}${isSpaceNext ? "\\" : ""}`;
        at = indent + (isSpaceNext ? 1 : 0);
      } else {
        result += " ";
        at += 1;
      }
      afterSpace = true;
      continue;
    }
    const written =
      isPrintable(character) && !'"\\\u0085\u2028\u2029'.includes(character) ? character : escaped(character);
    result += written;
    at += Array.from(written).length;
    afterSpace = false;
  }
  return `${result}"`;
}

function escaped(character: string): string {
  const short = shortEscapes[character];
  if (short !== undefined) return `\\${short}`;
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${digits.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}
