import { add, compareNumbers, fromBig, isWhole, truncate, whole, type BigNumber } from "../../value-number.ts";
import { convert } from "../../value-conversion.ts";
import { listValue, unknownLike, whyUnknown } from "../../value-tree.ts";
import type { Value } from "../../value.ts";
import { EvaluationError, NotToldError } from "../evaluation-error.ts";
import { bigOf, integerOf, listOf, textOf } from "./arguments.ts";
import { anything, computed, numberParameter, type CallContext, type TofuFunction } from "./function.ts";

/** OpenTofu refuses to make more. */
const maximumRange = 1024;

export const numbers: Readonly<Record<string, TofuFunction>> = {
  abs: numeric((value) => ({ ...value, mantissa: value.mantissa < 0n ? -value.mantissa : value.mantissa })),
  ceil: numeric((value) =>
    isWhole(value) ? value : whole(truncate(value) + (value.mantissa > 0n ? 1n : 0n), value.precision),
  ),
  floor: numeric((value) =>
    isWhole(value) ? value : whole(truncate(value) - (value.mantissa < 0n ? 1n : 0n), value.precision),
  ),
  signum: { parameters: [numberParameter], call: signum },
  max: { parameters: [], rest: numberParameter, call: (args, context) => extreme(args, context, 1) },
  min: { parameters: [], rest: numberParameter, call: (args, context) => extreme(args, context, -1) },
  pow: { parameters: [numberParameter, numberParameter], call: pow },
  parseint: { parameters: [anything, numberParameter], call: parseInteger },
  range: { parameters: [], rest: numberParameter, call: range },
  sum: { parameters: [anything], call: sum },
};

function numeric(change: (value: BigNumber) => BigNumber): TofuFunction {
  return {
    parameters: [numberParameter],
    call: (args, context) => fromBig(change(bigOf(args[0])), computed(context, args)),
  };
}

function signum(args: readonly Value[], context: CallContext): Value {
  return { kind: "number", value: Math.sign(integerOf(args[0])), precision: 64, at: computed(context, args) };
}

function extreme(args: readonly Value[], context: CallContext, direction: number): Value {
  const [first, ...more] = args;
  if (first === undefined) throw new EvaluationError("at least one number is required");
  let found = bigOf(first);
  for (const other of more) {
    const big = bigOf(other);
    if (compareNumbers(big, found) * direction > 0) found = big;
  }
  return fromBig(found, computed(context, args));
}

/** Computed in doubles by OpenTofu: only whole results that a double holds exactly are told here. */
function pow(args: readonly Value[], context: CallContext): Value {
  if (!isWhole(bigOf(args[0])) || !isWhole(bigOf(args[1])))
    throw new NotToldError("limit", "this power is not computed here");
  const base = integerOf(args[0]);
  const exponent = integerOf(args[1]);
  const result = base ** exponent;
  if (exponent < 0 || !Number.isSafeInteger(result) || Object.is(result, -0))
    throw new NotToldError("limit", "this power is not computed here");
  return { kind: "number", value: result, precision: 53, at: computed(context, args) };
}

const digits = "0123456789abcdefghijklmnopqrstuvwxyz";

function parseInteger(args: readonly Value[], context: CallContext): Value {
  if (args[0]?.kind !== "string") throw new EvaluationError("parseint needs text");
  const written = textOf(args[0]);
  const base = integerOf(args[1]);
  if (base < 2 || base > 62) throw new EvaluationError("the base has to be from 2 to 62");
  if (base > 36 || written.length > 100)
    throw new NotToldError("limit", "this number is out of the range computed here");
  const unsigned = written.replace(/^[+-]/, "").toLowerCase();
  if (unsigned === "") throw new EvaluationError("not a number");
  let value = 0n;
  for (const character of unsigned) {
    const digit = digits.indexOf(character);
    if (digit < 0 || digit >= base) throw new EvaluationError("not a number of this base");
    value = value * BigInt(base) + BigInt(digit);
  }
  const precision = Math.max(64, value.toString(2).length);
  return fromBig(whole(written.startsWith("-") ? -value : value, precision), computed(context, args));
}

function range(args: readonly Value[], context: CallContext): Value {
  const zero = whole(0n, 64);
  const [first, second, third] = args.map(bigOf);
  if (first === undefined || args.length > 3) throw new EvaluationError("range takes one to three numbers");
  const start = second === undefined ? zero : first;
  const end = second ?? first;
  const step = third ?? whole(compareNumbers(end, start) < 0 ? -1n : 1n, 64);
  const direction = step.mantissa < 0n ? -1 : 1;
  if (step.mantissa === 0n) throw new EvaluationError("the step of range is zero");
  if (compareNumbers(end, start) * direction < 0) throw new EvaluationError("range never reaches its end");
  const at = computed(context, args);
  const items: Value[] = [];
  for (let next = start; compareNumbers(next, end) * direction < 0; next = add(next, step)) {
    if (items.length >= maximumRange) throw new EvaluationError("range makes too many numbers");
    items.push(fromBig(next, at));
  }
  context.spend(items.length);
  return listValue(items, "number", at);
}

function sum(args: readonly Value[], context: CallContext): Value {
  const list = listOf(args[0]);
  if (list.items.length === 0) throw new EvaluationError("sum of an empty list");
  const reason = whyUnknown(list);
  const at = computed(context, args);
  if (reason !== undefined) return unknownLike(reason, at, "number");
  let total: BigNumber | undefined;
  for (const item of list.items) {
    const next = bigOf(convert(item, "number"));
    total = total === undefined ? next : add(total, next);
  }
  return fromBig(total ?? whole(0n, 512), at);
}
