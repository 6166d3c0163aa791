import { atLeast, severities, type Finding, type Severity } from "../model/finding.ts";
import type { RunningCluster } from "../model/running-cluster.ts";
import type { SourceFile } from "../model/source.ts";
import type { Repository } from "../repository/repository.ts";
import { buildMatrix } from "./build-matrix.ts";
import { compare, type Comparison } from "./cluster/comparison.ts";
import type { Row } from "./matrix.ts";
import type { Rule } from "./rule.ts";
import { applySuppressions, suppressionRules, type KeptOut } from "./suppressions/suppressions.ts";

/** What a person can set about the judgement. */
export interface JudgeSettings {
  /** By rule id; a rule that is not named keeps the severity that it gives. */
  readonly severity: ReadonlyMap<string, Severity | "off">;
  /** The day that suppressions are held against, `YYYY-MM-DD`. */
  readonly today: string;
  /** Whether the comments of a path are judged; default all. */
  readonly isChosen?: (path: string) => boolean;
  /** What runs, and the name that holdfast.yaml gives that cluster, or `null`; default: no cluster is read. */
  readonly cluster?: { readonly running: RunningCluster; readonly name: string | null };
}

/** The judgement of a repository: the matrix, and what the rules say of it, worst first. */
export interface Judged {
  /** As it was read; with a cluster, its objects are among the files. */
  readonly repository: Repository;
  readonly rows: readonly Row[];
  /** The cluster beside it; `null`: none was read. */
  readonly comparison: Comparison | null;
  readonly findings: readonly Finding[];
  readonly suppressed: readonly KeptOut[];
  /** What rules found that the settings switch off; rules that are off by themselves do not run. */
  readonly switchedOff: readonly Finding[];
  /** Ids of the rules that report nothing: off by the settings, or by themselves. */
  readonly off: ReadonlySet<string>;
  /** The severity that a rule gave, of the findings to which the settings give a lower one. */
  readonly lowered: ReadonlyMap<Finding, Severity>;
}

export function judge(read: Repository, rules: readonly Rule[], settings: JudgeSettings): Judged {
  const { cluster } = settings;
  const comparison = cluster === undefined ? null : compare(read, cluster.running, cluster.name);
  const repository = comparison === null ? read : { ...read, files: [...read.files, ...comparison.files] };
  const rows = buildMatrix(repository, comparison);
  const audited = { repository, rows, comparison };
  const set = ({ rule }: Finding) => settings.severity.get(rule);
  const found = rules.filter((rule) => runs(rule, settings)).flatMap((rule) => [...rule.check(audited)]);
  const wanted = found.filter((finding) => set(finding) !== "off");
  const ruleIds = rules.map(({ id }) => id);
  const { kept, suppressed } = applySuppressions(wanted, repository.files, settings.today, ruleIds, settings.isChosen);
  const lowered = new Map<Finding, Severity>();
  const findings = kept.flatMap((finding) => {
    const severity = set(finding) ?? finding.severity;
    if (severity === "off") return [];
    const changed = { ...finding, severity };
    if (!atLeast(severity, finding.severity)) lowered.set(changed, finding.severity);
    return [changed];
  });
  return {
    repository,
    rows,
    comparison,
    findings: findings.toSorted(bySeverity(repository.files)),
    suppressed,
    // Findings of suppressions come after the rules, and are switched off by the settings just the same.
    switchedOff: [...found, ...kept].filter((finding) => set(finding) === "off"),
    off: offRules(rules, settings),
    lowered,
  };
}

/** A rule that the settings switch off runs all the same: what it finds is counted. */
function runs({ id, severity: own }: Rule, { severity }: JudgeSettings): boolean {
  return own !== "off" || (severity.get(id) ?? "off") !== "off";
}

function offRules(rules: readonly Rule[], { severity }: JudgeSettings): ReadonlySet<string> {
  const all = [...rules, ...Object.values(suppressionRules)];
  return new Set(all.filter((rule) => (severity.get(rule.id) ?? rule.severity) === "off").map(({ id }) => id));
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
