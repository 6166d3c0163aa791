import { isWhole, truncate, type BigNumber } from "../../value-number.ts";
import type { ListValue, MappingValue, NumberValue, Value } from "../../value.ts";
import { EvaluationError, NotToldError } from "../evaluation-error.ts";
import { exactNumber } from "../evaluation/arithmetic.ts";

/** The contents of arguments that `callFunction` has converted already. */
export function textOf(value: Value | undefined): string {
  if (value?.kind !== "string") throw mismatch(value, "text is required");
  return value.value;
}

/** What became unknown on the way is no mistake of the expression. */
function mismatch(value: Value | undefined, message: string): Error {
  return value?.kind === "unknown"
    ? new NotToldError(value.reason.code, value.reason.text)
    : new EvaluationError(message);
}

function numberOf(value: Value | undefined): NumberValue {
  if (value?.kind !== "number") throw mismatch(value, "a number is required");
  return value;
}

export function bigOf(value: Value | undefined): BigNumber {
  return exactNumber(numberOf(value));
}

export function integerOf(value: Value | undefined): number {
  const big = bigOf(value);
  if (!isWhole(big)) throw new EvaluationError("a whole number is required");
  const exact = truncate(big);
  if (BigInt.asIntN(64, exact) !== exact) throw new EvaluationError("a whole number of 64 bits is required");
  const integer = Number(exact);
  if (!Number.isSafeInteger(integer)) throw new NotToldError("limit", "this number is out of the range computed here");
  return integer;
}

/** A list, tuple or set. */
export function listOf(value: Value | undefined): ListValue {
  if (value?.kind !== "list") throw mismatch(value, "a list is required");
  return value;
}

export function mappingOf(value: Value | undefined): MappingValue {
  if (value?.kind !== "mapping") throw mismatch(value, "a map is required");
  return value;
}
