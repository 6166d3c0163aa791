import { close, open, recoverItem } from "./brackets.ts";
import { closeBracket, closeParen, comma, dot, endOfText } from "./characters.ts";
import { readExpression } from "./expression.ts";
import { readForIfAny } from "./for.ts";
import type { Reader } from "./reader.ts";
import type { Expression } from "./syntax.ts";

/** `[a, b]`, or a `for` in brackets. */
export function readTuple(r: Reader): Expression {
  const start = r.pos;
  const loop = readForIfAny(r, start, closeBracket);
  if (loop !== null) return loop;
  const list = readList(r, closeBracket, false);
  if (list === null) return r.invalid(start, start);
  return { kind: "tuple", start, end: r.pos, items: list.items };
}

/** Items between the bracket here and `closer`; `mayExpand` allows `...` after the last. `null`: too deep. */
export function readList(
  r: Reader,
  closer: number,
  mayExpand: boolean,
): { items: Expression[]; expandLast: boolean } | null {
  const items: Expression[] = [];
  const around = open(r);
  if (around === null) return null;
  let expandLast = false;
  let height = -1;
  let itemStart = r.pos;
  while (!r.failed) {
    if (r.peek() === closer) break;
    itemStart = r.pos;
    const item = readExpression(r);
    if (r.failed) break;
    items.push(item);
    height = Math.max(height, r.height);
    const code = r.peek();
    itemStart = r.pos;
    if (code === closer) break;
    if (code === comma) r.pos++;
    else if (mayExpand && code === dot && r.at(1) === dot && r.at(2) === dot) {
      expandLast = true;
      r.pos += 3;
      if (r.peek() !== closer) r.fail('expected ")" after "..."');
    } else
      r.fail(
        code === endOfText ? `"${closer === closeParen ? ")" : "]"}" is missing` : 'expected "," before the next item',
      );
  }
  if (r.failed) items.push(recoverItem(r, itemStart, closer));
  else r.pos++;
  close(r, around, height);
  return { items, expandLast };
}
