import { readFileSync } from "node:fs";
import path from "node:path";
import { rules } from "../src/audit/rules/index.ts";
import { suppressionRules } from "../src/audit/suppressions/suppressions.ts";
import { casesOf } from "../test/builders/rule-case.ts";
import { rules as preflightRules } from "../src/preflight/rules/index.ts";
import { preflightRulePage, ruleList, rulePage } from "./docs/rule-pages.ts";
import { snapshotPages } from "./docs/snapshot-pages.ts";
import { bring } from "./generated.ts";

/**
 * Writes what is generated of the documentation: docs/rules from the rules, docs/snapshot from the table of kinds, docs/schema by tools/schema.ts, docs/images by
 * tools/picture.ts.
 * `--check` writes nothing and fails when a file differs, or is left over.
 */
const root = path.join(import.meta.dirname, "..");

function pages(): ReadonlyMap<string, string> {
  const proseOf = (...parts: readonly string[]) => readFileSync(path.join(root, "src", ...parts), "utf8");
  const prose = (...parts: readonly string[]) => proseOf("audit", ...parts);
  const ofSuppressions = Object.values(suppressionRules);
  return new Map([
    ["README.md", ruleList([...rules, ...ofSuppressions], preflightRules)],
    ...ofSuppressions.map((rule): [string, string] => [
      `${rule.id}.md`,
      rulePage(rule, prose("suppressions", `${rule.id}.md`), []),
    ]),
    ...rules.map((rule): [string, string] => [
      `${rule.id}.md`,
      rulePage(rule, prose("rules", rule.id, "rule.md"), casesOf(rule.id)),
    ]),
    ...preflightRules.map((rule): [string, string] => [
      `${rule.id}.md`,
      preflightRulePage(rule, proseOf("preflight/rules", rule.id, "rule.md")),
    ]),
  ]);
}

bring("docs/snapshot", snapshotPages(), { is: "what the table of kinds says", run: "npm run docs" });
bring("docs/rules", pages(), { is: "what the rules say", run: "npm run docs" });
await import("./schema.ts");
await import("./picture.ts");
