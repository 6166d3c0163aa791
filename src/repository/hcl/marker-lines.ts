import { carriageReturn, identifierEnd, newline, space, tab } from "./characters.ts";

/** Finds the line that closes a heredoc. Made on first need, so that many heredocs cost one pass. */
export class MarkerLines {
  readonly #text: string;
  #starts: Map<string, number[]> | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Start of the first line at or after `from` that holds only `marker`; -1 if there is none. */
  next(marker: string, from: number): number {
    this.#starts ??= linesOfOneName(this.#text);
    const starts = this.#starts.get(marker) ?? [];
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) < from) low = middle + 1;
      else high = middle;
    }
    return starts[low] ?? -1;
  }
}

/** Whether the line that starts at `start` holds only `marker`. */
export function isMarkerLine(text: string, start: number, marker: string): boolean {
  const from = skipBlanks(text, start);
  if (!text.startsWith(marker, from)) return false;
  const after = skipBlanks(text, from + marker.length);
  return after >= text.length || text.charCodeAt(after) === newline;
}

/** The place after spaces, tabs and carriage returns, `limit` at most. */
export function skipBlanks(text: string, start: number, limit = text.length): number {
  const end = Math.min(limit, text.length);
  let pos = start;
  while (pos < end) {
    const code = text.charCodeAt(pos);
    if (code !== space && code !== tab && code !== carriageReturn) return pos;
    pos++;
  }
  return pos;
}

function linesOfOneName(text: string): Map<string, number[]> {
  const lines = new Map<string, number[]>();
  for (let start = 0; start < text.length;) {
    const from = skipBlanks(text, start);
    const to = identifierEnd(text, from, text.length);
    const after = skipBlanks(text, to);
    if (to > from && (after >= text.length || text.charCodeAt(after) === newline)) {
      const name = text.slice(from, to);
      const starts = lines.get(name);
      if (starts === undefined) lines.set(name, [start]);
      else starts.push(start);
    }
    const end = text.indexOf("\n", Math.max(start, Math.min(after, text.length)));
    if (end < 0) return lines;
    start = end + 1;
  }
  return lines;
}
