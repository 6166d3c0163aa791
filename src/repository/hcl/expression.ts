import {
  ampersand,
  bang,
  closeBrace,
  closeBracket,
  closeParen,
  colon,
  comma,
  dot,
  endOfText,
  equals,
  greater,
  identifierEnd,
  isDigit,
  less,
  minus,
  newline,
  openBrace,
  openBracket,
  openParen,
  percent,
  pipe,
  plus,
  question,
  quote,
  slash,
  star,
} from "./characters.ts";
import { isMarkerLine } from "./marker-lines.ts";
import { recoverAt } from "./recover.ts";
import type { Reader } from "./reader.ts";
import type { Binary, Expression, For, ObjectItem, Variable } from "./syntax.ts";
import { readHeredoc, readQuoted } from "./template.ts";

/** A whole expression, from the next character that means something. See {@link Reader} for failure. */
export function readExpression(r: Reader): Expression {
  const condition = readBinary(r, 1);
  if (r.failed || r.peek() !== question) return condition;
  let height = r.height;
  r.pos++;
  r.enter();
  if (r.failed) return condition;
  const then = readExpression(r);
  if (r.failed) return condition;
  height = Math.max(height, r.height);
  if (r.peek() !== colon) return failed(r, 'expected ":" and the value for false', condition);
  r.pos++;
  const otherwise = readExpression(r);
  r.depth--;
  r.built(Math.max(height, r.height));
  return { kind: "conditional", start: condition.start, end: otherwise.end, condition, then, otherwise };
}

/** Operators that bind at least as tightly as `least`; 1 is `||`, 6 is `*`. */
function readBinary(r: Reader, least: number): Expression {
  let left = readUnary(r);
  if (r.failed) return left;
  let height = r.height;
  for (;;) {
    const operator = binaryOperator(r, r.peek());
    if (operator === null) break;
    const binding = bindingOf(operator);
    if (binding < least) break;
    r.pos += operator.length;
    const right = readBinary(r, binding + 1);
    if (r.failed) return left;
    r.built(Math.max(height, r.height));
    height = r.height;
    left = { kind: "binary", start: left.start, end: right.end, operator, left, right };
    if (r.failed) return left;
  }
  r.height = height;
  return left;
}

function binaryOperator(r: Reader, code: number): Binary["operator"] | null {
  switch (code) {
    case pipe:
      return r.at(1) === pipe ? "||" : null;
    case ampersand:
      return r.at(1) === ampersand ? "&&" : null;
    case equals:
      return r.at(1) === equals ? "==" : null;
    case bang:
      return r.at(1) === equals ? "!=" : null;
    case greater:
      return r.at(1) === equals ? ">=" : ">";
    case less:
      return r.at(1) === equals ? "<=" : "<";
    case plus:
      return "+";
    case minus:
      return "-";
    case star:
      return "*";
    case slash:
      return "/";
    case percent:
      return "%";
    default:
      return null;
  }
}

function bindingOf(operator: Binary["operator"]): number {
  switch (operator) {
    case "||":
      return 1;
    case "&&":
      return 2;
    case "==":
    case "!=":
      return 3;
    case ">":
    case ">=":
    case "<":
    case "<=":
      return 4;
    case "+":
    case "-":
      return 5;
    case "*":
    case "/":
    case "%":
      return 6;
  }
}

function readUnary(r: Reader): Expression {
  const code = r.peek();
  if (code !== minus && code !== bang) return readSteps(r, readTerm(r, code));
  const start = r.pos;
  r.pos++;
  r.enter();
  if (r.failed) return r.invalid(start, r.pos);
  const operand = readUnary(r);
  r.depth--;
  r.height++;
  return { kind: "unary", start, end: operand.end, operator: code === minus ? "-" : "!", operand };
}

/** A term without the steps after it. `code` is the character that it starts with. */
function readTerm(r: Reader, code: number): Expression {
  r.height = 0;
  switch (code) {
    case quote:
      return readQuoted(r);
    case openParen:
      return readParenthesis(r);
    case openBracket:
      return readTuple(r);
    case openBrace:
      return readObject(r);
    case less:
      if (r.at(1) === less) return readHeredoc(r);
      break;
    case endOfText:
      return failed(r, "expected an expression, found the end");
    default:
      if (isDigit(code)) return readNumber(r);
      return readName(r);
  }
  return failed(r, "expected an expression");
}

function failed(r: Reader, message: string, read?: Expression): Expression {
  r.fail(message);
  return read ?? r.invalid(r.pos, r.pos);
}

function readNumber(r: Reader): Expression {
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

function skipDigits(r: Reader): void {
  while (isDigit(r.at(0))) r.pos++;
}

function skipExponent(r: Reader): void {
  const sign = r.at(1) === plus || r.at(1) === minus ? 1 : 0;
  const isLetterE = (r.at(0) | 32) === 101;
  if (!isLetterE || !isDigit(r.at(1 + sign))) return;
  r.pos += 1 + sign;
  skipDigits(r);
}

/** A variable, `true`, `false`, `null`, or a call. */
function readName(r: Reader): Expression {
  const start = r.pos;
  const end = r.identifierEnd();
  if (end === start) return failed(r, "expected an expression");
  const name = r.text.slice(start, end);
  r.pos = end;
  const code = r.peek();
  if (code === openParen || (code === colon && r.at(1) === colon)) return readCall(r, start, name);
  if (name === "true" || name === "false") return { kind: "literal", start, end, value: name === "true", text: name };
  if (name === "null") return { kind: "literal", start, end, value: null, text: name };
  return { kind: "variable", start, end, name };
}

function readCall(r: Reader, start: number, first: string): Expression {
  let name = first;
  while (r.peek() === colon && r.at(1) === colon) {
    r.pos += 2;
    r.peek();
    const end = r.identifierEnd();
    if (end === r.pos) return failed(r, 'expected a function\'s name after "::"');
    name += `::${r.text.slice(r.pos, end)}`;
    r.pos = end;
  }
  if (r.peek() !== openParen) return failed(r, 'expected "(" after the function\'s name');
  const list = readList(r, closeParen, true);
  if (list === null) return r.invalid(start, r.pos);
  return { kind: "call", start, end: r.pos, name, args: list.items, expandLast: list.expandLast };
}

function readParenthesis(r: Reader): Expression {
  const start = r.pos;
  const around = open(r);
  if (around === null) return r.invalid(start, start);
  const inner = readBracketed(r, closeParen, 'expected ")"');
  close(r, around, r.height);
  return { kind: "parenthesis", start, end: r.pos, inner };
}

/** One expression and the bracket after it. */
function readBracketed(r: Reader, closer: number, message: string): Expression {
  const inner = readExpression(r);
  if (!r.failed && r.peek() !== closer) r.fail(message);
  if (r.failed) return recoverItem(r, inner.start, closer);
  r.pos++;
  return inner;
}

function readTuple(r: Reader): Expression {
  const start = r.pos;
  const loop = readForIfAny(r, start, closeBracket);
  if (loop !== null) return loop;
  const list = readList(r, closeBracket, false);
  if (list === null) return r.invalid(start, start);
  return { kind: "tuple", start, end: r.pos, items: list.items };
}

/** Items between the bracket here and `closer`; `mayExpand` allows `...` after the last. `null`: too deep. */
function readList(r: Reader, closer: number, mayExpand: boolean): { items: Expression[]; expandLast: boolean } | null {
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

function readObject(r: Reader): Expression {
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

function readForIfAny(r: Reader, start: number, closer: number): Expression | null {
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

/** `.a`, `[b]`, `.0`, `.*` and `[*]` after `from`, whose height is `r.height`. */
function readSteps(r: Reader, from: Expression): Expression {
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

interface Around {
  readonly depth: number;
  readonly newlinesMatter: boolean;
}

/** Enters the bracket here; inside of it newlines do not matter. Where that is too deep, fails before the bracket. */
function open(r: Reader): Around | null {
  const around = { depth: r.depth, newlinesMatter: r.newlinesMatter };
  r.enter();
  if (r.failed) return null;
  r.pos++;
  r.newlinesMatter = false;
  return around;
}

/** Leaves what {@link open} entered; `height` is that of the highest part, -1 if there is none. */
function close(r: Reader, around: Around, height: number): void {
  r.depth = around.depth;
  r.newlinesMatter = around.newlinesMatter;
  r.height = height;
  if (!r.failed) r.built(height);
}

/** Stands for the item at `start`, and all after it up to `closer`, where that is found. */
function recoverItem(r: Reader, start: number, closer: number): Expression {
  const recovered = recoverAt(r, closer);
  r.height = 0;
  return r.invalid(start, recovered ? r.pos - 1 : r.pos);
}
