import type { Splat } from "../../hcl/syntax.ts";
import { decidedBy, decidersOf, partOf } from "../../provenance.ts";
import { alike, elementOf, orderedItems } from "../../value-conversion.ts";
import { listValue, tupleLike, tupleValue, typeOf, unknownLike } from "../../value-tree.ts";
import type { ValueType } from "../../value-type.ts";
import type { ListValue, Value } from "../../value.ts";
import { EvaluationError } from "../evaluation-error.ts";
import type { Bound } from "./bound.ts";
import type { Evaluation } from "./evaluation.ts";
import { literalAt, madeAt, placeOf } from "./places.ts";

/** `a[*].b` and `a.*.b`. */
export function splatValue(expression: Splat, bound: Bound | undefined, evaluation: Evaluation): Value {
  const source = evaluation.value(expression.object, bound);
  const type = typeOf(source);
  const isSequence = typeof type !== "string" && (type.kind === "tuple" || type.kind === "list" || type.kind === "set");
  if (source.kind === "null") {
    if (isSequence) throw new EvaluationError("a null list has no elements", decidersOf([source]));
    return tupleValue([], decidedBy(decidersOf([source]), { ...source, at: literalAt(expression, evaluation) }).at);
  }
  if (source.kind === "unknown") return unknownLike(source.reason, madeAt(expression, [source], evaluation));
  const elements = source.kind === "list" ? orderedItems(source) : [source];
  evaluation.budget.spend(elements.length);
  const items = elements.map((element) =>
    evaluation.value(expression.each, { name: "", value: partOf(source, element), outer: bound }),
  );
  const at = madeAt(expression, [{ ...source, kind: "null" }], evaluation);
  if (source.kind !== "list" || source.of === "tuple" || source.of === undefined) return tupleLike(source, items, at);
  if (items.length === 0) return listValue([], typeOfEach(expression, source, bound, evaluation), at);
  const { items: typed, element } = alike(items);
  return listValue(typed, element, at);
}

/** What a splat expression makes of an element that there is none of: it may be refused. */
function typeOfEach(expression: Splat, source: ListValue, bound: Bound | undefined, evaluation: Evaluation): ValueType {
  const place = placeOf(expression, evaluation);
  const element = unknownLike({ code: "limit", text: "no element", at: [place] }, [place], elementOf(source));
  return typeOf(evaluation.value(expression.each, { name: "", value: element, outer: bound }));
}
