import { dot, isDigit, minus, plus } from "./characters.ts";
import { failed, type Reader } from "./reader.ts";
import type { Expression } from "./syntax.ts";

/** A number as it is written: its text is kept, as a double may lose some of it. */
export function readNumber(r: Reader): Expression {
  const start = r.pos;
  skipDigits(r);
  if (r.at(0) === dot && isDigit(r.at(1))) {
    r.pos++;
    skipDigits(r);
  }
  skipExponent(r);
  if (r.at(0) === dot && isDigit(r.at(1))) return failed(r, "this is not a number");
  const text = r.text.slice(start, r.pos);
  return { kind: "literal", start, end: r.pos, value: Number(text), text };
}

export function skipDigits(r: Reader): void {
  while (isDigit(r.at(0))) r.pos++;
}

/** `e`, a sign if there is one, and digits; without digits it is no exponent. */
export function skipExponent(r: Reader): void {
  const sign = r.at(1) === plus || r.at(1) === minus ? 1 : 0;
  const isLetterE = (r.at(0) | 32) === 101;
  if (!isLetterE || !isDigit(r.at(1 + sign))) return;
  r.pos += 1 + sign;
  skipDigits(r);
}
