import type { ReasonCode } from "../../model/told.ts";
import type { Expression } from "../hcl/syntax.ts";
import { sizeOf, tupleValue, unknownValue } from "../value-tree.ts";
import type { UnknownValue, Value } from "../value.ts";
import { EvaluationError, NotToldError } from "./evaluation-error.ts";
import type { Bound } from "./evaluation/bound.ts";
import { Budget, BudgetError } from "./evaluation/budget.ts";
import { callValue } from "./evaluation/call.ts";
import { conditionalValue } from "./evaluation/conditional.ts";
import type { Evaluation } from "./evaluation/evaluation.ts";
import { forValue } from "./evaluation/for.ts";
import { literalValue } from "./evaluation/literal.ts";
import { objectValue } from "./evaluation/object.ts";
import { binaryValue, unaryValue } from "./evaluation/operators.ts";
import { literalAt, placeOf } from "./evaluation/places.ts";
import { splatValue } from "./evaluation/splat.ts";
import { templateValue } from "./evaluation/template.ts";
import { traversalValue } from "./evaluation/traversal.ts";
import type { Scope } from "./scope.ts";

/** Values that one value may be made of. Each may be used many times: two locals a line double it. */
const maximumSize = 250_000;
/** Evaluations that wait for each other: an expression asks for a local, which asks for another. */
const maximumNesting = 400;

/**
 * The value of an expression, as far as it can be told. What is known equals what OpenTofu computes. An
 * expression that OpenTofu refuses is unknown with the code `type-mismatch`.
 */
export function evaluate(expression: Expression, scope: Scope): Value {
  const evaluation = new ScopedEvaluation(scope, new Budget());
  if (nesting >= maximumNesting)
    return unknownHere(expression, evaluation, "limit", "expressions refer to each other too deeply");
  nesting += 1;
  try {
    return evaluation.value(expression, undefined);
  } catch (error) {
    if (error instanceof EvaluationError) return unknownHere(expression, evaluation, "type-mismatch", error.message);
    if (error instanceof BudgetError) return unknownHere(expression, evaluation, "limit", error.message);
    throw error;
  } finally {
    nesting -= 1;
  }
}

/** How many evaluations are under way: scopes evaluate further expressions while one runs. */
let nesting = 0;

class ScopedEvaluation implements Evaluation {
  readonly scope: Scope;
  readonly budget: Budget;

  constructor(scope: Scope, budget: Budget) {
    this.scope = scope;
    this.budget = budget;
  }

  value(expression: Expression, bound: Bound | undefined): Value {
    this.budget.spend(1);
    try {
      const value = valueByKind(expression, bound, this);
      if (sizeOf(value) > maximumSize)
        throw new NotToldError("limit", `this is made of more than ${maximumSize} values`);
      if (value.kind === "unknown") this.budget.unknowns += 1;
      return value;
    } catch (error) {
      if (!(error instanceof NotToldError)) throw error;
      this.budget.unknowns += 1;
      return unknownHere(expression, this, error.code, error.message);
    }
  }

  within(scope: Scope): Evaluation {
    return new ScopedEvaluation(scope, this.budget);
  }
}

function valueByKind(expression: Expression, bound: Bound | undefined, evaluation: Evaluation): Value {
  switch (expression.kind) {
    case "literal":
      return literalValue(expression, evaluation);
    case "template":
      return templateValue(expression, bound, evaluation);
    case "variable":
    case "get":
    case "index":
      return traversalValue(expression, bound, evaluation);
    case "splat":
      return splatValue(expression, bound, evaluation);
    case "call":
      return callValue(expression, bound, evaluation);
    case "conditional":
      return conditionalValue(expression, bound, evaluation);
    case "unary":
      return unaryValue(expression, bound, evaluation);
    case "binary":
      return binaryValue(expression, bound, evaluation);
    case "tuple":
      return tupleValue(
        expression.items.map((item) => evaluation.value(item, bound)),
        literalAt(expression, evaluation),
      );
    case "object":
      return objectValue(expression, bound, evaluation);
    case "for":
      return forValue(expression, bound, evaluation);
    case "parenthesis":
      return evaluation.value(expression.inner, bound);
    case "invalid":
      return unknownHere(expression, evaluation, "syntax-error", expression.message);
  }
}

function unknownHere(expression: Expression, evaluation: Evaluation, code: ReasonCode, text: string): UnknownValue {
  return unknownValue(code, text, { at: placeOf(expression, evaluation) });
}
