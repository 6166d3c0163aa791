/** A part of a text: `start` inclusive, `end` exclusive. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/**
 * Where the value of a key of the outermost object stands in a JSON text; `null` where the key is not there. So that
 * objects can be kept as they were served: a number that JavaScript rounds stays what it was. The text is taken to be
 * JSON, and what it gives for others is a part that is none either. A key that is there twice gives `null`.
 */
export function valueOf(text: string, key: string): Part | null {
  const quoted = JSON.stringify(key);
  let found: Part | null = null;
  let start: number | null = null;
  let depth = 0;
  for (const { at, end, token } of structure(text, 0)) {
    if (depth === 1 && start !== null && (token === "," || token === "}")) {
      found = { start, end: at };
      start = null;
    }
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    else if (depth === 1 && token === '"' && start === null && end - at === quoted.length) {
      const colon = text.startsWith(quoted, at) ? afterColon(text, end) : null;
      if (colon !== null && found !== null) return null;
      start = colon;
    }
    if (depth === 0) break;
  }
  return found === null ? null : trimmed(text, found);
}

/** The elements of the array that stands at `part`; `null` where it is no array of objects. */
export function objectsIn(text: string, part: Part): readonly Part[] | null {
  if (text[part.start] !== "[" || text[part.end - 1] !== "]") return null;
  const elements: Part[] = [];
  let depth = 0;
  let start = 0;
  let gap = part.start + 1;
  for (const { at, end, token } of structure(text, part.start)) {
    if (token === "{" || token === "[") {
      if (depth === 1 && !isGap(text.slice(gap, at), elements.length > 0)) return null;
      if (depth === 1) start = at;
      depth++;
    } else if (token === "}" || token === "]") {
      depth--;
      if (depth === 1) elements.push({ start, end });
      if (depth === 1) gap = end;
      if (depth === 0) return end === part.end && text.slice(gap, at).trim() === "" ? elements : null;
    }
  }
  return null;
}

interface Token {
  readonly at: number;
  readonly end: number;
  readonly token: string;
}

/** Brackets, commas and whole strings, one after the other. */
function* structure(text: string, from: number): Generator<Token> {
  const sign = /["{}[\],]/g;
  sign.lastIndex = from;
  for (let match = sign.exec(text); match !== null; match = sign.exec(text)) {
    const at = match.index;
    if (match[0] === '"') sign.lastIndex = endOfString(text, at);
    yield { at, end: sign.lastIndex, token: match[0] };
  }
}

function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return text.length;
}

function afterColon(text: string, from: number): number | null {
  const colon = /\s*:/y;
  colon.lastIndex = from;
  return colon.test(text) ? colon.lastIndex : null;
}

function isGap(between: string, needsComma: boolean): boolean {
  return needsComma ? /^\s*,\s*$/.test(between) : between.trim() === "";
}

function trimmed(text: string, { start, end }: Part): Part {
  const inner = text.slice(start, end);
  return { start: start + inner.length - inner.trimStart().length, end: end - (inner.length - inner.trimEnd().length) };
}
