import type { Span } from "../model/span.ts";
import type { Value } from "./value.ts";

/** YAML (or JSON, which is YAML) and how its offsets map to places in the repository. */
export interface YamlText {
  readonly text: string;
  /** The place of `text[start, end)`; `null` where it has none of its own. */
  locate(start: number, end: number): Span | null;
}

export interface YamlDocument {
  readonly value: Value;
  readonly start: number;
  readonly end: number;
}

export interface YamlProblem {
  readonly code: "YAML001" | "YAML002";
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export interface ParsedYaml {
  readonly documents: readonly YamlDocument[];
  readonly problems: readonly YamlProblem[];
}
