/** How many columns a terminal gives the text: 2 for wide characters, 0 for combining marks. Of printable text. */
export function width(text: string): number {
  if (ascii.test(text)) return text.length;
  let columns = 0;
  let last = 0;
  for (const character of text) {
    if (character === pictureForm) {
      if (last === 1) columns += 1;
      last = 0;
      continue;
    }
    last = zero.test(character) ? 0 : wide.test(character) ? 2 : 1;
    columns += last;
  }
  return columns;
}

export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - width(text)));
}

export function padStart(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - width(text))) + text;
}

/** The start of the text and an ellipsis, where it is wider than `columns`. */
export function cutEnd(text: string, columns: number, ellipsis: string): string {
  if (width(text) <= columns) return text;
  return firstColumns(text, columns - ellipsis.length).trimEnd() + ellipsis;
}

/** Both ends of the text with an ellipsis between: of a long name the end often tells most. */
export function cutMiddle(text: string, columns: number, ellipsis: string): string {
  if (width(text) <= columns) return text;
  const room = Math.max(0, columns - ellipsis.length);
  const start = firstColumns(text, Math.ceil(room / 2));
  return start + ellipsis + lastColumns(text, room - width(start));
}

/** Lines of at most `columns`, broken at spaces; a longer word is broken where the line ends. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((whole) => pieces(whole, columns))) {
    if (line === "") line = word;
    else if (width(line) + 1 + width(word) <= columns) line += ` ${word}`;
    else {
      lines.push(line.trimEnd());
      line = word;
    }
  }
  if (line !== "") lines.push(line.trimEnd());
  return lines;
}

const pictureForm = "\u{fe0f}";
const ascii = /^[\x20-\x7e]*$/;
const zero = /^[\p{Mn}\p{Me}\u{fe0e}]$/u;
// East Asian wide and fullwidth blocks, and signs that terminals draw as pictures.
const wide =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})$/u;

function firstColumns(text: string, columns: number): string {
  let taken = "";
  let used = 0;
  for (const character of text) {
    used += width(character);
    if (used > columns) break;
    taken += character;
  }
  return taken;
}

function lastColumns(text: string, columns: number): string {
  const characters = Array.from(text);
  let start = characters.length;
  let used = 0;
  while (start > 0) {
    used += width(characters[start - 1] ?? "");
    if (used > columns) break;
    start -= 1;
  }
  return characters.slice(start).join("");
}

function pieces(word: string, columns: number): readonly string[] {
  if (width(word) <= columns) return [word];
  const found: string[] = [];
  let rest = word;
  while (rest !== "") {
    const piece = firstColumns(rest, columns) || Array.from(rest)[0] || rest;
    found.push(piece);
    rest = rest.slice(piece.length);
  }
  return found;
}
