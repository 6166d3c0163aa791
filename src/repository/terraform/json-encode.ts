import { sortedEntries } from "../value-tree.ts";
import { orderedItems, toText } from "../value-conversion.ts";
import type { Value } from "../value.ts";

/** JSON as `jsonencode` writes it. The value has to be wholly known. */
export function encodeJson(value: Value): string {
  switch (value.kind) {
    case "null":
      return "null";
    case "string":
      return jsonText(value.value);
    case "list":
      return `[${orderedItems(value).map(encodeJson).join(",")}]`;
    case "mapping":
      return `{${sortedEntries(value)
        .map(([key, entry]) => `${jsonText(key)}:${encodeJson(entry)}`)
        .join(",")}}`;
    default:
      return toText(value) ?? "null";
  }
}

/** Go escapes what could end a script element, and two line ends, besides what JSON asks for. */
const escaped = /["\\<>&\u2028\u2029\0-\x1f]/g;

export function jsonText(text: string): string {
  return `"${text.replace(escaped, escape)}"`;
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\b": "\\b",
  "\f": "\\f",
};

function escape(character: string): string {
  return shortEscapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
