import { readExpression } from "./expression.ts";
import type { Reader } from "./reader.ts";
import { recoverAt } from "./recover.ts";
import type { Expression } from "./syntax.ts";

/** Enters the bracket here; inside of it newlines do not matter. Where that is too deep, fails before the bracket. */
export function open(r: Reader): Around | null {
  const around = { depth: r.depth, newlinesMatter: r.newlinesMatter };
  r.enter();
  if (r.failed) return null;
  r.pos++;
  r.newlinesMatter = false;
  return around;
}

/** Leaves what {@link open} entered; `height` is that of the highest part, -1 if there is none. */
export function close(r: Reader, around: Around, height: number): void {
  r.depth = around.depth;
  r.newlinesMatter = around.newlinesMatter;
  r.height = height;
  if (!r.failed) r.built(height);
}

/** One expression and the bracket after it. */
export function readBracketed(r: Reader, closer: number, message: string): Expression {
  const inner = readExpression(r);
  if (!r.failed && r.peek() !== closer) r.fail(message);
  if (r.failed) return recoverItem(r, inner.start, closer);
  r.pos++;
  return inner;
}

/** Stands for the item at `start`, and all after it up to `closer`, where that is found. */
export function recoverItem(r: Reader, start: number, closer: number): Expression {
  const recovered = recoverAt(r, closer);
  r.height = 0;
  return r.invalid(start, recovered ? r.pos - 1 : r.pos);
}

interface Around {
  readonly depth: number;
  readonly newlinesMatter: boolean;
}
