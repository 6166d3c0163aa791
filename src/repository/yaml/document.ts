import type { Span } from "../../model/span.ts";
import type { Value } from "../value.ts";
import type { YamlProblem } from "../yaml.ts";
import { composeDocument } from "./compose.ts";
import { readEveryday } from "./everyday.ts";

/** The places of `text[start, end)` of the document: one span or none. */
export type Place = (start: number, end: number) => readonly Span[];

export interface ReadDocument {
  /** Missing where the document could not be read. */
  readonly value?: Value;
  readonly problems: readonly YamlProblem[];
}

/** What the slow reader may still do for one text, in lexical tokens. Nothing is left when it is negative. */
export interface Budget {
  tokens: number;
}

/** Reads one document, with its marker if it has one. Offsets are those of `text`. */
export function readDocument(text: string, place: Place, budget: Budget): ReadDocument {
  const value = readEveryday(text, place);
  return value === undefined ? composeDocument(text, place, budget) : { value, problems: [] };
}
