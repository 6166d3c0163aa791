import type { Span } from "../../../model/span.ts";
import type { Binary, Unary } from "../../hcl/syntax.ts";
import { decidersOf } from "../../provenance.ts";
import { convert } from "../../value-conversion.ts";
import { equal } from "../../value-equality.ts";
import { unknownLike, whyUnknown } from "../../value-tree.ts";
import type { Value } from "../../value.ts";
import { EvaluationError } from "../evaluation-error.ts";
import { arithmetic, comparisons, negative, type ArithmeticOperator } from "./arithmetic.ts";
import { attempt } from "./attempt.ts";
import type { Bound } from "./bound.ts";
import type { Evaluation } from "./evaluation.ts";
import { literalAt, madeAt, placeOf } from "./places.ts";

/** `!a` and `-a`. */
export function unaryValue(expression: Unary, bound: Bound | undefined, evaluation: Evaluation): Value {
  const wanted = expression.operator === "!" ? "bool" : "number";
  const operand = convert(evaluation.value(expression.operand, bound), wanted);
  const at = (): readonly Span[] => madeAt(expression, [operand], evaluation);
  if (operand.kind === "null")
    throw new EvaluationError(`the operand of ${expression.operator} is null`, decidersOf([operand]));
  if (operand.kind === "unknown") return unknownLike(operand.reason, at(), wanted);
  if (operand.kind === "bool") return { kind: "bool", value: !operand.value, at: at() };
  if (operand.kind !== "number") return operand;
  return negative(operand, expression.operand.kind === "literal" ? literalAt(expression, evaluation) : at());
}

/** Two operands: a connective, a comparison, or arithmetic. */
export function binaryValue(expression: Binary, bound: Bound | undefined, evaluation: Evaluation): Value {
  const { operator } = expression;
  if (operator === "&&" || operator === "||") return connected(expression, operator === "||", bound, evaluation);
  const left = evaluation.value(expression.left, bound);
  const right = evaluation.value(expression.right, bound);
  const at = (): readonly Span[] => madeAt(expression, [left, right], evaluation);
  if (operator === "==" || operator === "!=") {
    const same = equal(left, right);
    if (same !== undefined) return { kind: "bool", value: same === (operator === "=="), at: at() };
    const reason = whyUnknown(left) ?? whyUnknown(right);
    return unknownLike(
      reason ?? {
        code: "limit",
        text: "whether these are equal is open in OpenTofu too",
        at: [placeOf(expression, evaluation)],
      },
      at(),
      "bool",
    );
  }
  return ofNumbers(operator, convert(left, "number"), convert(right, "number"), at);
}

function ofNumbers(operator: ArithmeticOperator, left: Value, right: Value, at: () => readonly Span[]): Value {
  if (left.kind === "null" || right.kind === "null")
    throw new EvaluationError(`an operand of ${operator} is null`, decidersOf([left, right]));
  const type = operator in comparisons ? "bool" : "number";
  if (left.kind === "unknown") return unknownLike(left.reason, at(), type);
  if (right.kind === "unknown") return unknownLike(right.reason, at(), type);
  if (left.kind !== "number" || right.kind !== "number") throw new EvaluationError(`${operator} needs numbers`);
  return arithmetic(operator, left, right, at);
}

/** `&&` and `||`: a side with the `decisive` value decides, also where the other fails or is unknown. */
function connected(expression: Binary, decisive: boolean, bound: Bound | undefined, evaluation: Evaluation): Value {
  const left = attempt(expression.left, bound, evaluation);
  const right = attempt(expression.right, bound, evaluation);
  const sides = [left, right].map((side) => ("error" in side ? side : { value: convert(side.value, "bool") }));
  for (const side of sides) {
    if ("value" in side && side.value.kind === "null")
      throw new EvaluationError(`an operand of ${expression.operator} is null`, decidersOf([side.value]));
  }
  for (const side of sides) {
    if ("value" in side && side.value.kind === "bool" && side.value.value === decisive) {
      return { kind: "bool", value: decisive, at: madeAt(expression, [side.value], evaluation) };
    }
  }
  const values: Value[] = [];
  for (const side of sides) {
    if ("error" in side) throw side.error;
    values.push(side.value);
  }
  const at = madeAt(expression, values, evaluation);
  const open = values.find((value) => value.kind === "unknown");
  return open === undefined ? { kind: "bool", value: !decisive, at } : unknownLike(open.reason, at, "bool");
}
