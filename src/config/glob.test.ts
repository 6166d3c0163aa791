import { expect, test } from "vitest";
import { globFault, globTest } from "./glob.ts";

test.each([
  ["stacks/**", ["stacks/a.tf", "stacks/a/b.tf", "stacks"], ["other/stacks/a.tf", "stack/a"]],
  ["**", ["a", "a/b", ".git"], []],
  ["**/*.tf", ["main.tf", "a/b/.main.tf"], ["main.tf.json", "a.tf/b"]],
  ["*.tf", ["main.tf", ".tf"], ["a/main.tf"]],
  ["a/**/z", ["a/z", "a/b/z", "a/b/c/z", "a/z/z"], ["a/b", "z"]],
  ["a?c/*b*", ["abc/b", "a\u{1f600}c/xbx"], ["ac/b", "abc/x"]],
  ["{a,b/{c,d}}/*", ["a/x", "b/c/x", "b/d/x"], ["b/x", "c/x"]],
  ["a**b", ["ab", "axxb"], ["a/b"]],
  ["[ab]+(c).", ["[ab]+(c)."], ["a", "acc."]],
  ["{a", ["{a"], ["a"]],
])("%s", (glob, fitting, others) => {
  const matches = globTest([glob]);
  expect([...fitting, ...others].filter(matches)).toEqual(fitting);
});

test("a hostile glob takes no time", () => {
  expect(globTest([`${"*a".repeat(1000)}*b`])("a".repeat(4000))).toBe(false);
  expect(globTest([`${"**/a/".repeat(1000)}b`])("a/".repeat(2000))).toBe(false);
  expect(globFault("{a,b}".repeat(60))).toBe("has too many alternatives in braces");
});

test.each([
  ["stacks/{a,b/**", "has a { that is not closed"],
  ["stacks/a,b}/**", "has a } that closes nothing"],
  ["stacks/[ab/**", "has a [ that is not closed"],
  ["stacks/ab]/**", "has a ] that closes nothing"],
  ["{a,[b}", "has a [ that is not closed"],
  ["{a,{b,c}}/[d]/[{e}]", null],
])("%s is refused where it does not parse", (glob, fault) => {
  expect(globFault(glob)).toBe(fault);
});
