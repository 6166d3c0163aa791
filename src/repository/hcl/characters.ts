/** Character codes and classes of HCL. Everything here works on UTF-16 units. */

export const endOfText = -1;
export const tab = 9;
export const newline = 10;
export const carriageReturn = 13;
export const space = 32;
export const bang = 33;
export const quote = 34;
export const hash = 35;
export const dollar = 36;
export const percent = 37;
export const ampersand = 38;
export const openParen = 40;
export const closeParen = 41;
export const star = 42;
export const plus = 43;
export const comma = 44;
export const minus = 45;
export const dot = 46;
export const slash = 47;
export const colon = 58;
export const less = 60;
export const equals = 61;
export const greater = 62;
export const question = 63;
export const openBracket = 91;
export const backslash = 92;
export const closeBracket = 93;
export const openBrace = 123;
export const pipe = 124;
export const closeBrace = 125;
export const tilde = 126;
export const byteOrderMark = 0xfeff;

/** The end of the identifier that starts at `start`; `start` where there is none. */
export function identifierEnd(text: string, start: number, end: number): number {
  let pos = start + identifierWidth(text, start, end, 2);
  if (pos === start) return start;
  while (pos < end) {
    const code = text.charCodeAt(pos);
    if (code < 128) {
      if (identifierKinds[code] === 0) return pos;
      pos++;
      continue;
    }
    const width = identifierWidth(text, pos, end, 1);
    if (width === 0) return pos;
    pos += width;
  }
  return pos;
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Unicode's White_Space, which is what HCL trims by. It differs from what JavaScript trims by. */
export function isWhiteSpace(code: number): boolean {
  if (code <= 32) return code === 32 || (code >= 9 && code <= 13);
  if (code < 0x1680) return code === 0x85 || code === 0xa0;
  if (code >= 0x2000 && code <= 0x200a) return true;
  return code === 0x1680 || code === 0x2028 || code === 0x2029 || code === 0x202f || code === 0x205f || code === 0x3000;
}

/** For ASCII: 2 may start an identifier, 1 may only continue one, 0 neither. */
const identifierKinds = new Uint8Array(128);
for (const letter of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_") identifierKinds[letter.charCodeAt(0)] = 2;
for (const letter of "0123456789-") identifierKinds[letter.charCodeAt(0)] = 1;

/** Units of the character at `pos` if it may stand there: `kind` 2 at the start, 1 after it; else 0. */
function identifierWidth(text: string, pos: number, end: number, kind: 1 | 2): number {
  if (pos >= end) return 0;
  const code = text.charCodeAt(pos);
  if (code < 128) return (identifierKinds[code] ?? 0) >= kind ? 1 : 0;
  const character = String.fromCodePoint(text.codePointAt(pos) ?? 0);
  const allowed = kind === 2 ? /^\p{ID_Start}$/u : /^\p{ID_Continue}$/u;
  return allowed.test(character) ? character.length : 0;
}
