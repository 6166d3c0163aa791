import { isWhiteSpace, newline } from "./characters.ts";
import type { Reader } from "./reader.ts";
import type { Expression, Interpolation, Node, TemplatePart } from "./syntax.ts";

/** A part of a template in the order of the text, before `if` and `for` are put around others. */
export type FlatPart =
  | FlatText
  | Interpolation
  | (Node & { readonly kind: "open if"; readonly condition: Expression })
  | (Node & {
      readonly kind: "open for";
      readonly keyName: string | null;
      readonly valueName: string;
      readonly collection: Expression;
    })
  | (Node & { readonly kind: "else" | "endif" | "endfor" });

export interface FlatText {
  readonly kind: "text";
  start: number;
  end: number;
  text: string;
}

/** Puts what stands between `%{ if }` or `%{ for }` and its end inside of it. What is not balanced becomes invalid. */
export function nestParts(r: Reader, parts: readonly FlatPart[], end: number): readonly TemplatePart[] {
  if (parts.every(isPlain)) return parts;
  const root: TemplatePart[] = [];
  const opened: Opened[] = [];
  let into = root;
  for (const part of parts) {
    const top = opened.at(-1);
    switch (part.kind) {
      case "text":
      case "interpolation":
        into.push(part);
        break;
      case "open if":
      case "open for": {
        const inner: TemplatePart[] = [];
        opened.push({ part, outer: into, inner, otherwise: null });
        into = inner;
        break;
      }
      case "else":
        if (top?.part.kind === "open if" && top.otherwise === null) into = top.otherwise = [];
        else into.push(unbalanced(r, part, '"else" without its "if"'));
        break;
      case "endif":
      case "endfor":
        if (top !== undefined && top.part.kind === (part.kind === "endif" ? "open if" : "open for")) {
          opened.pop();
          into = top.outer;
          into.push(finish(top, part.end));
        } else into.push(unbalanced(r, part, `"${part.kind}" without its "${part.kind.slice(3)}"`));
    }
  }
  const first = opened[0];
  if (first !== undefined) {
    const message = `"${first.part.kind.slice(5)}" without its "end${first.part.kind.slice(5)}"`;
    first.outer.push(unbalanced(r, { start: first.part.start, end: Math.max(end, first.part.end) }, message));
  }
  return root;
}

/** Removes white space at the end, for `${~`. */
export function stripEnd(part: FlatText): void {
  let length = part.text.length;
  while (length > 0 && isWhiteSpace(part.text.charCodeAt(length - 1))) length--;
  const exact = part.text.length === part.end - part.start;
  part.text = part.text.slice(0, length);
  if (exact) part.end = part.start + length;
}

/** Removes white space at the start, for `~}`. */
export function stripStart(part: FlatText): void {
  cutStart(part, leadingWhiteSpace(part.text));
}

/**
 * Removes from an indented heredoc's lines what all have in common at their start. As in HCL, this is
 * counted after `~` has removed white space, lines of white space do not count, a line that
 * starts with a sequence counts as not indented, and a line after a newline that `~}` removed is no start.
 */
export function removeIndent(parts: readonly FlatPart[]): void {
  const lines: FlatText[] = [];
  let least = Infinity;
  let lineStarts = true;
  for (const part of parts) {
    if (lineStarts && part.kind !== "text") least = 0;
    if (part.kind !== "text") {
      lineStarts = false;
      continue;
    }
    const ends = part.text.charCodeAt(part.text.length - 1) === newline;
    if (lineStarts) {
      const spaces = leadingWhiteSpace(part.text);
      if (spaces < part.text.length || !ends) {
        lines.push(part);
        least = Math.min(least, spaces);
      }
    }
    lineStarts = ends;
  }
  if (least > 0) for (const line of lines) cutStart(line, least);
}

function cutStart(part: FlatText, count: number): void {
  // White space is written as it is in all but quoted strings, so its length is that of the source.
  const exact = part.text.length === part.end - part.start || leadingWhiteSpace(part.text) === count;
  part.text = part.text.slice(count);
  if (exact) part.start += Math.min(count, part.end - part.start);
}

function leadingWhiteSpace(text: string): number {
  let count = 0;
  while (count < text.length && isWhiteSpace(text.charCodeAt(count))) count++;
  return count;
}

interface Opened {
  readonly part: Extract<FlatPart, { kind: "open if" | "open for" }>;
  readonly outer: TemplatePart[];
  readonly inner: TemplatePart[];
  otherwise: TemplatePart[] | null;
}

function finish({ part, inner, otherwise }: Opened, end: number): TemplatePart {
  const { start } = part;
  if (part.kind === "open if")
    return { kind: "if", start, end, condition: part.condition, then: inner, otherwise: otherwise ?? [] };
  const { keyName, valueName, collection } = part;
  return { kind: "for", start, end, keyName, valueName, collection, body: inner };
}

function isPlain(part: FlatPart): part is FlatText | Interpolation {
  return part.kind === "text" || part.kind === "interpolation";
}

function unbalanced(r: Reader, { start, end }: Node, message: string): Interpolation {
  r.report(message, start, end);
  return { kind: "interpolation", start, end, expression: { kind: "invalid", start, end, message } };
}
