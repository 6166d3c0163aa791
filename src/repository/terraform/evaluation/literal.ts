import type { Expression } from "../../hcl/syntax.ts";
import { fromBig, parseNumber } from "../../value-number.ts";
import type { Value } from "../../value.ts";
import { NotToldError } from "../evaluation-error.ts";
import type { Evaluation } from "./evaluation.ts";
import { literalAt } from "./places.ts";

type Literal = Extract<Expression, { kind: "literal" }>;

/** A number, `true`, `false` or `null`. */
export function literalValue(literal: Literal, evaluation: Evaluation): Value {
  const { value, text } = literal;
  const at = literalAt(literal, evaluation);
  if (value === null) return { kind: "null", at };
  if (typeof value === "boolean") return { kind: "bool", value, at };
  if (Number.isSafeInteger(value) && String(value) === text) return { kind: "number", value, at };
  const number = parseNumber(text);
  if (number === undefined || number === null)
    throw new NotToldError("limit", "this number is out of the range computed here");
  return fromBig(number, at);
}
