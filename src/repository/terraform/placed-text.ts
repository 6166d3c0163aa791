import type { Span, SpanRole } from "../../model/span.ts";
import type { StringValue, TextPiece, UnknownValue } from "../value.ts";

/** A text with holes filled by placeholders, and where its parts stand. */
export interface PlacedText {
  readonly text: string;
  readonly holes: readonly PlacedHole[];
  /** Where `text[start, end)` stands: its own place, if it has one, after what decides it. */
  at(start: number, end: number, role: SpanRole): readonly Span[];
}

interface PlacedHole {
  readonly start: number;
  readonly end: number;
  readonly value: UnknownValue;
}

interface Placed {
  readonly start: number;
  readonly end: number;
  readonly piece: TextPiece;
}

/**
 * `text`: the whole text of a value, or what its known pieces say with `placeholder` for each of the
 * others. `undefined`: nothing of it is known.
 */
export function placeText(
  value: StringValue | UnknownValue,
  placeholder: (index: number) => string,
): PlacedText | undefined {
  const pieces = value.pieces ?? (value.kind === "string" ? [wholePiece(value)] : undefined);
  if (pieces === undefined) return undefined;
  const placed: Placed[] = [];
  const holes: PlacedHole[] = [];
  let text = "";
  for (const piece of pieces) {
    const start = text.length;
    text += "kind" in piece ? placeholder(holes.length) : piece.text;
    if ("kind" in piece) holes.push({ start, end: text.length, value: piece });
    else placed.push({ start, end: text.length, piece });
  }
  const origin = value.at.at(-1);
  return { text, holes, at: (start, end, role) => placesOf(placed, start, end, role, origin) };
}

/** A quoted text without escapes stands between its quotes; a file's text fills it. */
function wholePiece(value: StringValue): TextPiece {
  const origin = value.at.at(-1);
  if (origin === undefined) return { text: value.value };
  const length = origin.end - origin.start;
  if (length === value.value.length) return { text: value.value, span: origin };
  if (origin.role === "literal" && length === value.value.length + 2)
    return { text: value.value, span: { ...origin, start: origin.start + 1, end: origin.end - 1 } };
  return { text: value.value };
}

function placesOf(
  placed: readonly Placed[],
  start: number,
  end: number,
  role: SpanRole,
  origin: Span | undefined,
): readonly Span[] {
  const touched = piecesWithin(placed, start, end);
  const [first] = touched;
  const last = touched.at(-1);
  const deciders = touched.flatMap(({ piece }) => piece.at ?? []);
  // All of it is one interpolated value: that is where it came from.
  if (
    first !== undefined &&
    first === last &&
    first.piece.at !== undefined &&
    first.start === start &&
    first.end === end
  )
    return first.piece.at;
  const own =
    first !== undefined && last !== undefined ? joined(first, last, start, end, touched.length, role) : undefined;
  if (own !== undefined) return [...deciders.filter((span) => span.role !== "literal"), own];
  const from = deciders.filter((span) => span.role !== "literal");
  return origin === undefined ? from : [{ ...origin, role: "computed" }, ...from];
}

function joined(
  first: Placed,
  last: Placed,
  start: number,
  end: number,
  count: number,
  role: SpanRole,
): Span | undefined {
  const head = first.piece.span;
  const tail = last.piece.span;
  if (head === undefined || tail === undefined || head.file !== tail.file) return undefined;
  const from = head.start + (start - first.start);
  const to = tail.start + (end - last.start);
  // Pieces that do not stand right behind each other (a removed indent) still lie between the two ends.
  if (to < from || (count === 1 && to - from !== end - start)) return undefined;
  return { file: head.file, start: from, end: to, role };
}

function piecesWithin(placed: readonly Placed[], start: number, end: number): readonly Placed[] {
  let low = 0;
  let high = placed.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((placed[middle]?.end ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  const found: Placed[] = [];
  for (let index = low; index < placed.length && found.length < 64; index += 1) {
    const piece = placed[index];
    if (piece === undefined || piece.start >= Math.max(end, start + 1)) break;
    found.push(piece);
  }
  return found;
}
