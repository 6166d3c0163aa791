import { isWhole, numberText, toBig, truncate, type BigNumber } from "../../value-number.ts";
import type { ListValue, MappingValue, NumberValue, Value } from "../../value.ts";
import { EvaluationError, NotToldError } from "../evaluation-error.ts";

/** The contents of arguments that {@link callFunction} has converted already. */
export function textOf(value: Value | undefined): string {
  if (value?.kind !== "string") throw new EvaluationError("text is required");
  return value.value;
}

export function numberOf(value: Value | undefined): NumberValue {
  if (value?.kind !== "number") throw new EvaluationError("a number is required");
  return value;
}

export function bigOf(value: Value | undefined): BigNumber {
  const big = toBig(numberOf(value));
  if (big === undefined) throw new NotToldError("limit", "this number is out of the range computed here");
  return big;
}

export function integerOf(value: Value | undefined): number {
  const big = bigOf(value);
  if (!isWhole(big)) throw new EvaluationError("a whole number is required");
  const integer = Number(truncate(big));
  if (!Number.isSafeInteger(integer)) throw new NotToldError("limit", "this number is out of the range computed here");
  return integer;
}

/** A list, tuple or set. */
export function listOf(value: Value | undefined): ListValue {
  if (value?.kind !== "list") throw new EvaluationError("a list is required");
  return value;
}

export function mappingOf(value: Value | undefined): MappingValue {
  if (value?.kind !== "mapping") throw new EvaluationError("a map is required");
  return value;
}

export function digitsOf(value: NumberValue): string {
  const text = numberText(value);
  if (text === undefined) throw new NotToldError("limit", "this number is out of the range computed here");
  return text;
}
