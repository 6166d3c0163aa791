import fc from "fast-check";
import { expect, test } from "vitest";
import { EvaluationError, NotToldError } from "./evaluation-error.ts";
import { compileRegex, findAll, findMatch } from "./regex.ts";

function texts(pattern: string, text: string): (string | null)[][] {
  return findAll(compileRegex(pattern), text).map((match) => {
    const pairs = Array.from(
      { length: Math.ceil(match.length / 2) },
      (_, index) => [match[index * 2], match[index * 2 + 1]] as const,
    );
    return pairs.map(([start, end]) => (start === undefined || end === undefined ? null : text.slice(start, end)));
  });
}

test.each([
  ["a+", "caaat", [["aaa"]]],
  ["a+?", "aa", [["a"], ["a"]]],
  ["(a|ab)(c|bcd)", "abcd", [["abcd", "a", "bcd"]]],
  ["^v?(\\d+)\\.(\\d+)", "v1.22.3", [["v1.22", "1", "22"]]],
  [
    "(?P<major>\\d+)",
    "1.2",
    [
      ["1", "1"],
      ["2", "2"],
    ],
  ],
  ["[^a-c]", "abcd", [["d"]]],
  ["[[:upper:]_]{2}", "aB_C", [["B_"]]],
  ["\\bfoo\\b", "foo food", [["foo"]]],
  ["a{2,3}", "aaaaa", [["aaa"], ["aa"]]],
  ["", "ab", [[""], [""], [""]]],
  ["x*", "ab", [[""], [""], [""]]],
  [".", "é😀\n", [["é"], ["😀"]]],
  ["a$", "a\na", [["a"]]],
])("%s in %j", (pattern, text, expected) => {
  expect(texts(pattern, text)).toEqual(expected);
});

test.each(["(", "[a", "*a", "a**", "a{2,1}", "\\", "[b-a]"])("%s is refused as OpenTofu refuses it", (pattern) => {
  expect(() => compileRegex(pattern)).toThrow(EvaluationError);
});

test.each(["(?i)a", "(a*)*", "(?=a)", "\\pL", "a{1000}", "a".repeat(1000)])("%s is not told", (pattern) => {
  expect(() => compileRegex(pattern)).toThrow(NotToldError);
});

const atom = fc.constantFrom("a", "b", "ab", "[ab]", "(a|b)", "(?:ab)", ".", "a?", "b+", "a*", "[^b]", "(b?a)");

test("finds what JavaScript finds", () => {
  fc.assert(
    fc.property(
      fc.array(atom, { minLength: 1, maxLength: 4 }),
      fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 12 }),
      (atoms, text) => {
        const pattern = atoms.join("");
        const expected = new RegExp(pattern).exec(text);
        const match = findMatch(compileRegex(pattern), text);
        expect(match && text.slice(match[0], match[1])).toBe(expected?.[0]);
      },
    ),
  );
});
