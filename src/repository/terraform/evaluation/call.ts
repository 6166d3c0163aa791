import type { Reason } from "../../../model/told.ts";
import type { Call } from "../../hcl/syntax.ts";
import { partOf } from "../../provenance.ts";
import { orderedItems } from "../../value-conversion.ts";
import { unknownLike } from "../../value-tree.ts";
import type { UnknownValue, Value } from "../../value.ts";
import { EvaluationError } from "../evaluation-error.ts";
import { callFunction, type CallContext } from "../functions/function.ts";
import { functions } from "../functions/index.ts";
import type { Bound } from "./bound.ts";
import type { Evaluation } from "./evaluation.ts";
import { madeAt, placeOf } from "./places.ts";
import { renderTemplate } from "./template-file.ts";
import { tryValue } from "./try.ts";

/** A call of `try` or `can`, of the scope's own functions, or of Terraform's. */
export function callValue(expression: Call, bound: Bound | undefined, evaluation: Evaluation): Value {
  const { scope, budget } = evaluation;
  const name = expression.name.startsWith("core::") ? expression.name.slice("core::".length) : expression.name;
  if (name === "try" || name === "can") return tryValue(expression, name, bound, evaluation);
  const args = argumentsOf(expression, bound, evaluation);
  if ("reason" in args) return unknownLike(args.reason, madeAt(expression, [], evaluation));
  const own = scope.call?.(expression.name, args);
  if (own !== undefined) return own;
  const called = functions.get(name);
  const place = placeOf(expression, evaluation);
  if (called === undefined) {
    const reason: Reason = { code: "function-not-evaluated", text: `${name}() is not evaluated`, at: [place] };
    return unknownLike(reason, madeAt(expression, args, evaluation));
  }
  const context: CallContext = {
    place,
    scope,
    render: (file, names, rest) => renderTemplate(file, names, rest, evaluation),
    spend: (steps) => budget.spend(steps),
  };
  budget.spend(args.length + args.reduce((sum, arg) => sum + lengthOf(arg), 0));
  const value = callFunction(name, called, args, context);
  if (value.kind === "string") budget.spendText(value.value.length);
  return value;
}

function argumentsOf(
  expression: Call,
  bound: Bound | undefined,
  evaluation: Evaluation,
): readonly Value[] | UnknownValue {
  const args = expression.args.map((arg) => evaluation.value(arg, bound));
  if (!expression.expandLast) return args;
  const last = args.pop();
  if (last?.kind === "unknown") return last;
  if (last?.kind !== "list") throw new EvaluationError("only a list can stand before ...");
  evaluation.budget.spend(last.items.length);
  return [...args, ...orderedItems(last).map((item) => partOf(last, item))];
}

function lengthOf(value: Value): number {
  if (value.kind === "list") return value.items.length;
  return value.kind === "mapping" ? value.entries.size : 0;
}
