import { close, open } from "./brackets.ts";
import { closeBrace, closeBracket, colon, comma, dot, equals, greater } from "./characters.ts";
import { readExpression } from "./expression.ts";
import type { Reader } from "./reader.ts";
import { recoverAt } from "./recover.ts";
import type { Expression, For } from "./syntax.ts";

/** The `for` in the bracket here, up to `closer`; `null`, and nothing is read, where the bracket holds something else. */
export function readForIfAny(r: Reader, start: number, closer: number): Expression | null {
  const { pos, newlinesMatter } = r;
  r.pos++;
  r.newlinesMatter = false;
  r.peek();
  const isFor = r.identifierEnd() === r.pos + 3 && r.text.startsWith("for", r.pos);
  r.newlinesMatter = newlinesMatter;
  if (!isFor) {
    r.pos = pos;
    return null;
  }
  const nameAt = r.pos;
  r.pos = pos;
  const around = open(r);
  if (around === null) return r.invalid(start, start);
  r.pos = nameAt + 3;
  const loop = readFor(r, start, closer);
  if (loop === null) {
    recoverAt(r, closer);
    close(r, around, -1);
    return r.invalid(start, r.pos);
  }
  close(r, around, r.height);
  return loop;
}

/** From after `for` to before the closing bracket. */
function readFor(r: Reader, start: number, closer: number): For | null {
  const names = readForNames(r);
  if (names === null) return null;
  const collection = readExpression(r);
  if (r.failed) return null;
  let height = r.height;
  if (r.peek() !== colon) return failedFor(r, 'expected ":" after the collection of "for"');
  r.pos++;
  let key: Expression | null = null;
  let value = readExpression(r);
  if (r.failed) return null;
  height = Math.max(height, r.height);
  if (r.peek() === equals && r.at(1) === greater) {
    if (closer === closeBracket) return failedFor(r, '"=>" is for an object: "for" in brackets makes a list');
    r.pos += 2;
    key = value;
    value = readExpression(r);
    if (r.failed) return null;
    height = Math.max(height, r.height);
  } else if (closer === closeBrace) return failedFor(r, 'expected "=>" and a value: "for" in braces makes an object');
  const grouped = r.peek() === dot && r.at(1) === dot && r.at(2) === dot;
  if (grouped && key === null) return failedFor(r, '"..." is for an object: "for" in brackets makes a list');
  if (grouped) r.pos += 3;
  let condition: Expression | null = null;
  if (takeWord(r, "if")) {
    condition = readExpression(r);
    if (r.failed) return null;
    height = Math.max(height, r.height);
  }
  if (r.peek() !== closer) return failedFor(r, `expected "${closer === closeBrace ? "}" : "]"}" at the end of "for"`);
  r.pos++;
  r.height = height;
  return { kind: "for", start, end: r.pos, ...names, collection, key, value, condition, grouped };
}

function failedFor(r: Reader, message: string): null {
  r.fail(message);
  return null;
}

/** `k, v in`, as in an expression and in a template. `null`: failed. */
export function readForNames(r: Reader): { keyName: string | null; valueName: string } | null {
  const first = takeName(r);
  let second: string | null = null;
  if (first !== null && r.peek() === comma) {
    r.pos++;
    second = takeName(r);
    if (second === null) return failedFor(r, 'expected a name after ","');
  }
  if (first === null) return failedFor(r, 'expected a name after "for"');
  if (!takeWord(r, "in")) return failedFor(r, 'expected "in"');
  return second === null ? { keyName: null, valueName: first } : { keyName: first, valueName: second };
}

function takeName(r: Reader): string | null {
  r.peek();
  const end = r.identifierEnd();
  if (end === r.pos) return null;
  const name = r.text.slice(r.pos, end);
  r.pos = end;
  return name;
}

function takeWord(r: Reader, word: string): boolean {
  r.peek();
  if (r.identifierEnd() !== r.pos + word.length || !r.text.startsWith(word, r.pos)) return false;
  r.pos += word.length;
  return true;
}
