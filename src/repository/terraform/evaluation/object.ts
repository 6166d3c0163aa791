import type { Reason } from "../../../model/told.ts";
import type { ObjectCons } from "../../hcl/syntax.ts";
import { decidedBy, decidersOf } from "../../provenance.ts";
import { convert } from "../../value-conversion.ts";
import { unknownLike } from "../../value-tree.ts";
import type { Value } from "../../value.ts";
import { EvaluationError } from "../evaluation-error.ts";
import type { Bound } from "./bound.ts";
import type { Evaluation } from "./evaluation.ts";
import { literalAt } from "./places.ts";

/** `{ key = value }`. */
export function objectValue(expression: ObjectCons, bound: Bound | undefined, evaluation: Evaluation): Value {
  const entries = new Map<string, Value>();
  let rest: Reason | undefined;
  for (const item of expression.items) {
    const key = evaluation.value(item.key, bound);
    const value = evaluation.value(item.value, bound);
    if (key.kind === "null") throw new EvaluationError("a key is null");
    if (key.kind === "unknown") {
      rest ??= key.reason;
      // It may be any of the keys so far.
      for (const name of entries.keys()) entries.set(name, unknownLike(key.reason, literalAt(item.key, evaluation)));
      continue;
    }
    const name = convert(key, "string");
    if (name.kind === "string") entries.set(name.value, decidedBy(decidersOf([key]), value));
  }
  return { kind: "mapping", of: "object", entries, ...(rest && { rest }), at: literalAt(expression, evaluation) };
}
