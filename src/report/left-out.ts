import type { Judged } from "../audit/judge.ts";
import { atLeast, type Finding, type Severity } from "../model/finding.ts";
import type { LeftOutFile } from "../repository/repository.ts";
import type { AuditReport } from "./audit-report.ts";

/** The settings that leave something out of a report. */
export interface LeavingOut {
  /** The file that they stand in, as people know it: `holdfast.yaml`, or what `--config` names. */
  readonly file: string;
  /** What of `paths` leaves a path out; `null`: nothing. */
  readonly pathsLeaveOut: (path: string) => LeftOutBy | null;
  /** The severity from which findings decide the exit code. */
  readonly failOn: Severity;
}

/** `glob` is one of `paths.exclude`, or `null` for what is not among `paths.include`. */
export interface LeftOutBy {
  readonly setting: "paths.include" | "paths.exclude";
  readonly glob: string | null;
}

type LeftOut = AuditReport["leftOut"];

/** What the settings keep out of a report, counted: files by the setting, findings by their rule. */
export function countLeftOut(
  { repository, switchedOff, lowered }: Judged,
  reported: readonly Finding[],
  { file, pathsLeaveOut, failOn }: LeavingOut,
): LeftOut {
  const below = reported.filter((finding) => {
    const own = lowered.get(finding);
    return own !== undefined && atLeast(own, failOn) && !atLeast(finding.severity, failOn);
  });
  return {
    by: file,
    paths: byPath(repository.leftOut, pathsLeaveOut),
    rules: byRule(switchedOff),
    lowered: [...Map.groupBy(below, ({ rule, severity }) => `${rule} ${severity}`).values()].flatMap((some) =>
      some.slice(0, 1).map(({ rule, severity }) => ({ rule, severity, findings: some.length })),
    ),
  };
}

function byPath(files: readonly LeftOutFile[], pathsLeaveOut: LeavingOut["pathsLeaveOut"]): LeftOut["paths"] {
  const placed = files.flatMap(({ path, kind }) => {
    const by = pathsLeaveOut(path);
    return by === null ? [] : [{ ...by, kind }];
  });
  return [...Map.groupBy(placed, ({ setting, glob }) => `${setting} ${glob}`).values()].flatMap((some) =>
    some.slice(0, 1).map(({ setting, glob }) => ({ setting, glob, files: byKind(some) })),
  );
}

/** Number of files by kind. */
export function byKind(files: readonly Pick<LeftOutFile, "kind">[]): Record<LeftOutFile["kind"], number> {
  const counts = { terraform: 0, terragrunt: 0, manifest: 0 };
  for (const { kind } of files) counts[kind] += 1;
  return counts;
}

/** Number of findings by rule, in the order in which rules come. */
export function byRule(findings: readonly Finding[]): LeftOut["rules"] {
  return [...Map.groupBy(findings, ({ rule }) => rule)].map(([rule, some]) => ({ rule, findings: some.length }));
}
