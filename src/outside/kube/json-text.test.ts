import fc from "fast-check";
import { expect, test } from "vitest";
import { objectsIn, valueOf } from "./json-text.ts";

/** The texts of the objects in the array at a key. */
function objects(text: string, key = "items"): string[] | null {
  const part = valueOf(text, key);
  return part === null ? null : (objectsIn(text, part)?.map(({ start, end }) => text.slice(start, end)) ?? null);
}

test("what stands in any JSON is found as it stands", () => {
  const spaced = fc.constantFrom(undefined, 1, "\t");
  const items = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 5 });
  fc.assert(
    fc.property(items, fc.jsonValue(), spaced, (all, other, space) => {
      const text = JSON.stringify({ other, "items\\": [], items: all, later: '"items":[{}]' }, null, space);
      expect(objects(text)?.map((each) => JSON.parse(each))).toEqual(JSON.parse(text).items);
    }),
  );
});

test.each<[string, string[] | null]>([
  ['{"items":[]}', []],
  [' { "items" : [ { } , {"a":"]}\\""} ] } ', ["{ }", '{"a":"]}\\""}']],
  ['{"a":{"items":[{}]},"items":[{"b":1}]}', ['{"b":1}']],
  ['{"a":[{"items":[{}]}]}', null],
  ['{"a":"\\\\","items":[{}]}', ["{}"]],
  ['{"items":[{}],"items":[]}', null],
  ['{"items":{}}', null],
  ['{"items":[{},1]}', null],
  ['{"items":[{},]}', null],
  ['{"items":[{}{}]}', null],
  ['{"items":[{}}', null],
  ['{"items":[{}]', null],
  ['{"items":[{}],', null],
  ['{"items" [{}]}', null],
  ['[{"items":[{}]}]', null],
  ['{"items":[{"a":"', null],
  ["", null],
])("%s", (text, expected) => {
  expect(objects(text)).toEqual(expected);
});

test("what is taken out of JSON is JSON, and any other text comes to an end", () => {
  const signs = fc.array(fc.constantFrom("{", "}", "[", "]", '"', ",", ":", "\\", " ", "1"), { maxLength: 60 });
  fc.assert(
    fc.property(signs, (parts) => {
      const text = `{"items":[${parts.join("")}`;
      const found = objects(text) ?? [];
      expect(!isJson(text) || found.every(isJson)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
