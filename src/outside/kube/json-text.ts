/** A part of a text: `start` inclusive, `end` exclusive. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/**
 * Where the value of a key of the outermost object stands in a JSON text; `null` where the key is not there, or twice.
 * So that objects can be kept as they were served: a number that JavaScript rounds stays what it was. Of a text that is
 * no JSON it gives `null`, or a part that is none either.
 */
export function valueOf(text: string, key: string): Part | null {
  const wanted = JSON.stringify(key);
  let found: Part | null = null;
  let at = afterSpace(text, 0);
  if (text[at] !== "{") return null;
  do {
    const name = afterSpace(text, at + 1);
    if (text[name] !== '"') return text[name] === "}" ? found : null;
    const nameEnd = endOfString(text, name);
    const colon = afterSpace(text, nameEnd);
    if (text[colon] !== ":") return null;
    const start = afterSpace(text, colon + 1);
    const end = endOfValue(text, start);
    if (nameEnd - name === wanted.length && text.startsWith(wanted, name)) {
      if (found !== null) return null;
      found = { start, end };
    }
    at = afterSpace(text, end);
  } while (text[at] === ",");
  return text[at] === "}" ? found : null;
}

/** The elements of the array that stands at `part`; `null` where it is no array of objects. */
export function objectsIn(text: string, part: Part): readonly Part[] | null {
  const elements: Part[] = [];
  let at = part.start;
  if (text[at] !== "[") return null;
  do {
    const start = afterSpace(text, at + 1);
    if (text[start] !== "{") return text[start] === "]" && elements.length === 0 ? elements : null;
    const end = endOfValue(text, start);
    elements.push({ start, end });
    at = afterSpace(text, end);
  } while (text[at] === ",");
  return text[at] === "]" ? elements : null;
}

const quote = 0x22;

/** Only brackets and strings are looked at: what is inside an object, its own parser says. */
function endOfValue(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === quote) return endOfString(text, start);
  if (first !== 0x7b && first !== 0x5b) return endOfWord(text, start);
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (sign === quote) at = endOfString(text, at) - 1;
    else if (sign === 0x7b || sign === 0x5b) depth++;
    else if ((sign === 0x7d || sign === 0x5d) && --depth === 0) return at + 1;
  }
  return text.length;
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return end + 1;
  }
  return text.length;
}

/** A number, `true`, `false`, `null`. */
function endOfWord(text: string, start: number): number {
  const word = /[^\s,\]}]*/y;
  word.lastIndex = start;
  word.test(text);
  return word.lastIndex;
}

function afterSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++;
  return at;
}
