import { describe, expect, test } from "vitest";
import { parseQuantity, thousandths, wholeUnits } from "./quantity.ts";

const unit = 1_000_000_000n;

// Most are of quantity_test.go [apimachinery v0.36.3, pkg/api/resource, TestQuantityParse].
test.each<[string, bigint]>([
  ["0", 0n],
  ["0n", 0n],
  ["0Ki", 0n],
  ["1", unit],
  ["+1", unit],
  ["-1", -unit],
  ["007", 7n * unit],
  ["1n", 1n],
  ["1u", 1000n],
  ["100m", unit / 10n],
  ["0.5", unit / 2n],
  [".5", unit / 2n],
  ["1.", unit],
  ["1.5Gi", 1536n * 2n ** 20n * unit],
  ["0.5Mi", 2n ** 19n * unit],
  ["1k", 1000n * unit],
  ["1E", 10n ** 18n * unit],
  ["1E2", 100n * unit],
  ["1e2", 100n * unit],
  ["1e+2", 100n * unit],
  ["15e-1", (unit * 3n) / 2n],
  ["1Ei", 2n ** 60n * unit],
])("%s", (text, billionths) => expect(parseQuantity(text)).toBe(billionths));

describe("rounds up and caps as Kubernetes does", () => {
  test.each<[string, bigint]>([
    ["0.1n", 1n],
    ["1.1n", 2n],
    ["-1.1n", -2n],
    ["1e-12", 1n],
    ["0.0000000001Ki", 103n],
    ["9Ei", (2n ** 63n - 1n) * unit],
    ["9223372036854775807Ki", (2n ** 63n - 1n) * unit],
    // Only what has a binary suffix is capped.
    ["100E", 100n * 10n ** 18n * unit],
  ])("%s", (text, billionths) => expect(parseQuantity(text)).toBe(billionths));
});

test.each([
  "",
  ".",
  "+",
  "m",
  "1 ",
  " 1",
  "1mm",
  "1Kib",
  "1ki",
  "1K",
  "1.1.1",
  "1e",
  "e3",
  "Infinity",
  "1e999",
  "0x10",
])("%j is none", (text) => expect(parseQuantity(text)).toBeNull());

test.each<[string, bigint, bigint]>([
  ["1", 1n, 1000n],
  ["1m", 1n, 1n],
  ["1u", 1n, 1n],
  ["1500m", 2n, 1500n],
  ["0", 0n, 0n],
])("%s in whole units and in thousandths", (text, whole, thousands) => {
  const billionths = parseQuantity(text) ?? 0n;
  expect([wholeUnits(billionths), thousandths(billionths)]).toEqual([whole, thousands]);
});
