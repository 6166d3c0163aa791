import type { RuleMetadata } from "../../src/audit/rule.ts";
import type { PreflightRuleMetadata } from "../../src/preflight/rule.ts";
import type { RuleCase } from "../../test/builders/rule-case.ts";

const generated = "<!-- Generated from src/audit/rules by npm run docs. Do not edit. -->";
const ofPreflight = "<!-- Generated from src/preflight/rules by npm run docs. Do not edit. -->";

/** The tables of all rules. */
export function ruleList(rules: readonly RuleMetadata[], preflight: readonly PreflightRuleMetadata[]): string {
  const rows = rules.map(
    ({ id, title, severity, severityNote, fix }) =>
      `| [${id}](${id}.md) | ${cell(title)} | ${severity}${severityNote === undefined ? "" : " *"} | ${fix === "none" ? "" : "yes"} |`,
  );
  return `${generated}

# Rules

| id | what | severity | \`--fix\` |
|---|---|---|---|
${rows.join("\n")}

\\* differs by case: the page of the rule says how. [holdfast.yaml](../configuration.md) can set another severity for a rule,
or switch it off or on. How to suppress one finding is in [holdfast audit](../commands/audit.md#suppress-a-finding).

## Of preflight

| id | what | severity |
|---|---|---|
${preflight.map(({ id, title, severity, severityNote }) => `| [${id}](${id}.md) | ${cell(title)} | ${severity}${severityNote === undefined ? "" : " *"} |`).join("\n")}

What they find cannot be suppressed: [holdfast preflight](../commands/preflight.md) has \`--fail-on\`.
`;
}

/** The page of a rule of preflight. */
export function preflightRulePage(rule: PreflightRuleMetadata, prose: string): string {
  return `${ofPreflight}

# ${rule.id}: ${rule.title}

| | |
|---|---|
| name | \`${rule.name}\` |
| severity | ${rule.severity}${rule.severityNote === undefined ? "" : `; ${cell(rule.severityNote)}`} |
| command | [holdfast preflight](../commands/preflight.md) |

${prose.trim()}
`;
}

/** The page of one rule: what it is, the prose of its folder, its cases as examples. */
export function rulePage(rule: RuleMetadata, prose: string, cases: readonly RuleCase[]): string {
  const firing = cases.filter(({ expected }) => expected !== "");
  const silent = cases.filter(({ expected }) => expected === "");
  return `${generated}

# ${rule.id}: ${rule.title}

| | |
|---|---|
| name | \`${rule.name}\` |
| severity | ${rule.severity}${rule.severityNote === undefined ? "" : `; ${cell(rule.severityNote)}`} |
| fix | ${rule.fix === "pin" ? "`--fix` writes the deployed version, where it is proven" : "by hand"} |

${prose.trim()}

${cases.length === 0 ? switchedOff(rule) : suppressedAndShown(rule, [...firing, ...silent])}`;
}

/** A finding about a suppression cannot be suppressed, and has no cases of its own. */
function switchedOff({ id }: RuleMetadata): string {
  return `## Switch it off

\`severity: { ${id}: off }\` in holdfast.yaml. A comment cannot suppress it: it is about comments.
`;
}

function suppressedAndShown(rule: RuleMetadata, cases: readonly RuleCase[]): string {
  return `## Suppress it

\`\`\`hcl
# holdfast: ignore[${rule.id}] until=2027-01-31 reason=why it may stay so
\`\`\`

on the line of the finding or right above it; \`severity: { ${rule.id}: off }\` in holdfast.yaml switches the rule off.

## Examples

Each is a case that the tests run.

${cases.map(example).join("\n")}`;
}

function example({ title, expected, files, cluster, untracked }: RuleCase): string {
  const beside =
    cluster === null
      ? []
      : [`In the cluster; of a Secret, what Helm packs into it is shown unpacked:\n\n${fenced("yaml", cluster)}`];
  const shown = [...files].map(
    ([path, text]) =>
      `\`${path}\`${untracked.includes(path) ? " (not tracked)" : ""}\n\n${fenced(languageOf(path), text)}`,
  );
  const outcome = expected === "" ? "No finding.\n" : fenced("text", expected);
  return `### ${title}\n\n${[...shown, ...beside].join("\n")}\n${outcome}`;
}

/** A fence longer than any in the text. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n*$/, "\n")}${fence}\n`;
}

function languageOf(path: string): string {
  const ending = path.slice(path.lastIndexOf(".") + 1);
  return ending === "tf" || ending === "tfvars" ? "hcl" : ending;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
