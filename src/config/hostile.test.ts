import { expect, test } from "vitest";
import { readConfig } from "./read.ts";

function problems(text: string): string[] {
  const read = readConfig(text, ["HELM001", "HELM002", "IMG001", "IGN001"]);
  return "config" in read ? [] : read.problems.map(({ line, column, text: what }) => `${line}:${column} ${what}`);
}

test.each([
  ["clusters is no list", "clusters: home\n", ["1:11 clusters: Invalid input: expected array, received string"]],
  [
    "a cluster without a name",
    "clusters:\n  - paths: [a]\n",
    ["2:5 clusters.0.name: Invalid input: expected string, received undefined"],
  ],
  [
    "an empty name",
    'clusters:\n  - {name: "", paths: []}\n',
    ["2:12 clusters.0.name: Too small: expected string to have >=1 characters"],
  ],
  [
    "a glob that is a number",
    "clusters:\n  - name: a\n    paths: [1]\n",
    ["3:13 clusters.0.paths.0: Invalid input: expected string, received number"],
  ],
  [
    "two unknown keys further in",
    "paths:\n  exlude: [a]\n  includes: [b]\n",
    ["2:3 paths.exlude: no such key", "3:3 paths.includes: no such key"],
  ],
  ["a severity of no rule", "severity: {helm1: low}\n", ["1:12 severity.helm1: a rule id, such as HELM001"]],
  [
    "an unknown severity",
    "severity: {HELM001: fatal}\n",
    ['1:21 severity.HELM001: Invalid option: expected one of "off"|"block"|"high"|"medium"|"low"|"info"'],
  ],
  [
    "failOn that YAML 1.1 would take for true",
    "failOn: yes\n",
    ['1:9 failOn: Invalid option: expected one of "block"|"high"|"medium"|"low"|"info"|"never"'],
  ],
  [
    "a baseline outside",
    "baseline: ../../etc/passwd\n",
    ["1:11 baseline: has to stay inside the directory of holdfast.yaml"],
  ],
  [
    "a state file outside",
    "state:\n  - stack: a\n    file: /etc/passwd\n",
    ["3:11 state.0.file: has to stay inside the directory of holdfast.yaml"],
  ],
  [
    "a glob outside",
    "paths: {include: [a/../../b]}\n",
    ["1:19 paths.include.0: has to stay inside the directory of holdfast.yaml"],
  ],
  [
    "a glob of many alternatives",
    `paths: {exclude: ["${"{a,b}".repeat(30)}"]}\n`,
    ["1:19 paths.exclude.0: has too many alternatives in braces"],
  ],
  [
    "a glob with a brace left open",
    "paths: {include: ['a/{b,c']}\n",
    ["1:19 paths.include.0: has a { that is not closed"],
  ],
  [
    "two clusters of one name",
    "clusters:\n  - {name: a, paths: [a]}\n  - {name: b, paths: [b]}\n  - {name: a, paths: ['c[']}\n",
    ['4:12 clusters.2.name: a second cluster named "a"', "4:23 clusters.2.paths.0: has a [ that is not closed"],
  ],
  [
    "severities of rules that do not exist, and whatever else is wrong",
    "severity:\n  HELM001: low\n  HLEM002: low\n  IMG007: loud\nfailOn: x\n",
    [
      "3:3 severity.HLEM002: no such rule; nearest: HELM002, HELM001, IMG001",
      "4:3 severity.IMG007: no such rule; nearest: IMG001, IGN001, HELM001",
      '4:11 severity.IMG007: Invalid option: expected one of "off"|"block"|"high"|"medium"|"low"|"info"',
      '5:9 failOn: Invalid option: expected one of "block"|"high"|"medium"|"low"|"info"|"never"',
    ],
  ],
  ["two documents", "failOn: low\n---\nfailOn: high\n", ["2:1 a second document: there can be only one"]],
  ["an alias without anchor", "failOn: *a\n", ["1:1 an alias that has no anchor, or stands for too much"]],
  ["100,000 brackets", `paths: ${"[".repeat(100_000)}\n`, ["1:1 nested deeper than 200: not read"]],
  ["too large", `#${"x".repeat(300_000)}`, ["1:1 over the cap of 262144 characters"]],
  [
    "the names of what every object has",
    "__proto__: {failOn: low}\nconstructor: 1\n",
    ["1:1 __proto__: no such key", "2:1 constructor: no such key"],
  ],
])("says where it is wrong: %s", (_, text, found) => {
  expect(problems(text)).toEqual(found);
});

test("an alias bomb is refused in no time", () => {
  const lines = Array.from(
    { length: 12 },
    (_, index) => `a${index + 1}: &a${index + 1} [${Array(10).fill(`*a${index}`).join(",")}]`,
  );
  expect(problems(`a0: &a0 [x]\n${lines.join("\n")}\n`)).toEqual([
    expect.stringMatching(/^\d+:1 aliases stand for more than/),
  ]);
});

test("a byte order mark and carriage returns do no harm", () => {
  expect(readConfig("\uFEFFfailOn: low\r\n")).toEqual({ config: { failOn: "low" } });
});
