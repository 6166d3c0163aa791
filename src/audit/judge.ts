import { severities, type Finding, type Severity } from "../model/finding.ts";
import type { SourceFile } from "../model/source.ts";
import type { Repository } from "../repository/repository.ts";
import { buildMatrix } from "./build-matrix.ts";
import type { Row } from "./matrix.ts";
import type { Rule } from "./rule.ts";
import { applySuppressions, type KeptOut } from "./suppressions/suppressions.ts";

/** What a person can set about the judgement. */
export interface JudgeSettings {
  /** By rule id; a rule that is not named keeps the severity that it gives. */
  readonly severity: ReadonlyMap<string, Severity | "off">;
  /** The day that suppressions are held against, `YYYY-MM-DD`. */
  readonly today: string;
  /** Whether the comments of a path are judged; default all. */
  readonly isChosen?: (path: string) => boolean;
}

/** The judgement of a repository: the matrix, and what the rules say of it, worst first. */
export interface Judged {
  readonly repository: Repository;
  readonly rows: readonly Row[];
  readonly findings: readonly Finding[];
  readonly suppressed: readonly KeptOut[];
}

export function judge(repository: Repository, rules: readonly Rule[], settings: JudgeSettings): Judged {
  const rows = buildMatrix(repository);
  const audited = { repository, rows };
  const found = rules.flatMap((rule) => withSeverity(rule, [...rule.check(audited)], settings));
  const ruleIds = rules.map(({ id }) => id);
  const { kept, suppressed } = applySuppressions(found, repository.files, settings.today, ruleIds, settings.isChosen);
  const findings = kept.flatMap((finding) => reSeveritied(finding, settings)).toSorted(bySeverity(repository.files));
  return { repository, rows, findings, suppressed };
}

function withSeverity(rule: Rule, found: readonly Finding[], { severity }: JudgeSettings): readonly Finding[] {
  return (severity.get(rule.id) ?? rule.severity) === "off" ? [] : found;
}

/** Findings of suppressions come after the rules, and take their severity from the settings just the same. */
function reSeveritied(finding: Finding, { severity }: JudgeSettings): Finding[] {
  const set = severity.get(finding.rule);
  if (set === "off") return [];
  return [set === undefined ? finding : { ...finding, severity: set }];
}

function bySeverity(files: readonly SourceFile[]) {
  const rank = ({ severity }: Finding) => severities.indexOf(severity);
  const path = ({ at }: Finding) => files[at[0]?.file ?? -1]?.path ?? "";
  return (a: Finding, b: Finding): number => {
    if (rank(a) !== rank(b)) return rank(a) - rank(b);
    if (a.rule !== b.rule) return a.rule < b.rule ? -1 : 1;
    if (path(a) !== path(b)) return path(a) < path(b) ? -1 : 1;
    return (a.at[0]?.start ?? 0) - (b.at[0]?.start ?? 0);
  };
}
