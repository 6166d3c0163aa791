/** How many columns a terminal gives the text: 2 for wide characters, 0 for combining marks. Of printable text. */
export function width(text: string): number {
  if (ascii.test(text)) return text.length;
  return measured(text).reduce((sum, { columns }) => sum + columns, 0);
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

const ascii = /^[\x20-\x7e]*$/;
const zero = /^[\p{Mn}\p{Me}\u{fe0e}]$/u;
// East Asian wide and fullwidth blocks, and signs that terminals draw as pictures.
const wide =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})$/u;

/** The signs of the text with their columns: a narrow sign in its picture form takes two. */
function measured(text: string): { sign: string; columns: number }[] {
  return Array.from(text.match(/[^]\u{fe0f}?/gu) ?? [], (sign) => {
    const [base = ""] = Array.from(sign);
    const columns = zero.test(base) ? 0 : wide.test(base) ? 2 : 1;
    return { sign, columns: base === sign || columns !== 1 ? columns : 2 };
  });
}

function firstColumns(text: string, columns: number): string {
  let taken = "";
  let used = 0;
  for (const each of measured(text)) {
    used += each.columns;
    if (used > columns) break;
    taken += each.sign;
  }
  return taken;
}

function lastColumns(text: string, columns: number): string {
  let taken = "";
  let used = 0;
  for (const each of measured(text).toReversed()) {
    used += each.columns;
    if (used > columns) break;
    taken = each.sign + taken;
  }
  return taken;
}

function pieces(word: string, columns: number): readonly string[] {
  if (word.length <= columns && width(word) <= columns) return [word];
  const found: string[] = [];
  let piece = "";
  let used = 0;
  for (const each of measured(word)) {
    if (used + each.columns > columns && piece !== "") {
      found.push(piece);
      piece = "";
      used = 0;
    }
    piece += each.sign;
    used += each.columns;
  }
  return [...found, piece];
}
