import { expect, test } from "vitest";
import { positionAt } from "./source.ts";

test.each([
  ["ab\ncd", 0, "1:1"],
  ["ab\ncd", 4, "2:2"],
  ["ab\ncd", 99, "2:3"],
  ["\uFEFFab\ncd", 0, "1:1"],
  ["\uFEFFab\ncd", 1, "1:1"],
  ["\uFEFFab\ncd", 2, "1:2"],
  ["\uFEFFab\ncd", 5, "2:2"],
])("%j at %i", (text, offset, expected) => {
  const { line, column } = positionAt({ id: 0, path: "a", text, tracked: true }, offset);
  expect(`${line}:${column}`).toBe(expected);
});
