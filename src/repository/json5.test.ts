import fc from "fast-check";
import { expect, test } from "vitest";
import { parseJson5 } from "./json5.ts";
import type { Value } from "./value.ts";

function read(text: string): unknown {
  const parsed = parseJson5(text, (start, end) => ({ file: 0, start, end }));
  return "kind" in parsed ? plain(parsed) : parsed;
}
function plain(value: Value): unknown {
  switch (value.kind) {
    case "mapping":
      return Object.fromEntries([...value.entries].map(([key, item]) => [key, plain(item)]));
    case "list":
      return value.items.map(plain);
    case "null":
      return null;
    case "unknown":
      return value.reason.code;
    default:
      return value.value;
  }
}

test.each([
  [
    `{"a": [1, -2.5, 1e3, true, false, null, "x\\n\\u00e9\\/"]}`,
    { a: [1, -2.5, 1000, true, false, null, "x\n\u00e9/"] },
  ],
  [
    "{a: 'it\"s', $b_1: .5, 'c d': +1, e: 0x1F, f: 5., g: -Infinity,}",
    { a: 'it"s', $b_1: 0.5, "c d": 1, e: 31, f: 5, g: Number.NEGATIVE_INFINITY },
  ],
  ["\uFEFF// one\n{ /* two */ a: /* three */ [1, /* four */], } // five", { a: [1] }],
  ["'a\\\nb\\\r\nc\\x41\\q'", "abcAq"],
  ['"a://b"', "a://b"],
  ['{"a": 1, "a": 2}', { a: 2 }],
])("%j", (text, expected) => {
  expect(read(text)).toEqual(expected);
});

test.each([
  "",
  "{",
  "[1",
  "{a 1}",
  "{a: }",
  "[1 2]",
  "'a",
  '"a\nb"',
  "{} x",
  "tru",
  "1.2.3",
  "{a: 1, , }",
  "[".repeat(100_000),
  "/* x",
])("%.20j is refused with the place", (text) => {
  expect(read(text)).toEqual({ message: expect.any(String), at: expect.any(Number) });
});

test("all that JSON can say comes back", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
      expect(read(JSON.stringify(value, null, indent))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("values know their places", () => {
  const text = "{ a: [ 'b' ] }";
  const parsed = parseJson5(text, (start, end) => ({ file: 0, start, end }));
  if (!("kind" in parsed) || parsed.kind !== "mapping") throw new Error("not a mapping");
  const list = parsed.entries.get("a");
  const item = list?.kind === "list" ? list.items[0] : undefined;
  expect([parsed, list, item].map((value) => value?.at.map(({ start, end }) => text.slice(start, end)))).toEqual([
    ["{ a: [ 'b' ] }"],
    ["[ 'b' ]"],
    ["'b'"],
  ]);
});
