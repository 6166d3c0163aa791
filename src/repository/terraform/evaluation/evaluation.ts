import type { Expression } from "../../hcl/syntax.ts";
import type { Value } from "../../value.ts";
import type { Scope } from "../scope.ts";
import type { Bound } from "./bound.ts";
import type { Budget } from "./budget.ts";

/** An evaluation under way: what each kind of expression is given besides the expression itself. */
export interface Evaluation {
  readonly scope: Scope;
  readonly budget: Budget;
  /**
   * The value of an expression inside, of whatever kind. Throws an `EvaluationError` where OpenTofu refuses
   * it, and a `BudgetError` where the whole costs too much.
   */
  value(expression: Expression, bound: Bound | undefined): Value;
  /** The same evaluation, budget and all, for what stands in another scope. */
  within(scope: Scope): Evaluation;
}
