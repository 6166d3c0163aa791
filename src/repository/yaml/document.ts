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

/** Reads one document, with its marker if it has one. Offsets are those of `text`. */
export function readDocument(text: string, place: Place): ReadDocument {
  const value = readEveryday(text, place);
  return value === undefined ? composeDocument(text, place) : { value, problems: [] };
}
