import type { Reason } from "../../../model/told.ts";
import { decidersOf } from "../../provenance.ts";
import { convert } from "../../value-conversion.ts";
import type { Value } from "../../value.ts";
import { EvaluationError } from "../evaluation-error.ts";

/** What a condition says, or why that could not be told. `what` names the condition where it is null. */
export function truthOf(condition: Value, what: string): boolean | Reason {
  if (condition.kind === "null") throw new EvaluationError(`${what} is null`, decidersOf([condition]));
  if (condition.kind === "unknown") return condition.reason;
  const converted = convert(condition, "bool");
  return converted.kind === "bool" && converted.value;
}
