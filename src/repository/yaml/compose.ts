import type { Alias, Document, Node, Pair, ParsedNode, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, Parser } from "yaml";
import type { Value } from "../value.ts";
import type { Budget, Place, ReadDocument, YamlProblem } from "./reading.ts";
import { encrypted, plainScalar, textScalar } from "./scalar.ts";

/** Collections may nest this deep. */
const maximumDepth = 200;
/** Lexical tokens of one text: about 300 KB of ordinary YAML. */
export const maximumTokens = 150_000;
/** What a document costs besides its tokens. */
const tokensOfDocument = 100;
/** Nodes that aliases may stand for, all together; a bomb stands for billions. */
const maximumAliased = 100_000;

/** Reads one document with all of YAML's syntax. Slow: a megabyte takes about two seconds. */
export function composeDocument(text: string, place: Place, budget: Budget): ReadDocument {
  budget.tokens -= tokensOfDocument;
  const document = composeTree(text, budget);
  if (document === undefined) return { problems: [] };
  if ("code" in document) return { problems: [document] };
  const first = document.errors.find((error) => error.code !== "TAG_RESOLVE_FAILED");
  if (first !== undefined) {
    const [start, end] = first.pos;
    return {
      problems: [{ code: "YAML001", message: firstLine(first.message), start, end: Math.min(end, text.length) }],
    };
  }
  return new Conversion(place).convert(document.contents);
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0] ?? message;
}

/** The first document as a tree; undefined: there is none. Keys that stand twice are an error where they have to be unique. */
export function composeTree(
  text: string,
  budget: Budget,
  uniqueKeys = false,
): Document.Parsed | YamlProblem | undefined {
  const parser = new Parser();
  const composer = new Composer({
    version: "1.2",
    schema: "core",
    strict: true,
    uniqueKeys,
    keepSourceTokens: false,
    prettyErrors: false,
    logLevel: "silent",
  });
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) for (const document of composer.next(token)) return document;
    budget.tokens -= 1;
    // The composer recurses, the parser does not: its stack tells the depth before anything is composed.
    if (parser.stack.length > maximumDepth + 2)
      return limit(`nested deeper than ${maximumDepth}: not read`, parser.offset, text);
    if (budget.tokens < 0)
      return limit(`over ${maximumTokens} tokens of uncommon YAML: the rest is not read`, parser.offset, text);
  }
  for (const token of parser.end()) for (const document of composer.next(token)) return document;
  for (const document of composer.end()) return document;
  return undefined;
}

function limit(message: string, at: number, text: string): YamlProblem {
  return { code: "YAML002", message, start: Math.min(at, text.length), end: text.length };
}

interface Anchored {
  readonly value: Value;
  readonly nodes: number;
}

/** Turns composed nodes into values, in the order of the text, so that an alias finds its anchor. */
class Conversion {
  readonly #place: Place;
  readonly #anchors = new Map<string, Anchored>();
  readonly #problems: YamlProblem[] = [];
  #nodes = 0;
  #aliased = 0;
  #failed = false;

  constructor(place: Place) {
    this.#place = place;
  }

  convert(contents: ParsedNode | null): ReadDocument {
    const value = this.#value(contents);
    return this.#failed ? { problems: this.#problems } : { value, problems: this.#problems };
  }

  #value(node: Node | null | undefined): Value {
    const before = this.#nodes;
    this.#nodes += 1;
    if (node === null || node === undefined) return { kind: "null", at: [] };
    if (isAlias(node)) return this.#alias(node);
    const value = this.#tagged(node);
    const anchor = "anchor" in node ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, { value, nodes: this.#nodes - before });
    return value;
  }

  #tagged(node: Node): Value {
    if (node.tag === "!vault") return encrypted("encrypted by Ansible Vault", this.#at(node));
    if (isScalar(node)) return this.#scalar(node);
    if (isMap(node)) return this.#mapping(node);
    if (isSeq(node)) return this.#sequence(node);
    return { kind: "null", at: this.#at(node) };
  }

  #at(node: Node): ReturnType<Place> {
    const [start, end] = rangeOf(node);
    return this.#place(start, end);
  }

  #scalar(node: Scalar): Value {
    const at = this.#at(node);
    if (node.type !== "PLAIN") return textScalar(String(node.source ?? node.value), at);
    const text = node.source ?? "";
    return node.tag === "tag:yaml.org,2002:str" || node.tag === "!" ? textScalar(text, at) : plainScalar(text, at);
  }

  #sequence(node: YAMLSeq): Value {
    const items = node.items.map((item) => this.#value(asNode(item)));
    return { kind: "list", items, at: this.#at(node) };
  }

  #mapping(node: YAMLMap): Value {
    const entries = new Map<string, Value>();
    const merges: Value[] = [];
    let skipped = false;
    for (const pair of node.items) {
      const key = this.#key(pair);
      const value = this.#value(asNode(pair.value));
      if (key === undefined) skipped = true;
      else if (isMerge(pair)) merges.push(value);
      else {
        if (entries.has(key)) this.#problem(pair, "this key stands twice in one mapping: the last one counts");
        entries.set(key, value);
      }
    }
    const whole = merges.every((merge) => merge.kind === "mapping" || merge.kind === "list");
    return this.#finish(node, merged(entries, merges), skipped || !whole);
  }

  #finish(node: YAMLMap, entries: Map<string, Value>, skipped: boolean): Value {
    const at = this.#at(node);
    if (!skipped) return { kind: "mapping", entries, at };
    return {
      kind: "mapping",
      entries,
      rest: { code: "syntax-error", text: "a key of this mapping could not be read", at },
      at,
    };
  }

  #key(pair: Pair): string | undefined {
    const key = asNode(pair.key);
    this.#nodes += 1;
    if (key === undefined) return "";
    const scalar = isAlias(key) ? this.#value(key) : undefined;
    if (scalar?.kind === "string") return scalar.value;
    if (isScalar(key)) {
      const text = textOfKey(key);
      if (key.anchor !== undefined) this.#value(key);
      return text;
    }
    this.#problem(pair, "a key has to be plain text: this entry is left out");
    return undefined;
  }

  #problem(pair: Pair, message: string): void {
    const key = asNode(pair.key);
    const [start, end] = key === undefined ? [0, 0] : rangeOf(key);
    this.#problems.push({ code: "YAML001", message, start, end });
  }

  #alias(node: Alias): Value {
    const anchored = this.#anchors.get(node.source);
    const [start, end] = rangeOf(node);
    if (anchored === undefined) return this.#fail("YAML001", "this alias has no anchor before it", start, end);
    this.#nodes += anchored.nodes;
    this.#aliased += anchored.nodes;
    if (this.#aliased <= maximumAliased) return anchored.value;
    return this.#fail("YAML002", `aliases stand for more than ${maximumAliased} values: not read`, start, end);
  }

  #fail(code: YamlProblem["code"], message: string, start: number, end: number): Value {
    if (!this.#failed) this.#problems.push({ code, message, start, end });
    this.#failed = true;
    return { kind: "null", at: [] };
  }
}

function asNode(item: unknown): Node | undefined {
  return isScalar(item) || isMap(item) || isSeq(item) || isAlias(item) ? item : undefined;
}

/** `1.10: x` has the key "1.10": the text as written, not the number. */
function textOfKey(key: Scalar): string {
  if (key.source !== undefined) return key.source;
  return typeof key.value === "string" ? key.value : "";
}

function rangeOf(node: Node): readonly [number, number] {
  const range = node.range;
  return range === null || range === undefined ? [0, 0] : [range[0], range[1]];
}

function isMerge(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.type === "PLAIN" && pair.key.source === "<<";
}

/** Keys of the mapping itself come first, then those of the merged ones, the earlier before the later. */
function merged(entries: Map<string, Value>, merges: readonly Value[]): Map<string, Value> {
  for (const merge of merges) {
    for (const source of merge.kind === "list" ? merge.items : [merge]) {
      if (source.kind !== "mapping") continue;
      for (const [key, value] of source.entries) if (!entries.has(key)) entries.set(key, value);
    }
  }
  return entries;
}
