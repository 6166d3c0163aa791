import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { rules } from "../src/audit/rules/index.ts";
import { suppressionRules } from "../src/audit/suppressions/suppressions.ts";
import { casesOf } from "../test/builders/rule-case.ts";
import { ruleList, rulePage } from "./docs/rule-pages.ts";

/**
 * Writes what is generated of the documentation: docs/rules from the rules, docs/schema by tools/schema.ts, docs/images by
 * tools/picture.ts.
 * `--check` writes nothing and fails when a file differs, or is left over.
 */
const root = path.join(import.meta.dirname, "..");
const check = process.argv.includes("--check");

function pages(): ReadonlyMap<string, string> {
  const prose = (...parts: readonly string[]) => readFileSync(path.join(root, "src/audit", ...parts), "utf8");
  const ofSuppressions = Object.values(suppressionRules);
  return new Map([
    ["README.md", ruleList([...rules, ...ofSuppressions])],
    ...ofSuppressions.map((rule): [string, string] => [
      `${rule.id}.md`,
      rulePage(rule, prose("suppressions", `${rule.id}.md`), []),
    ]),
    ...rules.map((rule): [string, string] => [
      `${rule.id}.md`,
      rulePage(rule, prose("rules", rule.id, "rule.md"), casesOf(rule.id)),
    ]),
  ]);
}

function bring(folder: string, wanted: ReadonlyMap<string, string>): void {
  mkdirSync(folder, { recursive: true });
  const there = new Map(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), "utf8")]));
  const changed = [...wanted].filter(([name, text]) => there.get(name) !== text);
  const leftOver = [...there.keys()].filter((name) => !wanted.has(name));
  if (check) {
    const complaints = [...changed.map(([name]) => name), ...leftOver];
    for (const name of complaints) console.error(`docs/rules/${name} is not what the rules say. Run: npm run docs`);
    if (complaints.length > 0) process.exitCode = 1;
    return;
  }
  for (const [name, text] of changed) writeFileSync(path.join(folder, name), text);
  for (const name of leftOver) rmSync(path.join(folder, name));
}

bring(path.join(root, "docs/rules"), pages());
await import("./schema.ts");
await import("./picture.ts");
