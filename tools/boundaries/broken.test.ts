import { expect, test } from "vitest";
import { boundaries } from "./boundaries.ts";
import { broken, explain } from "./broken.ts";
import type { Graph, Import } from "./graph.ts";

/** `a: b c` reads: a imports b and c. `type:b` is an import of types. */
function graph(...lines: string[]): Graph {
  return new Map(
    lines.map((line) => {
      const [file = "", imports = ""] = line.split(": ");
      return [file, imports.split(" ").filter(Boolean).map(toImport)] as const;
    }),
  );
}

function toImport(text: string): Import {
  return text.startsWith("type:") ? { to: text.slice(5), kind: "type" } : { to: text, kind: "code" };
}

test("a tree that keeps to the rules breaks none", () => {
  const fine = graph(
    "src/main.ts: src/commands/audit.ts package:commander",
    "src/commands/audit.ts: src/audit/audit.ts src/outside/directory.ts src/report/text.ts",
    "src/outside/directory.ts: node:fs type:src/repository/tree.ts",
    "src/audit/audit.ts: src/audit/rules/index.ts",
    "src/audit/rules/index.ts: src/audit/rules/helm001/rule.ts src/audit/rules/keel001/rule.ts",
    "src/audit/rules/helm001/rule.ts: src/audit/rules/helm001/text.ts src/model/finding.ts",
    "src/audit/rules/helm001/text.ts: type:src/audit/matrix.ts",
    "src/report/text.ts: src/model/finding.ts node:util package:zod",
    "src/upgrade/plan.ts: src/audit/audit.ts",
  );
  expect(broken(fine, boundaries)).toEqual([]);
});

test.each([
  [
    "judging reaches a file two steps away",
    ["src/audit/a.ts: src/model/b.ts", "src/model/b.ts: node:fs"],
    ["src/audit/a.ts", "src/model/b.ts", "node:fs"],
  ],
  ["judging reaches outside", ["src/report/a.ts: src/outside/b.ts"], ["src/report/a.ts", "src/outside/b.ts"]],
  [
    "judging draws in a package that is not known to be pure",
    ["src/audit/a.ts: package:got"],
    ["src/audit/a.ts", "package:got"],
  ],
  [
    "a subpath of a module of Node",
    ["src/repository/a.ts: node:fs/promises"],
    ["src/repository/a.ts", "node:fs/promises"],
  ],
  [
    "the model draws in the repository",
    ["src/model/a.ts: src/repository/b.ts"],
    ["src/model/a.ts", "src/repository/b.ts"],
  ],
  [
    "reading knows of judging, by a type",
    ["src/repository/a.ts: type:src/audit/b.ts"],
    ["src/repository/a.ts", "src/audit/b.ts"],
  ],
  [
    "a rule draws in another rule",
    ["src/audit/rules/x/rule.ts: src/audit/rules/y/rule.ts"],
    ["src/audit/rules/x/rule.ts", "src/audit/rules/y/rule.ts"],
  ],
  [
    "a mover takes from a rule",
    ["src/audit/movers/a.ts: src/audit/rules/x/rule.ts"],
    ["src/audit/movers/a.ts", "src/audit/rules/x/rule.ts"],
  ],
  [
    "a new folder touches the world",
    ["src/ledger/a.ts: node:child_process"],
    ["src/ledger/a.ts", "node:child_process"],
  ],
  ["a command reads files itself", ["src/commands/a.ts: node:fs"], ["src/commands/a.ts", "node:fs"]],
  [
    "something depends on a command",
    ["src/outside/a.ts: src/commands/b.ts"],
    ["src/outside/a.ts", "src/commands/b.ts"],
  ],
  [
    "a capability reaches another",
    ["src/sweep/a.ts: src/model/b.ts", "src/model/b.ts: src/preflight/c.ts"],
    ["src/sweep/a.ts", "src/model/b.ts", "src/preflight/c.ts"],
  ],
  ["a capability reaches upgrade", ["src/audit/a.ts: src/upgrade/b.ts"], ["src/audit/a.ts", "src/upgrade/b.ts"]],
  [
    "two folders form a circle, one way by types only",
    ["src/audit/a.ts: src/report/b.ts", "src/report/c.ts: type:src/audit/d.ts"],
    ["src/audit/a.ts", "src/report/b.ts", "src/report/c.ts", "src/audit/d.ts"],
  ],
])("%s", (_, lines, path) => {
  expect(broken(graph(...lines), boundaries).map((each) => each.path)).toContainEqual(path);
});

test("says the path and the reason", () => {
  const [first] = broken(graph("src/audit/a.ts: node:fs"), boundaries);
  expect(first && explain(first)).toMatchInlineSnapshot(`
    "src/audit/a.ts
      imports node:fs
      but: Judging is pure: what it needs of the world is passed in, so that tests and production run the same code."
  `);
});

test("groups of a rule are told apart by what * stands for", () => {
  const rule = { reason: "", from: ["src/rules/*/"], over: "direct", never: ["src/rules/*/"] } as const;
  const own = graph("src/rules/a/rule.ts: src/rules/a/more.ts src/rules/list.ts");
  expect(broken(own, [rule])).toEqual([]);
});
