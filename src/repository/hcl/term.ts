import { close, open, readBracketed } from "./brackets.ts";
import { closeParen, colon, endOfText, isDigit, less, openBrace, openBracket, openParen, quote } from "./characters.ts";
import { readList, readTuple } from "./list.ts";
import { readNumber } from "./number.ts";
import { readObject } from "./object.ts";
import { failed, type Reader } from "./reader.ts";
import { readHeredoc, readQuoted } from "./template.ts";
import type { Expression } from "./syntax.ts";

/** A term without the steps after it. `code` is the character that it starts with. */
export function readTerm(r: Reader, code: number): Expression {
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
