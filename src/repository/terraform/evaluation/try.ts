import type { Span } from "../../../model/span.ts";
import type { Reason } from "../../../model/told.ts";
import type { Call, Expression } from "../../hcl/syntax.ts";
import { decidedBy } from "../../provenance.ts";
import { unknownLike, whyUnknown } from "../../value-tree.ts";
import type { Value } from "../../value.ts";
import { EvaluationError, NotToldError } from "../evaluation-error.ts";
import { attempt } from "./attempt.ts";
import type { Bound } from "./bound.ts";
import type { Evaluation } from "./evaluation.ts";
import { madeAt, placeOf } from "./places.ts";
import { isPlainReference } from "./traversal.ts";

/** `try(a, b)` and `can(a)`: the functions that see that OpenTofu refuses an argument. */
export function tryValue(
  expression: Call,
  name: "try" | "can",
  bound: Bound | undefined,
  evaluation: Evaluation,
): Value {
  if (expression.expandLast) throw new NotToldError("function-not-evaluated", `${name}() with ... is not evaluated`);
  const deciders: Span[] = [];
  for (const arg of expression.args) {
    const before = evaluation.budget.unknowns;
    const outcome = attempt(arg, bound, evaluation);
    if ("error" in outcome) {
      deciders.push(...outcome.error.deciders);
      continue;
    }
    const { value } = outcome;
    const at = (): readonly Span[] => madeAt(expression, [value], evaluation);
    const reason = whyUnknown(value) ?? (evaluation.budget.unknowns > before ? mayFail(arg, evaluation) : undefined);
    if (name === "try") {
      // What is known in part may fail yet, except where it only names what stands elsewhere.
      const isSettled = reason === undefined || (value.kind !== "unknown" && isPlainReference(arg));
      return isSettled ? decidedBy(deciders, value) : unknownLike(reason, at());
    }
    if (reason !== undefined) return unknownLike(reason, at(), "bool");
    return { kind: "bool", value: true, at: at() };
  }
  if (name === "can" && expression.args.length === 1) {
    return { kind: "bool", value: false, at: madeAt(expression, [{ kind: "null", at: deciders }], evaluation) };
  }
  throw new EvaluationError("no argument of try succeeded", deciders);
}

function mayFail(expression: Expression, evaluation: Evaluation): Reason {
  return {
    code: "type-mismatch",
    text: "whether this fails depends on a value that is not known",
    at: [placeOf(expression, evaluation)],
  };
}
