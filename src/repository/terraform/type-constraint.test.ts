import { expect, test } from "vitest";
import { parseExpression } from "../hcl/parse.ts";
import { encodeJson } from "./json-encode.ts";
import { evaluate } from "./evaluate.ts";
import { convertTo } from "./type-constraint.ts";
import type { Scope } from "./scope.ts";

const scope: Scope = {
  file: { id: 0, path: "main.tf", text: "", tracked: true },
  lookup: () => undefined,
  open: () => ({ kind: "unknown", reason: { code: "file-unreadable", text: "", at: [] }, at: [] }),
  list: () => null,
};

function converted(value: string, type: string): string {
  const result = convertTo(evaluate(parseExpression(value).expression, scope), parseExpression(type).expression);
  return result.kind === "unknown" ? `?${result.reason.code}` : encodeJson(result);
}

test.each([
  ["5", "string", '"5"'],
  ['"1.50"', "number", "1.5"],
  ['"yes"', "bool", "?type-mismatch"],
  ["null", "string", "null"],
  ['[1, "a"]', "list(string)", '["1","a"]'],
  ['["b", "a", "b"]', "set(string)", '["a","b"]'],
  ["{ a = 1, b = true }", "map(string)", '{"a":"1","b":"true"}'],
  ['{ a = 1, b = [2, "x"] }', "any", '{"a":1,"b":[2,"x"]}'],
  ["[1]", "list(any)", "[1]"],
  ['{ name = "n", extra = 1 }', "object({ name = string })", '{"name":"n"}'],
  ["{}", "object({ name = string })", "?type-mismatch"],
  ["{}", "object({ name = optional(string) })", '{"name":null}'],
  ["{ name = null }", 'object({ name = optional(string, "d") })', '{"name":"d"}'],
  ["{}", "object({ deep = optional(object({ x = optional(number, 3) }), {}) })", '{"deep":{"x":3}}'],
  ["[{}, { on = false }]", "list(object({ on = optional(bool, true) }))", '[{"on":true},{"on":false}]'],
  ["{ k = {} }", 'map(object({ v = optional(string, "d") }))', '{"k":{"v":"d"}}'],
  ['["a", "1"]', "tuple([string, number])", '["a",1]'],
  ["5", "nonsense", "?syntax-error"],
])("%s as %s is %s", (value, type, expected) => {
  expect(converted(value, type)).toBe(expected);
});
