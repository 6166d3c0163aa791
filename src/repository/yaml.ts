import type { Span } from "../model/span.ts";
import type { Value } from "./value.ts";
import { maximumTokens } from "./yaml/compose.ts";
import { readDocument } from "./yaml/document.ts";
import type { Budget, YamlProblem } from "./yaml/reading.ts";

/** YAML (or JSON, which is YAML) and how its offsets map to places in the repository. */
export interface YamlText {
  readonly text: string;
  /** The place of `text[start, end)`; `null` where it has none of its own. */
  locate(start: number, end: number): Span | null;
}

interface YamlDocument {
  readonly value: Value;
  readonly start: number;
  readonly end: number;
}

export interface ParsedYaml {
  readonly documents: readonly YamlDocument[];
  readonly problems: readonly YamlProblem[];
}

export interface YamlOptions {
  /** A cheap test of a document's text; documents that fail it are neither parsed nor checked. */
  readonly only?: (documentText: string) => boolean;
}

/** Documents of one text that are read; the rest is reported as YAML002. */
const maximumDocuments = 20_000;

/**
 * Reads every document that says something, in YAML 1.2 core, with `<<` merges. A document that does not
 * parse, or is too deep or too large, is left out with a problem that names its place; the others are
 * read all the same. Numbers keep their text where a double would lose some of it. Local tags are
 * ignored, except that a `!vault` value and one encrypted by SOPS are unknown. Where a key stands twice
 * the last one counts, as Helm and Terraform read it, and a problem says so.
 */
export function parseYaml(yaml: YamlText, options: YamlOptions = {}): ParsedYaml {
  const documents: YamlDocument[] = [];
  const problems: YamlProblem[] = [];
  const budget: Budget = { tokens: maximumTokens };
  for (const { start, end } of splitDocuments(yaml.text)) {
    const text = yaml.text.slice(start, end);
    if (options.only !== undefined && !options.only(text)) continue;
    if (documents.length + problems.length >= maximumDocuments) {
      const message = `more than ${maximumDocuments} documents: the rest is not read`;
      problems.push({ code: "YAML002", message, start, end: yaml.text.length });
      break;
    }
    const read = readDocument(text, (from, to) => place(yaml, start + from, start + to), budget);
    if (read.value !== undefined) documents.push({ value: read.value, start, end });
    for (const problem of read.problems) {
      problems.push({ ...problem, start: start + problem.start, end: start + problem.end });
    }
    if (budget.tokens < 0) break;
  }
  return { documents, problems };
}

function place(yaml: YamlText, start: number, end: number): readonly Span[] {
  const span = yaml.locate(start, end);
  if (span === null) return [];
  return [span.role === undefined ? { ...span, role: "yaml" } : span];
}

/**
 * The documents of a text, told by their markers alone: a line that starts with `---` or `...` ends a
 * document wherever it stands, even inside a block of text. Documents without content are left out.
 */
export function splitDocuments(text: string): { start: number; end: number }[] {
  const documents: { start: number; end: number }[] = [];
  let start = text.startsWith("\uFEFF") ? 1 : 0;
  const add = (end: number): void => {
    if (hasContent(text, start, end)) documents.push({ start, end });
  };
  for (const marker of markers(text, start)) {
    if (marker.at > start) add(marker.at);
    start = marker.ends ? marker.at + 3 : marker.at;
  }
  add(text.length);
  return documents;
}

interface Marker {
  readonly at: number;
  /** `...`: what follows is no part of a document until content starts. */
  readonly ends: boolean;
}

function* markers(text: string, from: number): Generator<Marker> {
  if (isMarker(text, from)) yield { at: from, ends: text[from] === "." };
  let dashes = text.indexOf("\n---", from);
  let dots = text.indexOf("\n...", from);
  while (dashes !== -1 || dots !== -1) {
    const isDots = dashes === -1 || (dots !== -1 && dots < dashes);
    const at = (isDots ? dots : dashes) + 1;
    if (isMarker(text, at)) yield { at, ends: isDots };
    if (isDots) dots = text.indexOf("\n...", at);
    else dashes = text.indexOf("\n---", at);
  }
}

const markerText = /(?:---|\.\.\.)(?=[ \t\r\n]|$)/y;

function isMarker(text: string, at: number): boolean {
  markerText.lastIndex = at;
  return markerText.test(text);
}

/** Whether anything but a marker, comments and directives stands in the range. */
function hasContent(text: string, start: number, end: number): boolean {
  let at = text.startsWith("---", start) ? start + 3 : start;
  while (at < end) {
    const character = text[at];
    if (character === " " || character === "\t" || character === "\r" || character === "\n") at += 1;
    else if (character === "#" || character === "%") at = endOfLine(text, at);
    else return true;
  }
  return false;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}
