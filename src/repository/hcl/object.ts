import { close, open, recoverItem } from "./brackets.ts";
import { closeBrace, colon, comma, endOfText, equals, greater, newline, openParen } from "./characters.ts";
import { readExpression } from "./expression.ts";
import { readForIfAny } from "./for.ts";
import { isMarkerLine } from "./marker-lines.ts";
import type { Reader } from "./reader.ts";
import type { Expression, ObjectItem } from "./syntax.ts";

/** `{ a = b }`, or a `for` in braces. */
export function readObject(r: Reader): Expression {
  const start = r.pos;
  const loop = readForIfAny(r, start, closeBrace);
  if (loop !== null) return loop;
  const items: ObjectItem[] = [];
  const around = open(r);
  if (around === null) return r.invalid(start, start);
  r.newlinesMatter = true;
  let height = -1;
  let itemStart = r.pos;
  while (!r.failed) {
    const code = r.peek();
    if (code === closeBrace) break;
    if (code === newline) {
      if (r.marker !== "" && isMarkerLine(r.text, r.pos + 1, r.marker)) r.fail('"}" is missing');
      else r.pos++;
      continue;
    }
    itemStart = r.pos;
    const item = readObjectItem(r);
    if (r.failed) break;
    items.push(item);
    height = Math.max(height, r.height);
    itemStart = r.pos;
    endObjectItem(r);
  }
  if (r.failed) {
    const lost = recoverItem(r, itemStart, closeBrace);
    items.push({ key: lost, value: lost });
  } else r.pos++;
  close(r, around, height);
  return { kind: "object", start, end: r.pos, items };
}

function endObjectItem(r: Reader): void {
  const code = r.peek();
  if (code === comma) r.pos++;
  else if (code === endOfText) r.fail('"}" is missing');
  else if (code !== newline && code !== closeBrace) r.fail('expected a new line or "," before the next item');
}

function readObjectItem(r: Reader): ObjectItem {
  const computed = r.at(0) === openParen;
  const read = readExpression(r);
  if (r.failed) return { key: read, value: read };
  const height = r.height;
  const code = r.peek();
  const key = computed ? read : literalKey(read);
  if (code !== colon && (code !== equals || r.at(1) === equals || r.at(1) === greater)) {
    r.fail(code === endOfText ? '"}" is missing' : 'expected "=" and a value after the key');
    return { key, value: key };
  }
  r.pos++;
  const value = readExpression(r);
  r.height = Math.max(height, r.height);
  return { key, value };
}

/** A bare name is a text. `a.b` stays what it is: Terraform's `providers` has such keys. */
function literalKey(key: Expression): Expression {
  if (key.kind === "variable" || (key.kind === "literal" && typeof key.value !== "number")) {
    const { start, end } = key;
    const text = key.kind === "variable" ? key.name : key.text;
    return { kind: "template", form: "quoted", start, end, parts: [{ kind: "text", start, end, text }] };
  }
  return key;
}
