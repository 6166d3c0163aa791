import type { Conditional, Expression } from "../../hcl/syntax.ts";
import { decidedBy, decidersOf } from "../../provenance.ts";
import { convert } from "../../value-conversion.ts";
import { typeOf, unknownLike } from "../../value-tree.ts";
import { sameType, unify, type ValueType } from "../../value-type.ts";
import type { Value } from "../../value.ts";
import { EvaluationError, NotToldError } from "../evaluation-error.ts";
import { attempt, type Outcome } from "./attempt.ts";
import type { Bound } from "./bound.ts";
import type { Evaluation } from "./evaluation.ts";
import { madeAt } from "./places.ts";
import { isPlainReference } from "./traversal.ts";
import { truthOf } from "./truth.ts";

/** `condition ? then : otherwise`. */
export function conditionalValue(expression: Conditional, bound: Bound | undefined, evaluation: Evaluation): Value {
  const then = armOf(expression.then, bound, evaluation);
  const otherwise = armOf(expression.otherwise, bound, evaluation);
  const type = commonType(then, otherwise);
  if (type === undefined) throw new EvaluationError("the two results of this condition have no common type");
  const condition = evaluation.value(expression.condition, bound);
  const truth = truthOf(condition, "the condition");
  if (typeof truth !== "boolean") return unknownLike(truth, madeAt(expression, [condition], evaluation), type);
  const selected = truth ? then : otherwise;
  if ("error" in selected) throw selected.error;
  const other = truth ? otherwise : then;
  if (
    "error" in other &&
    other.type === "unsure" &&
    (selected.value.kind === "list" || selected.value.kind === "mapping")
  ) {
    throw new NotToldError("limit", "the type of a result that OpenTofu refuses is not computed here");
  }
  return decidedBy(decidersOf([condition]), settled(selected.value, type, other.isBareNull === true));
}

/** A result of a condition, and what it adds to the common type. */
type Arm = Outcome & { readonly type: ValueType; readonly isBareNull?: boolean };

function armOf(expression: Expression, bound: Bound | undefined, evaluation: Evaluation): Arm {
  const before = evaluation.budget.unknowns;
  const outcome = attempt(expression, bound, evaluation);
  if ("error" in outcome) return { ...outcome, type: typeOfRefused(expression) };
  const isBareNull = outcome.value.kind === "null" && typeOf(outcome.value) === "dynamic";
  // What is computed from something unknown may yet be refused: then it takes no part in the type.
  const isOpen = evaluation.budget.unknowns > before && !isPlainReference(expression);
  return { ...outcome, type: isOpen ? "unsure" : typeOf(outcome.value), isBareNull };
}

/** The type of an arm that OpenTofu refuses: where its last step is a name or a call it has none. */
function typeOfRefused(expression: Expression): ValueType {
  let inner = expression;
  while (inner.kind === "get" || inner.kind === "index" || inner.kind === "parenthesis")
    inner = inner.kind === "parenthesis" ? inner.inner : inner.object;
  return inner.kind === "variable" || inner.kind === "call" ? "dynamic" : "unsure";
}

function commonType(then: Arm, otherwise: Arm): ValueType | undefined {
  if (then.isBareNull === true) return otherwise.type;
  if (otherwise.isBareNull === true) return then.type;
  if (then.type === "dynamic" || otherwise.type === "dynamic") return "dynamic";
  return unify([then.type, otherwise.type]);
}

/** The selected arm of a condition in the arms' common type. A bare null leaves the other arm as it is. */
function settled(value: Value, type: ValueType, otherIsBareNull: boolean): Value {
  if (value.kind === "null" && type === "unsure") return { ...value, type };
  if (otherIsBareNull) return value;
  if (isConvertedTwice(value, type))
    throw new NotToldError("limit", "how this condition converts its result is not computed here");
  return convert(value, type);
}

/**
 * A tuple that meets a list of another type: OpenTofu applies the conversion of the list that the tuple
 * stands for to the tuple itself, which fails in some cases. The same for objects and maps.
 */
function isConvertedTwice(value: Value, type: ValueType): boolean {
  if (typeof type === "string" || (type.kind !== "list" && type.kind !== "map")) return false;
  const isTuple = type.kind === "list" && value.kind === "list" && value.of !== "list" && value.of !== "set";
  const isObject = type.kind === "map" && value.kind === "mapping" && value.of !== "map";
  if (!isTuple && !isObject) return false;
  const types = (value.kind === "list" ? [...value.items] : [...value.entries.values()]).map(typeOf);
  const element = unify(types);
  return element !== undefined && !sameType(element, type.element) && !types.every((item) => sameType(item, element));
}
