import { expect, test } from "vitest";
import { goScalar } from "./go-scalar.ts";

test.each<[string, unknown]>([
  ["yes", true],
  ["off", false],
  ["True", true],
  ["tRUE", "tRUE"],
  ["", null],
  ["~", null],
  ["0644", 420],
  ["0o14", 12],
  ["0x1F", 31],
  ["-0b101", -5],
  ["089", 89],
  ["1_000", 1000],
  ["1.10", 1.1],
  [".5", 0.5],
  ["1e3", 1000],
  ["1:30", "1:30"],
  ["2001-01-01", "2001-01-01"],
  ["127.0.0.1", "127.0.0.1"],
  ["-", "-"],
  ["--flag", "--flag"],
  ["29652", 29_652],
])("%j", (text, expected) => {
  expect(goScalar(text)).toBe(expected);
});
