import type { Span } from "../../../model/span.ts";
import type { Binary } from "../../hcl/syntax.ts";
import {
  add,
  compareNumbers,
  divide,
  fromBig,
  multiply,
  negate,
  toBig,
  truncate,
  whole,
  type BigNumber,
} from "../../value-number.ts";
import type { NumberValue, Value } from "../../value.ts";
import { NotToldError } from "../evaluation-error.ts";

export type ArithmeticOperator = Exclude<Binary["operator"], "&&" | "||" | "==" | "!=">;

export const comparisons: { readonly [operator in ArithmeticOperator]?: (order: number) => boolean } = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

/** What an operator makes of two numbers: a number, or for the {@link comparisons} a bool. */
export function arithmetic(
  operator: ArithmeticOperator,
  left: NumberValue,
  right: NumberValue,
  at: () => readonly Span[],
): Value {
  const compared = comparisons[operator];
  if (compared !== undefined)
    return { kind: "bool", value: compared(compareNumbers(exactNumber(left), exactNumber(right))), at: at() };
  const quick = quickArithmetic(operator, left, right);
  if (quick !== undefined) return { kind: "number", value: quick, at: at() };
  return fromBig(bigArithmetic(operator, exactNumber(left), exactNumber(right)), at());
}

export function negative(operand: NumberValue, at: readonly Span[]): NumberValue {
  if (operand.value === 0) throw new NotToldError("limit", "negative zero is not computed here");
  return fromBig(negate(exactNumber(operand)), at);
}

/** A number as the language computes with it. */
export function exactNumber(value: NumberValue): BigNumber {
  const big = toBig(value);
  if (big === undefined) throw new NotToldError("limit", "this number is out of the range computed here");
  return big;
}

function bigArithmetic(operator: ArithmeticOperator, left: BigNumber, right: BigNumber): BigNumber {
  const isZero = right.mantissa === 0n;
  switch (operator) {
    case "+":
      return add(left, right);
    case "-":
      return add(left, negate(right));
    case "*":
    case "/":
      if (operator === "/" && isZero) throw new NotToldError("limit", "a division by zero is not computed here");
      if ((left.mantissa === 0n && right.mantissa < 0n) || (isZero && left.mantissa < 0n))
        throw new NotToldError("limit", "negative zero is not computed here");
      return operator === "*" ? multiply(left, right) : divide(left, right);
    default: {
      if (isZero) return left;
      const count = whole(truncate(divide(left, right)), Math.max(left.precision, right.precision));
      return add(left, negate(multiply(right, count)));
    }
  }
}

/** Whole numbers that a double holds. */
function quickArithmetic(operator: ArithmeticOperator, left: NumberValue, right: NumberValue): number | undefined {
  if (
    left.text !== undefined ||
    right.text !== undefined ||
    left.precision !== undefined ||
    right.precision !== undefined
  )
    return undefined;
  if (!Number.isSafeInteger(left.value) || !Number.isSafeInteger(right.value)) return undefined;
  const result =
    operator === "+"
      ? left.value + right.value
      : operator === "-"
        ? left.value - right.value
        : operator === "*"
          ? left.value * right.value
          : Number.NaN;
  return Number.isSafeInteger(result) && !Object.is(result, -0) ? result : undefined;
}
