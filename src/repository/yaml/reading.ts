import type { Span } from "../../model/span.ts";
import type { Value } from "../value.ts";

/** The places of `text[start, end)` of the document: one span or none. */
export type Place = (start: number, end: number) => readonly Span[];

export interface ReadDocument {
  /** Missing where the document could not be read. */
  readonly value?: Value;
  readonly problems: readonly YamlProblem[];
}

export interface YamlProblem {
  readonly code: "YAML001" | "YAML002";
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** What the slow reader may still do for one text, in lexical tokens. Nothing is left when it is negative. */
export interface Budget {
  tokens: number;
}
