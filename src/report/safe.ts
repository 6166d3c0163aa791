/**
 * Text from a repository as it may be printed: in a terminal, a log, markdown. Control characters,
 * terminal escapes, bidirectional overrides, zero-width and other invisible characters, line and
 * paragraph separators and lone surrogates become visible escapes (`\n`, `\u{202e}`); ordinary text in
 * any script stays. With `newlines` a line feed stays a line feed; with `ascii` all that is not ASCII
 * is escaped too.
 */
export function printable(text: string, options: { newlines?: boolean; ascii?: boolean } = {}): string {
  if (onlyPlainAscii.test(text)) return text;
  const { newlines = false, ascii = false } = options;
  const safe = text.replace(unsafe, (character) => (newlines && character === "\n" ? character : visible(character)));
  return ascii ? safe.replace(notAscii, visible) : safe;
}

/** The same, not longer than that many characters. */
export function printableUpTo(text: string, longest: number): string {
  const safe = printable(text);
  return safe.length <= longest ? safe : `${safe.slice(0, longest - 1)}…`;
}

/** For text inside JSON: the same characters as JSON's own escapes, so that the value stays what it was. */
export function escapeInJson(json: string): string {
  return json.replace(unsafe, (character) => (character === "\n" ? character : jsonEscapes(character)));
}

const onlyPlainAscii = /^[\x20-\x7e]*$/;
// Variation selectors 15 and 16 choose between the text and the picture form of a sign; they are ordinary.
const unsafe =
  /[[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]--[\u{fe0e}\u{fe0f}]]/gv;
const notAscii = /[^\x00-\x7f]/gu;

const named: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

function visible(character: string): string {
  return named.get(character) ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function jsonEscapes(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
}
