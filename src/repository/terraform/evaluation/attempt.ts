import type { Expression } from "../../hcl/syntax.ts";
import type { Value } from "../../value.ts";
import { EvaluationError } from "../evaluation-error.ts";
import type { Bound } from "./bound.ts";
import type { Evaluation } from "./evaluation.ts";

export type Outcome = { readonly value: Value } | { readonly error: EvaluationError };

/** The value, or that OpenTofu refuses the expression: for where the language goes on after that. */
export function attempt(expression: Expression, bound: Bound | undefined, evaluation: Evaluation): Outcome {
  try {
    return { value: evaluation.value(expression, bound) };
  } catch (error) {
    if (error instanceof EvaluationError) return { error };
    throw error;
  }
}
