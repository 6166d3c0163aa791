import { composeDocument } from "./compose.ts";
import { readEveryday } from "./everyday.ts";
import type { Budget, Place, ReadDocument } from "./reading.ts";

/** Reads one document, with its marker if it has one. Offsets are those of `text`. */
export function readDocument(text: string, place: Place, budget: Budget): ReadDocument {
  const value = readEveryday(text, place);
  return value === undefined ? composeDocument(text, place, budget) : { value, problems: [] };
}
