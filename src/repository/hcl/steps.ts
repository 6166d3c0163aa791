import { close, open, readBracketed } from "./brackets.ts";
import { closeBracket, dot, identifierEnd, isDigit, openBracket, star } from "./characters.ts";
import { skipDigits, skipExponent } from "./number.ts";
import { failed, type Reader } from "./reader.ts";
import type { Expression, Variable } from "./syntax.ts";

/** `.a`, `[b]`, `.0`, `.*` and `[*]` after `from`, whose height is `r.height`. */
export function readSteps(r: Reader, from: Expression): Expression {
  let object = from;
  while (!r.failed) {
    const height = r.height;
    const code = r.peek();
    if (code === openBracket) object = readBracketStep(r, object, height);
    else if (code === dot && !(r.at(1) === dot && r.at(2) === dot)) object = readDotStep(r, object, height);
    else break;
  }
  return object;
}

function readDotStep(r: Reader, object: Expression, height: number): Expression {
  const dotAt = r.pos;
  r.pos++;
  if (r.peek() !== star) return readNameStep(r, object, height);
  r.pos++;
  let each: Expression = { kind: "variable", start: dotAt, end: r.pos, name: "" };
  let eachHeight = 0;
  while (!r.failed && r.peek() === dot && !(r.at(1) === dot && r.at(2) === dot)) {
    r.pos++;
    if (r.peek() === star) return failed(r, 'another "*" after ".*" is not allowed', object);
    each = readNameStep(r, each, eachHeight);
    eachHeight = r.height;
  }
  if (r.failed) return object;
  r.built(Math.max(height, eachHeight));
  return { kind: "splat", start: object.start, end: each.end, object, each, attributeOnly: true };
}

/** After the dot: a name, or the digits of a legacy index. */
function readNameStep(r: Reader, object: Expression, height: number): Expression {
  const start = r.pos;
  if (isDigit(r.at(0))) {
    skipDigits(r);
    skipExponent(r);
    const text = r.text.slice(start, r.pos);
    r.built(height);
    const key: Expression = { kind: "literal", start, end: r.pos, value: Number(text), text };
    return { kind: "index", start: object.start, end: r.pos, object, key };
  }
  const end = identifierEnd(r.text, start, r.end);
  if (end === start) return failed(r, 'expected a name after "."', object);
  r.pos = end;
  r.built(height);
  return { kind: "get", start: object.start, end, object, name: r.text.slice(start, end) };
}

function readBracketStep(r: Reader, object: Expression, height: number): Expression {
  const start = r.pos;
  r.pos++;
  if (r.peek() === star) return readFullSplat(r, object, height, start);
  r.pos = start;
  const around = open(r);
  if (around === null) return object;
  const key = readBracketed(r, closeBracket, 'expected "]"');
  close(r, around, Math.max(height, r.height));
  return { kind: "index", start: object.start, end: r.pos, object, key };
}

function readFullSplat(r: Reader, object: Expression, height: number, start: number): Expression {
  r.pos++;
  if (r.peek() !== closeBracket) return failed(r, 'expected "]" after "*"', object);
  r.pos++;
  r.enter();
  const element: Variable = { kind: "variable", start, end: r.pos, name: "" };
  r.height = 0;
  const each = readSteps(r, element);
  r.depth--;
  if (r.failed) return object;
  r.built(Math.max(height, r.height));
  return { kind: "splat", start: object.start, end: each.end, object, each, attributeOnly: false };
}
