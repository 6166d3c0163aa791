import * as fc from "fast-check";
import { expect, test } from "vitest";
import { cutEnd, cutMiddle, padEnd, padStart, width, wrap } from "./columns.ts";

test.each([
  ["abc", 3],
  ["größer", 6],
  ["e\u{301}", 1],
  ["名前", 4],
  ["👍", 2],
  ["✔", 1],
  ["✔\u{fe0f}", 2],
  ["한국", 4],
  ["", 0],
])("%j takes %i columns", (text, columns) => {
  expect(width(text)).toBe(columns);
});

test("pads and cuts by columns", () => {
  expect([padEnd("名", 4), padStart("名", 4), padEnd("long", 2)]).toEqual(["名  ", "  名", "long"]);
  expect(cutEnd("on any edit of its values", 12, "…")).toBe("on any edit…");
  expect(cutMiddle("monitoring/kube-prometheus-stack", 20, "…")).toBe("monitoring…eus-stack");
  expect(cutMiddle("short", 20, "…")).toBe("short");
});

test("wraps at spaces, keeps runs of them inside a line, breaks what is too long", () => {
  expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrap('version = "1"   (from state)', 30)).toEqual(['version = "1"   (from state)']);
  expect(wrap("abcdefghij k", 4)).toEqual(["abcd", "efgh", "ij k"]);
  expect(wrap("✔\u{fe0f}✔\u{fe0f}", 3)).toEqual(["✔\u{fe0f}", "✔\u{fe0f}"]);
  expect(wrap("", 4)).toEqual([]);
});

test("no line is wider than asked, and no word is lost", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 2, max: 30 }), (text, columns) => {
      const lines = wrap(text, columns);
      for (const line of lines) expect(width(line)).toBeLessThanOrEqual(columns);
      expect(lines.join("").replaceAll(/\s/g, "")).toBe(text.replaceAll(/\s/g, ""));
      expect(width(cutEnd(text, columns, "…"))).toBeLessThanOrEqual(columns);
      expect(width(cutMiddle(text, columns, "…"))).toBeLessThanOrEqual(columns);
    }),
  );
});

test("a megabyte in one word is wrapped in linear time", () => {
  expect(wrap("ü".repeat(1_000_000), 100)).toHaveLength(10_000);
  // Quadratic work would take minutes.
});
