import {
  ampersand,
  bang,
  colon,
  equals,
  greater,
  less,
  minus,
  percent,
  pipe,
  plus,
  question,
  slash,
  star,
} from "./characters.ts";
import { failed, type Reader } from "./reader.ts";
import { readSteps } from "./steps.ts";
import { readTerm } from "./term.ts";
import type { Binary, Expression } from "./syntax.ts";

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
