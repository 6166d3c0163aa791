/** A member of a flow collection, as offsets into the text. */
export interface FlowMember {
  /** Where it begins; in a mapping the key. */
  readonly start: number;
  /** The colon behind the key; -1 where there is none, as in a list. */
  readonly colon: number;
  /** Behind its last character. */
  readonly end: number;
}

/** Something in a flow collection that is not read: it is not closed, or has anchors, aliases or tags. */
export class UnreadFlow extends Error {}

/**
 * The members of the YAML flow collection (`{a: 1, "b": [2]}`) that opens at an offset, and the offset behind it. Nothing is
 * parsed: quotes, comments and brackets are passed over, so an index of megabytes is gone through once. No recursion.
 */
export function flowMembers(text: string, open: number): { members: readonly FlowMember[]; end: number } {
  const members: FlowMember[] = [];
  let depth = 0;
  let start = -1;
  let colon = -1;
  let last = open;
  let at = open;
  while (at < text.length) {
    const next = nextToken(text, at);
    if (next.kind === "blank") {
      at = next.end;
      continue;
    }
    const isEnd = next.kind === "close";
    if (depth === 1 && (isEnd || next.kind === "comma")) {
      if (start !== -1) members.push({ start, colon, end: last });
      [start, colon] = [-1, -1];
      if (isEnd) return { members, end: next.end };
    } else if (depth >= 1 && start === -1) start = at;
    else if (depth === 1 && next.kind === "colon" && colon === -1) colon = at;
    if (next.kind === "open") depth += 1;
    else if (isEnd) depth -= 1;
    at = last = next.end;
  }
  throw new UnreadFlow("it is not closed");
}

/** The first offset from `from` on that is neither blank nor in a comment. */
export function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && (isBlank(text[at]) || (text[at] === "#" && at > from))) {
    if (text[at] === "#") at = endOfLine(text, at);
    else at += 1;
  }
  return at;
}

interface Token {
  readonly kind: "blank" | "open" | "close" | "comma" | "colon" | "scalar";
  readonly end: number;
}

function nextToken(text: string, at: number): Token {
  switch (text[at]) {
    case "{":
    case "[":
      return { kind: "open", end: at + 1 };
    case "}":
    case "]":
      return { kind: "close", end: at + 1 };
    case ",":
      return { kind: "comma", end: at + 1 };
    case ":":
      return isColon(text, at) ? { kind: "colon", end: at + 1 } : { kind: "scalar", end: endOfPlain(text, at) };
    case '"':
    case "'":
      return { kind: "scalar", end: endOfQuoted(text, at) };
    case " ":
    case "\t":
    case "\r":
    case "\n":
      return { kind: "blank", end: skipBlanks(text, at) };
    case "&":
    case "*":
    case "!":
      throw new UnreadFlow("it has anchors, aliases or tags");
    default:
      if (text[at] === "?" && isBlank(text[at + 1])) throw new UnreadFlow("it has explicit keys");
      return { kind: "scalar", end: endOfPlain(text, at) };
  }
}

/** Before a blank or an indicator, or right behind what JSON has for a key; else a plain scalar begins with it. */
function isColon(text: string, at: number): boolean {
  const next = text[at + 1];
  return isBlank(next) || isIndicator(next) || "\"'}]".includes(text[at - 1] ?? " ");
}

/** Behind the closing quote. Read by hand: a pattern would keep a step for each of megabytes. */
function endOfQuoted(text: string, open: number): number {
  const quote = text[open];
  for (let at = open + 1; at < text.length; at += 1) {
    if (quote === '"' && text[at] === "\\") at += 1;
    else if (text[at] === quote && quote === "'" && text[at + 1] === quote) at += 1;
    else if (text[at] === quote) return at + 1;
  }
  throw new UnreadFlow("it is not closed");
}

/** Behind a plain scalar: a colon ends it before a blank or an indicator, a number sign after a blank. */
function endOfPlain(text: string, start: number): number {
  let end = start + 1;
  for (let at = end; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (isIndicator(character) || character === "\n" || character === "\r") break;
    if (character === ":" && (isBlank(text[at + 1]) || isIndicator(text[at + 1]))) break;
    if (character === "#" && isBlank(text[at - 1])) break;
    if (!isBlank(character)) end = at + 1;
  }
  return end;
}

function isBlank(character: string | undefined): boolean {
  return character === undefined || " \t\r\n".includes(character);
}

function isIndicator(character: string | undefined): boolean {
  return character !== undefined && "[]{},".includes(character);
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}
