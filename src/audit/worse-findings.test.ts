import { expect, test } from "vitest";
import { treeOf } from "../../test/builders/tree.ts";
import { readRepository } from "../repository/read.ts";
import { judge, type Judged } from "./judge.ts";
import { rule } from "./rules/BOT001/rule.ts";
import { worseFindings } from "./worse-findings.ts";

/** What Renovate merges of these modules by these rules. */
function judged(renovate: string, ...modules: readonly string[]): Judged {
  const main = modules.map((name) => `module "${name}" {\n  source  = "example/${name}/aws"\n  version = "1.0.0"\n}\n`);
  const tree = treeOf({ "renovate.json": renovate, "main.tf": main.join("\n") });
  return judge(readRepository(tree), [rule], { severity: new Map(), today: "2026-01-01" });
}

const all = `{ "automerge": true }`;
const some = `{ "packageRules": [{ "matchPackageNames": ["example/b/aws"], "automerge": true }] }`;
const twice = `{ "packageRules": [
  { "matchPackageNames": ["example/b/aws"], "automerge": true },
  { "matchPackageNames": ["example/c/aws"], "automerge": true }
] }`;

test.each<[string, Judged, Judged, readonly string[]]>([
  ["the same", judged(all, "b"), judged(all, "b"), []],
  ["a module that comes before", judged(all, "b"), judged(all, "a", "b"), ["wider"]],
  ["a module that comes after", judged(all, "b"), judged(all, "b", "c"), ["wider"]],
  ["a module less", judged(all, "b", "c"), judged(all, "c"), []],
  ["the rule on other lines", judged(some, "b"), judged(some.replaceAll(" ", "\n"), "b"), []],
  ["another rule", judged(some, "b", "c"), judged(twice, "b", "c"), ["new"]],
  [
    "a rule before it",
    judged(some, "a", "b"),
    judged(some.replace("[{", '[{ "automerge": true }, {'), "a", "b"),
    ["new"],
  ],
])("what is worse: %s", (_, before, after, expected) => {
  expect(worseFindings(before, after).map(({ how }) => how)).toEqual(expected);
});
