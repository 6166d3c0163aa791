import * as fc from "fast-check";
import { expect, test } from "vitest";
import { escapeInJson, printable } from "./safe.ts";

test.each([
  ["plain text, 100 %", "plain text, 100 %"],
  ["größer · 名前 · имя · שם", "größer · 名前 · имя · שם"],
  ["👍 ✔\u{fe0f}", "👍 ✔\u{fe0f}"],
  ["a\nb\r\tc", "a\\nb\\r\\tc"],
  ["\u{1b}[31mred\u{1b}[0m", "\\u{1b}[31mred\\u{1b}[0m"],
  ["\u{9b}31m\u{7f}\u{0}", "\\u{9b}31m\\u{7f}\\u{0}"],
  ["a\u{202e}b\u{2066}c", "a\\u{202e}b\\u{2066}c"],
  ["a\u{200b}b\u{feff}c\u{200d}d\u{ad}e", "a\\u{200b}b\\u{feff}c\\u{200d}d\\u{ad}e"],
  ["a\u{2028}b\u{2029}c\u{85}", "a\\u{2028}b\\u{2029}c\\u{85}"],
  ["a\u{d800}b\u{dc00}", "a\\u{d800}b\\u{dc00}"],
  ["tag \u{e0041} filler \u{3164}", "tag \\u{e0041} filler \\u{3164}"],
])("%j is printed as %j", (text, expected) => {
  expect(printable(text)).toBe(expected);
});

test("line feeds may stay", () => {
  expect(printable("a\nb\r\n", { newlines: true })).toBe("a\nb\\r\n");
});

test("ASCII only, where the locale asks for it", () => {
  expect(printable("größer 👍", { ascii: true })).toBe("gr\\u{f6}\\u{df}er \\u{1f44d}");
});

test("nothing that it prints is unsafe, and printing twice changes nothing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const once = printable(text);
      expect(once).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(printable(once)).toBe(once);
    }),
  );
});

test("JSON keeps its value and shows no unsafe character", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const json = escapeInJson(JSON.stringify({ text }, null, 2));
      expect(json.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(JSON.parse(json)).toEqual({ text });
    }),
  );
});
