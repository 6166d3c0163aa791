import { EvaluationError, NotToldError } from "./evaluation-error.ts";

/**
 * Regular expressions as Go has them (RE2), run without backtracking, so that no pattern of a repository
 * takes exponential time. Reads the part of the syntax that configuration uses; the rest is not told.
 */
export interface Regex {
  /** Names of the capture groups, `""` for those without. */
  readonly groups: readonly string[];
  readonly program: readonly Instruction[];
}

/** Start and end of the match and of each group, in code units of the text; `-1`: took no part. */
export type Match = readonly number[];

type Instruction =
  | { readonly op: "character"; readonly accepts: (code: number) => boolean }
  | { readonly op: "jump"; readonly to: number }
  | { readonly op: "split"; readonly first: number; readonly second: number }
  | { readonly op: "save"; readonly slot: number }
  | { readonly op: "assert"; readonly holds: (before: number, after: number) => boolean }
  | { readonly op: "match" };

type Syntax =
  | { readonly kind: "empty" }
  | { readonly kind: "character"; readonly accepts: (code: number) => boolean }
  | { readonly kind: "assert"; readonly holds: (before: number, after: number) => boolean }
  | { readonly kind: "sequence"; readonly parts: readonly Syntax[] }
  | { readonly kind: "alternatives"; readonly parts: readonly Syntax[] }
  | { readonly kind: "group"; readonly index: number; readonly inner: Syntax }
  | {
      readonly kind: "repeat";
      readonly inner: Syntax;
      readonly least: number;
      readonly most: number;
      readonly lazy: boolean;
    };

const maximumPattern = 500;
const maximumProgram = 2_000;
const maximumRepeat = 100;
const maximumDepth = 50;
/** Instructions times characters that one search may touch. */
const maximumWork = 5_000_000;

export function compileRegex(pattern: string): Regex {
  if (pattern.length > maximumPattern) throw new NotToldError("limit", "a pattern of this length is not matched here");
  const { syntax, groups } = new PatternReader(pattern).read();
  const program: Instruction[] = [];
  emit({ kind: "group", index: 0, inner: syntax }, program);
  program.push({ op: "match" });
  return { groups, program };
}

/** Matches from `start` on, the leftmost first; `undefined`: none. */
export function findMatch(regex: Regex, text: string, start = 0): Match | undefined {
  if (regex.program.length * (text.length - start) > maximumWork)
    throw new NotToldError("limit", "a text of this length is not matched here");
  return new Search(regex, text).run(start);
}

/** All matches that do not overlap, as Go finds them. */
export function findAll(regex: Regex, text: string): Match[] {
  const matches: Match[] = [];
  let previousEnd = -1;
  for (let at = 0; at <= text.length;) {
    if (matches.length * regex.program.length * text.length > maximumWork * 20)
      throw new NotToldError("limit", "a text of this length is not matched here");
    const match = findMatch(regex, text, at);
    if (match === undefined) break;
    const [start = 0, end = 0] = match;
    // An empty match right behind another one does not count.
    const counts = !(start === end && start === previousEnd);
    if (end > at) at = end;
    else at += width(text, at);
    previousEnd = end;
    if (counts) matches.push(match);
  }
  return matches;
}

function width(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

// --- Running

interface Thread {
  readonly at: number;
  readonly saved: readonly number[];
}

class Search {
  readonly #program: readonly Instruction[];
  readonly #text: string;
  #marks = new Set<number>();

  constructor(regex: Regex, text: string) {
    this.#program = regex.program;
    this.#text = text;
  }

  run(start: number): Match | undefined {
    let threads: Thread[] = [];
    let found: Match | undefined;
    for (let position = start; ;) {
      this.#marks = new Set(threads.map((thread) => thread.at));
      if (found === undefined) this.#follow(threads, { at: 0, saved: [] }, position);
      if (threads.length === 0) return found;
      const code = this.#text.codePointAt(position) ?? -1;
      const step = code > 0xffff ? 2 : 1;
      const next: Thread[] = [];
      this.#marks = new Set();
      for (const thread of threads) {
        const instruction = this.#program[thread.at];
        if (instruction?.op === "match") {
          found = thread.saved;
          break;
        }
        if (instruction?.op === "character" && code !== -1 && instruction.accepts(code)) {
          this.#follow(next, { at: thread.at + 1, saved: thread.saved }, position + step);
        }
      }
      threads = next;
      if (code === -1) return found;
      position += step;
    }
  }

  /** Adds the threads that wait for a character, in the order of their preference. */
  #follow(threads: Thread[], first: Thread, position: number): void {
    const pending: Thread[] = [first];
    for (let thread = pending.pop(); thread !== undefined; thread = pending.pop()) {
      const { at, saved } = thread;
      if (this.#marks.has(at)) continue;
      this.#marks.add(at);
      const instruction = this.#program[at];
      switch (instruction?.op) {
        case "jump":
          pending.push({ at: instruction.to, saved });
          break;
        case "split":
          pending.push({ at: instruction.second, saved }, { at: instruction.first, saved });
          break;
        case "save": {
          const changed = [...saved];
          changed[instruction.slot] = position;
          pending.push({ at: at + 1, saved: changed });
          break;
        }
        case "assert":
          if (instruction.holds(this.#before(position), this.#text.codePointAt(position) ?? -1))
            pending.push({ at: at + 1, saved });
          break;
        default:
          threads.push(thread);
      }
    }
  }

  #before(position: number): number {
    return position === 0 ? -1 : this.#text.charCodeAt(position - 1);
  }
}

// --- Compiling

function emit(syntax: Syntax, program: Instruction[]): void {
  if (program.length > maximumProgram) throw new NotToldError("limit", "a pattern of this size is not matched here");
  switch (syntax.kind) {
    case "empty":
      break;
    case "character":
      program.push({ op: "character", accepts: syntax.accepts });
      break;
    case "assert":
      program.push({ op: "assert", holds: syntax.holds });
      break;
    case "sequence":
      for (const part of syntax.parts) emit(part, program);
      break;
    case "group":
      program.push({ op: "save", slot: syntax.index * 2 });
      emit(syntax.inner, program);
      program.push({ op: "save", slot: syntax.index * 2 + 1 });
      break;
    case "alternatives":
      emitAlternatives(syntax.parts, program);
      break;
    case "repeat":
      emitRepeat(syntax, program);
  }
}

function emitAlternatives(parts: readonly Syntax[], program: Instruction[]): void {
  const ends: number[] = [];
  parts.forEach((part, index) => {
    if (index === parts.length - 1) return emit(part, program);
    const split = program.push({ op: "jump", to: 0 }) - 1;
    emit(part, program);
    ends.push(program.push({ op: "jump", to: 0 }) - 1);
    program[split] = { op: "split", first: split + 1, second: program.length };
  });
  for (const end of ends) program[end] = { op: "jump", to: program.length };
}

function emitRepeat({ inner, least, most, lazy }: Extract<Syntax, { kind: "repeat" }>, program: Instruction[]): void {
  for (let count = 0; count < least; count += 1) emit(inner, program);
  if (most === Number.POSITIVE_INFINITY) {
    const split = program.push({ op: "jump", to: 0 }) - 1;
    emit(inner, program);
    program.push({ op: "jump", to: split });
    program[split] = branch(split + 1, program.length, lazy);
    return;
  }
  const splits: number[] = [];
  for (let count = least; count < most; count += 1) {
    splits.push(program.push({ op: "jump", to: 0 }) - 1);
    emit(inner, program);
  }
  for (const split of splits) program[split] = branch(split + 1, program.length, lazy);
}

function branch(inside: number, outside: number, lazy: boolean): Instruction {
  return lazy ? { op: "split", first: outside, second: inside } : { op: "split", first: inside, second: outside };
}

// --- Reading

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isWord = (code: number): boolean =>
  isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
const isSpace = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 12 || code === 13;
const isWordAt = (code: number): boolean => code !== -1 && isWord(code);

const classes: Readonly<Record<string, (code: number) => boolean>> = {
  d: isDigit,
  w: isWord,
  s: isSpace,
  D: (code) => !isDigit(code),
  W: (code) => !isWord(code),
  S: (code) => !isSpace(code),
};

const controls: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, v: 11, a: 7 };

const namedClasses: Readonly<Record<string, (code: number) => boolean>> = {
  alpha: (code) => isWord(code) && !isDigit(code) && code !== 95,
  digit: isDigit,
  alnum: (code) => isWord(code) && code !== 95,
  lower: (code) => code >= 97 && code <= 122,
  upper: (code) => code >= 65 && code <= 90,
  space: (code) => isSpace(code) || code === 11,
  word: isWord,
};

class PatternReader {
  readonly #pattern: string;
  readonly #groups: string[] = [];
  #at = 0;
  #depth = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  read(): { syntax: Syntax; groups: readonly string[] } {
    if (!this.#pattern.isWellFormed()) throw new NotToldError("limit", "this pattern is not read here");
    const syntax = this.#alternatives();
    if (this.#at < this.#pattern.length) throw new EvaluationError("a bracket of a pattern is never opened");
    return { syntax, groups: this.#groups };
  }

  #peek(): string {
    return this.#pattern[this.#at] ?? "";
  }

  #take(expected: string): boolean {
    if (!this.#pattern.startsWith(expected, this.#at)) return false;
    this.#at += expected.length;
    return true;
  }

  #alternatives(): Syntax {
    const parts: Syntax[] = [this.#sequence()];
    while (this.#take("|")) parts.push(this.#sequence());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: "alternatives", parts };
  }

  #sequence(): Syntax {
    const parts: Syntax[] = [];
    while (this.#at < this.#pattern.length && this.#peek() !== "|" && this.#peek() !== ")")
      parts.push(this.#repeated());
    return { kind: "sequence", parts };
  }

  #repeated(): Syntax {
    const start = this.#at;
    const inner = this.#atom();
    const bounds = this.#bounds();
    if (bounds === undefined) return inner;
    // Loops over what may be empty have rules of their own, and those of assertions too.
    if (mayBeEmpty(inner)) throw new NotToldError("limit", `the pattern part at ${start} is not matched here`);
    const lazy = this.#take("?");
    if (this.#bounds() !== undefined) throw new EvaluationError("a repetition of a repetition in a pattern");
    return { kind: "repeat", inner, ...bounds, lazy };
  }

  #bounds(): { least: number; most: number } | undefined {
    if (this.#take("*")) return { least: 0, most: Number.POSITIVE_INFINITY };
    if (this.#take("+")) return { least: 1, most: Number.POSITIVE_INFINITY };
    if (this.#take("?")) return { least: 0, most: 1 };
    const counted = /\{(\d{1,4})(?:(,)(\d{1,4})?)?\}/y;
    counted.lastIndex = this.#at;
    const match = counted.exec(this.#pattern);
    if (match === null) return undefined;
    this.#at += match[0].length;
    const least = Number(match[1]);
    const most = match[2] === undefined ? least : match[3] === undefined ? Number.POSITIVE_INFINITY : Number(match[3]);
    if (least > maximumRepeat || (most !== Number.POSITIVE_INFINITY && most > maximumRepeat))
      throw new NotToldError("limit", "a count of a pattern is too high");
    if (most < least) throw new EvaluationError("a count of a pattern is out of order");
    return { least, most };
  }

  #atom(): Syntax {
    const code = this.#pattern.codePointAt(this.#at) ?? 0;
    const character = String.fromCodePoint(code);
    this.#at += character.length;
    switch (character) {
      case "(":
        return this.#group();
      case "[":
        return { kind: "character", accepts: this.#class() };
      case ".":
        return { kind: "character", accepts: (other) => other !== 10 };
      case "^":
        return { kind: "assert", holds: (before) => before === -1 };
      case "$":
        return { kind: "assert", holds: (_, after) => after === -1 };
      case "\\":
        return this.#escape();
      case "*":
      case "+":
      case "?":
        throw new EvaluationError("nothing to repeat in a pattern");
      default:
        return { kind: "character", accepts: (other) => other === code };
    }
  }

  #group(): Syntax {
    this.#depth += 1;
    if (this.#depth > maximumDepth) throw new NotToldError("limit", "a pattern is nested too deeply");
    const index = this.#openGroup();
    const inner = this.#alternatives();
    if (!this.#take(")")) throw new EvaluationError("a bracket of a pattern is never closed");
    this.#depth -= 1;
    return index === undefined ? inner : { kind: "group", index, inner };
  }

  /** The number of a group that captures. */
  #openGroup(): number | undefined {
    if (this.#take("?:")) return undefined;
    const named = /\?P?<([A-Za-z_]\w*)>/y;
    named.lastIndex = this.#at;
    const match = named.exec(this.#pattern);
    if (match === null && this.#peek() === "?")
      throw new NotToldError("limit", "a group of this form is not matched here");
    if (match !== null) this.#at += match[0].length;
    const name = match?.[1] ?? "";
    if (name !== "" && this.#groups.includes(name)) throw new EvaluationError("a group name of a pattern stands twice");
    return this.#groups.push(name);
  }

  #escape(): Syntax {
    const character = this.#peek();
    this.#at += 1;
    const known = classes[character];
    if (known !== undefined) return { kind: "character", accepts: known };
    if (character === "b") return { kind: "assert", holds: (before, after) => isWordAt(before) !== isWordAt(after) };
    if (character === "B") return { kind: "assert", holds: (before, after) => isWordAt(before) === isWordAt(after) };
    if (character === "A") return { kind: "assert", holds: (before) => before === -1 };
    if (character === "z") return { kind: "assert", holds: (_, after) => after === -1 };
    const code = this.#escaped(character);
    return { kind: "character", accepts: (other) => other === code };
  }

  #escaped(character: string): number {
    const control = controls[character];
    if (control !== undefined) return control;
    if (/^[!-/:-@[-^`{-~]$/.test(character)) return character.charCodeAt(0);
    if (character === "") throw new EvaluationError("a pattern ends in a backslash");
    throw new NotToldError("limit", "an escape of this pattern is not matched here");
  }

  #class(): (code: number) => boolean {
    const negated = this.#take("^");
    const members: ((code: number) => boolean)[] = [];
    for (let isFirst = true; isFirst || this.#peek() !== "]"; isFirst = false) {
      if (this.#at >= this.#pattern.length) throw new EvaluationError("a class of a pattern is never closed");
      members.push(this.#member());
    }
    this.#at += 1;
    return (code) => members.some((accepts) => accepts(code)) !== negated;
  }

  #member(): (code: number) => boolean {
    const named = /\[:(\^?)(\w+):\]/y;
    named.lastIndex = this.#at;
    const match = named.exec(this.#pattern);
    if (match !== null) {
      const accepts = namedClasses[match[2] ?? ""];
      if (accepts === undefined) throw new NotToldError("limit", "a class of this pattern is not matched here");
      this.#at += match[0].length;
      return match[1] === "^" ? (code) => !accepts(code) : accepts;
    }
    if (this.#peek() === "\\") {
      const known = classes[this.#pattern[this.#at + 1] ?? ""];
      if (known !== undefined) {
        this.#at += 2;
        return known;
      }
    }
    const low = this.#single();
    if (this.#peek() !== "-" || this.#pattern[this.#at + 1] === "]") return (code) => code === low;
    this.#at += 1;
    const high = this.#single();
    if (high < low) throw new EvaluationError("a range of a pattern is out of order");
    return (code) => code >= low && code <= high;
  }

  #single(): number {
    const code = this.#pattern.codePointAt(this.#at);
    if (code === undefined) throw new EvaluationError("a class of a pattern is never closed");
    this.#at += code > 0xffff ? 2 : 1;
    if (code !== 0x5c) return code;
    const character = this.#peek();
    this.#at += 1;
    return this.#escaped(character);
  }
}

function mayBeEmpty(syntax: Syntax): boolean {
  switch (syntax.kind) {
    case "empty":
    case "assert":
      return true;
    case "character":
      return false;
    case "sequence":
      return syntax.parts.every(mayBeEmpty);
    case "alternatives":
      return syntax.parts.some(mayBeEmpty);
    case "group":
      return mayBeEmpty(syntax.inner);
    case "repeat":
      return syntax.least === 0 || mayBeEmpty(syntax.inner);
  }
}
