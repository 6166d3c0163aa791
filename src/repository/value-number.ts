import type { NumberValue } from "./value.ts";

/**
 * A binary floating point number as OpenTofu computes with: `mantissa * 2 ** exponent`, rounded half to
 * even to `precision` bits. Numbers that are written have 512 bits, counts and indexes 64, and what
 * `pow` and `log` give 53; the precision of a result is the larger of its operands'.
 */
export interface BigNumber {
  readonly mantissa: bigint;
  readonly exponent: number;
  readonly precision: number;
}

/** Precision of a number that was written. */
const writtenPrecision = 512;

/** Powers of five up to this one are exact while OpenTofu parses: beyond it two roundings could differ. */
const maximumDecimalExponent = 240;

const decimalNumber = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;

/** The number that a decimal text stands for; `null`: not a number, `undefined`: out of the range told here. */
export function parseNumber(text: string, precision: number = writtenPrecision): BigNumber | null | undefined {
  if (text.length > 400) return undefined;
  const match = decimalNumber.exec(text);
  if (match === null) return /^[+-]?(\d|\.\d)[\d.eEpP_+-]*$/.test(text) || /^[+-]?inf/i.test(text) ? undefined : null;
  const integer = match[2] ?? "";
  const fraction = match[3] ?? "";
  if (integer === "" && fraction === "") return null;
  const exponent = Number(match[4] ?? "0") - fraction.length;
  const digits = BigInt(integer + fraction);
  const mantissa = match[1] === "-" ? -digits : digits;
  if (mantissa === 0n) return match[1] === "-" ? undefined : { mantissa: 0n, exponent: 0, precision };
  if (Math.abs(exponent) > maximumDecimalExponent) return undefined;
  if (exponent >= 0) return rounded(mantissa * 5n ** BigInt(exponent), exponent, precision);
  return quotient(mantissa, 5n ** BigInt(-exponent), exponent, precision);
}

/** `true` where the double alone says everything about the number. */
function isPlain(value: NumberValue): boolean {
  return value.text === undefined && Number.isSafeInteger(value.value) && !Object.is(value.value, -0);
}

/** `undefined`: out of the range told here. */
export function toBig(value: NumberValue): BigNumber | undefined {
  const precision = value.precision ?? writtenPrecision;
  if (isPlain(value)) return normal(BigInt(value.value), 0, precision);
  return parseNumber(writtenNumber(value), precision) ?? undefined;
}

export function fromBig(number: BigNumber, at: NumberValue["at"]): NumberValue {
  const text = decimalText(number);
  const value = Number(text);
  const base = number.precision === writtenPrecision ? {} : { precision: number.precision };
  return String(value) === text ? { kind: "number", value, ...base, at } : { kind: "number", value, text, ...base, at };
}

/** A number as it was written, with an exponent where there was one. */
export function writtenNumber(value: NumberValue): string {
  return value.text ?? String(value.value);
}

/** A number's digits as they stand in a text: never an exponent. `undefined`: out of the range told here. */
export function numberText(value: NumberValue): string | undefined {
  if (isPlain(value)) return String(value.value);
  const big = toBig(value);
  return big === undefined ? undefined : decimalText(big);
}

export function add(a: BigNumber, b: BigNumber): BigNumber {
  const exponent = Math.min(a.exponent, b.exponent);
  return rounded(aligned(a, exponent) + aligned(b, exponent), exponent, Math.max(a.precision, b.precision));
}

export function negate(a: BigNumber): BigNumber {
  return { ...a, mantissa: -a.mantissa };
}

export function multiply(a: BigNumber, b: BigNumber): BigNumber {
  return rounded(a.mantissa * b.mantissa, a.exponent + b.exponent, Math.max(a.precision, b.precision));
}

/** `b` must not be 0. */
export function divide(a: BigNumber, b: BigNumber): BigNumber {
  return quotient(a.mantissa, b.mantissa, a.exponent - b.exponent, Math.max(a.precision, b.precision));
}

export function compareNumbers(a: BigNumber, b: BigNumber): number {
  const exponent = Math.min(a.exponent, b.exponent);
  const left = aligned(a, exponent);
  const right = aligned(b, exponent);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The whole part, towards zero. */
export function truncate(a: BigNumber): bigint {
  return a.exponent >= 0 ? a.mantissa << BigInt(a.exponent) : a.mantissa / (1n << BigInt(-a.exponent));
}

export function isWhole(a: BigNumber): boolean {
  return a.exponent >= 0 || a.mantissa === 0n;
}

export function whole(value: bigint, precision: number): BigNumber {
  return rounded(value, 0, precision);
}

function aligned(a: BigNumber, exponent: number): bigint {
  return a.mantissa << BigInt(a.exponent - exponent);
}

function bitLength(value: bigint): number {
  const hex = (value < 0n ? -value : value).toString(16);
  return (hex.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(hex[0] ?? "0", 16)));
}

/** Odd mantissa, so that equal numbers look equal. */
function normal(mantissa: bigint, exponent: number, precision: number): BigNumber {
  if (mantissa === 0n) return { mantissa, exponent: 0, precision };
  let shift = 0;
  let rest = mantissa;
  while ((rest & 0xffffn) === 0n) {
    rest >>= 16n;
    shift += 16;
  }
  while ((rest & 1n) === 0n) {
    rest >>= 1n;
    shift += 1;
  }
  return { mantissa: rest, exponent: exponent + shift, precision };
}

function rounded(mantissa: bigint, exponent: number, precision: number, inexact = false): BigNumber {
  const excess = bitLength(mantissa) - precision;
  if (excess <= 0) return normal(mantissa, exponent, precision);
  const negative = mantissa < 0n;
  const size = negative ? -mantissa : mantissa;
  const shift = BigInt(excess);
  let kept = size >> shift;
  const rest = size - (kept << shift);
  const half = 1n << (shift - 1n);
  if (rest > half || (rest === half && (inexact || (kept & 1n) === 1n))) kept += 1n;
  return normal(negative ? -kept : kept, exponent + excess, precision);
}

function quotient(a: bigint, b: bigint, exponent: number, precision: number): BigNumber {
  const shift = Math.max(0, precision + 2 + bitLength(b) - bitLength(a));
  const numerator = a << BigInt(shift);
  const result = numerator / b;
  return rounded(result, exponent - shift, precision, result * b !== numerator);
}

/** The shortest decimal that reads back as the same number at its precision. */
function decimalText(number: BigNumber): string {
  const negative = number.mantissa < 0n;
  const size = negative ? -number.mantissa : number.mantissa;
  if (size === 0n) return "0";
  const { digits, point } = shortestDigits(size, number.exponent, number.precision);
  const text =
    point <= 0
      ? `0.${"0".repeat(-point)}${digits}`
      : point >= digits.length
        ? digits + "0".repeat(point - digits.length)
        : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return negative ? `-${text}` : text;
}

interface Decimal {
  /** Without trailing zeros. */
  readonly digits: string;
  /** The value is `0.digits * 10 ** point`. */
  readonly point: number;
}

function exactDecimal(mantissa: bigint, exponent: number): Decimal {
  const scaled = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent);
  const all = scaled.toString();
  const digits = all.replace(/0+$/, "");
  return { digits, point: all.length + Math.min(0, exponent) };
}

function shortestDigits(size: bigint, exponent: number, precision: number): Decimal {
  const exact = exactDecimal(size, exponent);
  if (exact.digits.length <= 15) return exact;
  // The number with a full mantissa and one more bit: its neighbours lie one unit below and above.
  const shift = precision - bitLength(size) + 1;
  const mantissa = size << BigInt(shift);
  const scale = exponent - shift;
  const inclusive = (mantissa & 2n) === 0n;
  const lower = exactDecimal(mantissa - 1n, scale);
  const upper = exactDecimal(mantissa + 1n, scale);
  const digit = (decimal: Decimal, index: number): number => {
    const offset = index - (upper.point - decimal.point);
    return offset >= 0 && offset < decimal.digits.length ? decimal.digits.charCodeAt(offset) - 48 : 0;
  };
  const base = upper.point - exact.point;
  for (let index = 0; index < exact.digits.length + base; index += 1) {
    const low = digit(lower, index);
    const middle = digit(exact, index);
    const high = digit(upper, index);
    const mayFall = low !== middle || (inclusive && index + 1 === lower.digits.length + (upper.point - lower.point));
    const mayRise = middle !== high && (inclusive || middle + 1 < high || index + 1 < upper.digits.length);
    if (mayFall && mayRise) return cut(exact, index + 1 - base, "nearest");
    if (mayFall) return cut(exact, index + 1 - base, "down");
    if (mayRise) return cut(exact, index + 1 - base, "up");
  }
  return exact;
}

function cut(decimal: Decimal, length: number, direction: "nearest" | "down" | "up"): Decimal {
  if (length >= decimal.digits.length) return decimal;
  const kept = BigInt(decimal.digits.slice(0, length) || "0");
  const rest = decimal.digits.slice(length);
  const up =
    direction === "up" ||
    (direction === "nearest" && (rest > "5" || (rest === "5" && (kept & 1n) === 1n) || (rest[0] ?? "0") > "5"));
  const digits = (up ? kept + 1n : kept).toString().padStart(length, "0");
  return { digits: digits.replace(/0+$/, "") || "0", point: decimal.point + digits.length - length };
}

/** The shortest digits that stand for the number: `0.digits * 10 ** point`. */
export function numberDigits(number: BigNumber): { negative: boolean; digits: string; point: number } {
  const negative = number.mantissa < 0n;
  if (number.mantissa === 0n) return { negative: false, digits: "0", point: 1 };
  return {
    negative,
    ...shortestDigits(negative ? -number.mantissa : number.mantissa, number.exponent, number.precision),
  };
}

/** With this many decimals, halves to even. */
export function roundedTo(number: BigNumber, decimals: number): { negative: boolean; text: string } {
  const negative = number.mantissa < 0n;
  const size = (negative ? -number.mantissa : number.mantissa) * 10n ** BigInt(decimals);
  let scaled = number.exponent >= 0 ? size << BigInt(number.exponent) : size >> BigInt(-number.exponent);
  if (number.exponent < 0) {
    const unit = 1n << BigInt(-number.exponent);
    const twice = (size - scaled * unit) * 2n;
    if (twice > unit || (twice === unit && (scaled & 1n) === 1n)) scaled += 1n;
  }
  const digits = scaled.toString().padStart(decimals + 1, "0");
  const split = digits.length - decimals;
  return { negative, text: decimals === 0 ? digits : `${digits.slice(0, split)}.${digits.slice(split)}` };
}
