import { backslash, dollar, openBrace, percent } from "./characters.ts";
import type { Reader } from "./reader.ts";

/**
 * The text that `raw`, which stands at `start`, means: `$${` and `%%{`, and in a quoted string the
 * backslash sequences. A bad sequence is reported and stays as written.
 */
export function resolveEscapes(r: Reader, start: number, raw: string, quoted: boolean): string {
  let result = "";
  let done = 0;
  let pos = 0;
  while (pos < raw.length) {
    const code = raw.charCodeAt(pos);
    if (
      (code === dollar || code === percent) &&
      raw.charCodeAt(pos + 1) === code &&
      raw.charCodeAt(pos + 2) === openBrace
    ) {
      result += raw.slice(done, pos + 1);
      done = pos + 2;
      pos += 3;
    } else if (quoted && code === backslash) {
      const escape = backslashSequence(raw, pos);
      if (escape === null) {
        r.report("not an escape sequence; a backslash is written twice", start + pos, start + pos + 2);
        pos += 2;
        continue;
      }
      result += raw.slice(done, pos) + escape.text;
      pos += escape.length;
      done = pos;
    } else pos++;
  }
  return result + raw.slice(done);
}

function backslashSequence(raw: string, pos: number): { text: string; length: number } | null {
  const letter = raw.charAt(pos + 1);
  const simple = simpleEscapes.get(letter);
  if (simple !== undefined) return { text: simple, length: 2 };
  const digits = letter === "u" ? 4 : letter === "U" ? 8 : 0;
  const hex = raw.slice(pos + 2, pos + 2 + digits);
  if (digits === 0 || hex.length < digits || !/^[0-9a-fA-F]+$/.test(hex)) return null;
  const point = Number.parseInt(hex, 16);
  if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return null;
  return { text: String.fromCodePoint(point), length: 2 + digits };
}

const simpleEscapes = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ['"', '"'],
  ["\\", "\\"],
]);
