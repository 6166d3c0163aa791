import type { AuditReport } from "./audit-report.ts";
import { count } from "./count.ts";

/**
 * Sentences about what settings keep out of the report; none where they keep nothing out. They contain names and globs of
 * the repository raw.
 */
export function leftOutSentences({ leftOut }: AuditReport): readonly string[] {
  const { by, paths, rules, lowered } = leftOut;
  const parts = [...paths.map(pathsText), ...rules.map(ruleText)];
  const low = lowered.map(({ rule, severity, findings }) => `${rule} to ${severity} (${count(findings, "finding")})`);
  return [
    ...(parts.length === 0 ? [] : [`Left out by ${by}: ${parts.join(", ")}.`]),
    ...(low.length === 0 ? [] : [`Lowered below --fail-on by ${by}: ${low.join(", ")}.`]),
  ];
}

/** All that is kept out of the report, for where there is no report to say it in. */
export function leftOutNotes(report: AuditReport): readonly string[] {
  const suppressed = suppressedParts(report.summary);
  return [
    silencedSentence(report),
    ...leftOutSentences(report),
    ...(suppressed.length === 0 ? [] : [`Findings left out: ${suppressed.join(", ")}.`]),
  ].filter((sentence) => sentence !== "");
}

/** How many findings the comments and the baseline keep out, behind the number of those that are reported. */
export function suppressedSentences({ summary }: AuditReport): readonly string[] {
  return suppressedParts(summary).map((part) => `${part}.`);
}

function suppressedParts({ suppressed, baselined }: AuditReport["summary"]): readonly string[] {
  return [
    ...(suppressed === 0 ? [] : [`${suppressed} suppressed in the files`]),
    ...(baselined === 0 ? [] : [`${baselined} in the baseline`]),
  ];
}

/** `Since main, holdfast.yaml or the baseline leave out more: 2 files, BOT001 (1 finding). ...`; empty where they do not. */
export function silencedSentence({ leftOut, revision }: AuditReport): string {
  const { silenced, by } = leftOut;
  if (silenced === undefined || revision === null) return "";
  const files = filesText(silenced.files);
  const parts = [...(files === null ? [] : [files]), ...silenced.rules.map(ruleText)];
  if (parts.length === 0) return "";
  return `Since ${revision}, ${by} or the baseline leave out more: ${parts.join(", ")}. This report is judged as at ${revision}.`;
}

type Files = AuditReport["leftOut"]["paths"][number]["files"];

function pathsText({ glob, files }: AuditReport["leftOut"]["paths"][number]): string {
  const where = glob === null ? "not in paths.include" : glob;
  return `${filesText(files) ?? ""} (${where}: ${kindsText(files)})`;
}

function filesText(files: Files): string | null {
  const total = files.terraform + files.terragrunt + files.manifest;
  return total === 0 ? null : count(total, "file");
}

function kindsText({ terraform, terragrunt, manifest }: Files): string {
  const kinds = [
    ...(terraform === 0 ? [] : [`${terraform} Terraform`]),
    ...(terragrunt === 0 ? [] : [`${terragrunt} Terragrunt`]),
    ...(manifest === 0 ? [] : [count(manifest, "manifest")]),
  ];
  return kinds.join(", ");
}

function ruleText({ rule, findings }: AuditReport["leftOut"]["rules"][number]): string {
  return `${rule} (${count(findings, "finding")})`;
}
