import type { Span } from "../../model/span.ts";
import { normalized } from "../value-conversion.ts";
import type { StringValue, TextPiece, UnknownValue } from "../value.ts";

/** The text of a template's pieces, or an unknown text that keeps the known ones. */
export function textOfPieces(
  pieces: readonly (TextPiece | UnknownValue)[],
  at: readonly Span[],
  keepPieces: boolean,
): StringValue | UnknownValue {
  const known: TextPiece[] = [];
  for (const piece of pieces) {
    if ("kind" in piece) return { kind: "unknown", reason: piece.reason, type: "string", pieces, at };
    if (piece.text !== "") known.push(piece);
  }
  const joined = known.map((piece) => piece.text).join("");
  const value = normalized(joined);
  // Composed characters move everything behind them: the places no longer hold.
  if (!keepPieces || value !== joined) return { kind: "string", value, at };
  return { kind: "string", value, pieces: known, at };
}
