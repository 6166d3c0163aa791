import fc from "fast-check";
import { expect, test } from "vitest";
import {
  add,
  compareNumbers,
  divide,
  fromBig,
  multiply,
  numberText,
  parseNumber,
  roundedTo,
  type BigNumber,
} from "./value-number.ts";

function big(text: string): BigNumber {
  const number = parseNumber(text);
  if (number === null || number === undefined) throw new Error(`${text} is no number`);
  return number;
}

function written(number: BigNumber): string | undefined {
  return numberText(fromBig(number, []));
}

test.each([
  ["1.50", "1.5"],
  ["1e3", "1000"],
  [".5", "0.5"],
  ["12345678901234567890123", "12345678901234567890123"],
  ["0.000001", "0.000001"],
  ["-2.50", "-2.5"],
  ["1e-7", "0.0000001"],
])("%s is written %s", (text, expected) => {
  expect(written(big(text))).toBe(expected);
});

test.each([
  ["", null],
  ["a", null],
  ["0x10", null],
  ["1e400", undefined],
  ["Inf", undefined],
  ["-0", undefined],
  ["1p3", undefined],
])("%s is not read", (text, expected) => {
  expect(parseNumber(text)).toBe(expected);
});

test("a third has as many digits as OpenTofu gives it", () => {
  expect(written(divide(big("1"), big("3")))).toBe(`0.${"3".repeat(154)}5`);
});

test("counts are divided with fewer digits", () => {
  expect(written(divide({ ...big("1"), precision: 64 }, { ...big("3"), precision: 64 }))).toBe(
    "0.33333333333333333334",
  );
});

test("decimals read back as the same number", () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }),
      fc.integer({ min: -60, max: 60 }),
      (digits, exponent) => {
        fc.pre(digits !== 0n);
        const number = big(`${digits}e${exponent}`);
        expect(compareNumbers(big(written(number) ?? ""), number)).toBe(0);
      },
    ),
  );
});

test("whole numbers are added and multiplied exactly", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n }), fc.bigInt({ min: 1n, max: 10n ** 60n }), (a, b) => {
      expect(written(add(big(String(a)), big(String(b))))).toBe(String(a + b));
      fc.pre(a !== 0n);
      expect(written(multiply(big(String(a)), big(String(b))))).toBe(String(a * b));
    }),
  );
});

test.each([
  ["2.5", 0, "2"],
  ["3.5", 0, "4"],
  ["2.345", 2, "2.34"],
  ["0.05", 3, "0.050"],
  ["12", 1, "12.0"],
])("%s with %i decimals is %s", (text, decimals, expected) => {
  expect(roundedTo(big(text), decimals).text).toBe(expected);
});
