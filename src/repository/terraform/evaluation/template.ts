import type { Reason } from "../../../model/told.ts";
import type { Template, TemplatePart } from "../../hcl/syntax.ts";
import { decidersOf } from "../../provenance.ts";
import { toText } from "../../value-conversion.ts";
import { unknownLike, whyUnknown } from "../../value-tree.ts";
import type { TextPiece, UnknownValue, Value } from "../../value.ts";
import { EvaluationError } from "../evaluation-error.ts";
import { textOfPieces } from "../template-text.ts";
import type { Bound } from "./bound.ts";
import type { Evaluation } from "./evaluation.ts";
import { iterations } from "./iteration.ts";
import { literalAt, madeAt, placeOf } from "./places.ts";
import { truthOf } from "./truth.ts";

/** A text in quotes, a heredoc, or a whole template file. */
export function templateValue(expression: Template, bound: Bound | undefined, evaluation: Evaluation): Value {
  const [only, ...more] = expression.parts;
  if (only?.kind === "interpolation" && more.length === 0) return evaluation.value(only.expression, bound);
  const rendered: Rendered = { pieces: [], inputs: [] };
  renderParts(expression.parts, bound, rendered, evaluation);
  const { pieces, inputs } = rendered;
  const isLiteral = expression.parts.every((part) => part.kind === "text");
  const at = isLiteral ? literalAt(expression, evaluation) : madeAt(expression, inputs, evaluation);
  const keep = expression.form !== "quoted" || pieces.length > 1 || !isLiteral;
  const value = textOfPieces(pieces, at, keep);
  if (value.kind === "string") evaluation.budget.spendText(value.value.length);
  return value;
}

/** What a template has been made into so far. */
interface Rendered {
  readonly pieces: (TextPiece | UnknownValue)[];
  /** Values that it was made of. */
  readonly inputs: Value[];
}

function renderParts(
  parts: readonly TemplatePart[],
  bound: Bound | undefined,
  rendered: Rendered,
  evaluation: Evaluation,
): void {
  for (const part of parts) {
    evaluation.budget.spend(1);
    switch (part.kind) {
      case "text":
        rendered.pieces.push(textPiece(part, evaluation));
        break;
      case "interpolation":
        interpolate(evaluation.value(part.expression, bound), rendered, evaluation);
        break;
      case "if":
        renderIf(part, bound, rendered, evaluation);
        break;
      case "for":
        renderFor(part, bound, rendered, evaluation);
        break;
    }
  }
}

type Part<Kind extends TemplatePart["kind"]> = Extract<TemplatePart, { kind: Kind }>;

function textPiece(part: Part<"text">, evaluation: Evaluation): TextPiece {
  const { text } = evaluation.scope.file;
  const isWritten = part.end - part.start === part.text.length && text.startsWith(part.text, part.start);
  return isWritten ? { text: part.text, span: placeOf(part, evaluation) } : { text: part.text };
}

function interpolate(value: Value, { pieces, inputs }: Rendered, evaluation: Evaluation): void {
  if (value.kind === "null") throw new EvaluationError("null in a template", decidersOf([value]));
  inputs.push(value);
  if (value.kind === "unknown") {
    const type = value.type;
    if (type !== undefined && typeof type !== "string")
      throw new EvaluationError("only plain values can stand in a template");
    if (value.pieces === undefined) pieces.push(value);
    else for (const piece of value.pieces) pieces.push(piece);
    return;
  }
  if (value.kind === "string" && value.pieces !== undefined) {
    for (const piece of value.pieces) pieces.push(piece.at === undefined ? { ...piece, at: value.at } : piece);
    evaluation.budget.spend(value.pieces.length);
    return;
  }
  const text = toText(value);
  if (text === undefined) throw new EvaluationError("only plain values can stand in a template", decidersOf([value]));
  pieces.push({ text, at: value.at });
}

function renderIf(part: Part<"if">, bound: Bound | undefined, rendered: Rendered, evaluation: Evaluation): void {
  const condition = evaluation.value(part.condition, bound);
  const truth = truthOf(condition, "the condition of a template");
  rendered.inputs.push(condition);
  if (typeof truth === "boolean") renderParts(truth ? part.then : part.otherwise, bound, rendered, evaluation);
  else rendered.pieces.push(unknownLike(truth, madeAt(part, [condition], evaluation), "string"));
}

function renderFor(part: Part<"for">, bound: Bound | undefined, rendered: Rendered, evaluation: Evaluation): void {
  const walked = evaluation.value(part.collection, bound);
  rendered.inputs.push({ kind: "null", at: walked.at });
  if (walked.kind === "unknown" || (walked.kind === "mapping" && walked.rest !== undefined)) {
    const reason: Reason = whyUnknown(walked) ?? { code: "limit", text: "", at: [] };
    rendered.pieces.push(unknownLike(reason, madeAt(part, [walked], evaluation), "string"));
    return;
  }
  if (walked.kind !== "list" && walked.kind !== "mapping")
    throw new EvaluationError("only a list, set or map can be walked by a template");
  for (const inner of iterations(part, walked, bound, true, evaluation.budget))
    renderParts(part.body, inner, rendered, evaluation);
}
