import type { Span } from "../../../model/span.ts";
import type { Reason } from "../../../model/told.ts";
import type { Expression, For } from "../../hcl/syntax.ts";
import { decidedBy, decidersOf } from "../../provenance.ts";
import { convert } from "../../value-conversion.ts";
import { tupleValue, unknownLike, unknownValue } from "../../value-tree.ts";
import type { ListValue, MappingValue, Value } from "../../value.ts";
import { EvaluationError } from "../evaluation-error.ts";
import type { Bound } from "./bound.ts";
import type { Evaluation } from "./evaluation.ts";
import { boundTo, iterations } from "./iteration.ts";
import { madeAt, placeOf } from "./places.ts";
import { truthOf } from "./truth.ts";

/** `[for ...]` and `{ for ... }`. */
export function forValue(expression: For, bound: Bound | undefined, evaluation: Evaluation): Value {
  const collection = evaluation.value(expression.collection, bound);
  const conditions: Value[] = [];
  const at = (): readonly Span[] =>
    madeAt(expression, [{ kind: "null", at: collection.at }, ...conditions], evaluation);
  if (collection.kind === "unknown") return unknownLike(collection.reason, at());
  if (collection.kind !== "list" && collection.kind !== "mapping") {
    throw new EvaluationError("only a list, set or map can be walked by a for expression", decidersOf([collection]));
  }
  if (
    expression.condition !== null &&
    (collection.kind === "list" ? collection.items.length : collection.entries.size) === 0
  ) {
    tryCondition(expression, bound, evaluation);
  }
  const walk: Walk = { expression, collection, bound, evaluation, conditions, at };
  return expression.key === null ? tupleOf(walk) : objectOf(walk, expression.key);
}

/** A `for` whose collection is known. */
interface Walk {
  readonly expression: For;
  readonly collection: ListValue | MappingValue;
  readonly bound: Bound | undefined;
  readonly evaluation: Evaluation;
  /** What the condition came to so far: it decides which elements there are. */
  readonly conditions: Value[];
  /** Where the result comes from, once all elements were walked. */
  readonly at: () => readonly Span[];
}

function tupleOf({ expression, collection, bound, evaluation, conditions, at }: Walk): Value {
  if (collection.kind === "mapping" && collection.rest !== undefined) return unknownLike(collection.rest, at());
  const items: Value[] = [];
  let reason: Reason | undefined;
  for (const inner of iterations(expression, collection, bound, true, evaluation.budget)) {
    const included = isIncluded(expression, inner, evaluation, conditions);
    if (included === false) continue;
    const value = evaluation.value(expression.value, inner);
    if (included === true) items.push(value);
    else reason ??= included;
  }
  return reason === undefined ? tupleValue(items, at()) : unknownLike(reason, at());
}

function objectOf(
  { expression, collection, bound, evaluation, conditions, at }: Walk,
  keyExpression: Expression,
): Value {
  const entries = new Map<string, Value>();
  const groups = new Map<string, Value[]>();
  let rest = collection.kind === "mapping" ? collection.rest : undefined;
  for (const inner of iterations(expression, collection, bound, expression.grouped, evaluation.budget)) {
    const included = isIncluded(expression, inner, evaluation, conditions);
    if (included === false) continue;
    const key = evaluation.value(keyExpression, inner);
    if (key.kind === "null") throw new EvaluationError("a key of a for expression is null");
    if (included !== true || key.kind === "unknown") {
      rest ??= included === true && key.kind === "unknown" ? key.reason : included === true ? undefined : included;
      continue;
    }
    const name = convert(key, "string");
    if (name.kind !== "string") continue;
    const value = decidedBy(decidersOf([key]), evaluation.value(expression.value, inner));
    if (expression.grouped) groups.set(name.value, [...(groups.get(name.value) ?? []), value]);
    else if (entries.has(name.value)) throw new EvaluationError(`two items have the key ${JSON.stringify(name.value)}`);
    else entries.set(name.value, value);
  }
  for (const [name, values] of groups) {
    entries.set(name, rest === undefined ? tupleValue(values, at()) : unknownLike(rest, at()));
  }
  return { kind: "mapping", of: "object", entries, ...(rest && { rest }), at: at() };
}

function isIncluded(expression: For, inner: Bound, evaluation: Evaluation, conditions: Value[]): boolean | Reason {
  if (expression.condition === null) return true;
  const condition = evaluation.value(expression.condition, inner);
  conditions.push(condition);
  return truthOf(condition, "the condition of a for expression");
}

/** OpenTofu refuses a condition that fails whatever the element is, also where there is none. */
function tryCondition(expression: For, bound: Bound | undefined, evaluation: Evaluation): void {
  const value = unknownValue("limit", "no element", { at: placeOf(expression, evaluation) });
  isIncluded(expression, boundTo(expression, value, value, bound), evaluation, []);
}
