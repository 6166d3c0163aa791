import { atLeast, type Finding, type Severity } from "../model/finding.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Judged } from "./judge.ts";
import { cellKey, cellRank, type Cell, type Row } from "./matrix.ts";
import { worseFindings } from "./worse-findings.ts";

/** What is worse after than before: cells that stand worse, subjects that are new and not held, findings that are new or wider. */
export function worsened(before: Judged, after: Judged): Judged {
  const cells = cellsByKey(before.rows);
  return {
    ...after,
    rows: after.rows.filter((row) => isWorse(row, cells)),
    findings: worseFindings(before, after).map(({ finding }) => finding),
  };
}

/** A judgement with the severity that fails by it. */
export type Limited = Pick<Judged, "findings" | "repository"> & { readonly failOn: Severity | "never" };

/** Findings of one tree that one way to judge it reports, and another leaves out or lets pass. */
export function silencedFindings(then: Limited, now: Limited): readonly Finding[] {
  const fails = (finding: Finding, { failOn }: Limited) => failOn !== "never" && atLeast(finding.severity, failOn);
  const reported = new Map(now.findings.map((finding) => [fingerprint(finding, now.repository.files), finding]));
  return then.findings.filter((finding) => {
    const same = reported.get(fingerprint(finding, then.repository.files));
    return same === undefined || (fails(finding, then) && !fails(same, now));
  });
}

function cellsByKey(rows: readonly Row[]): ReadonlyMap<string, Cell> {
  const cells = new Map<string, Cell>();
  for (const { subjects } of rows) {
    for (const subject of subjects)
      for (const [mover, cell] of subject.cells) cells.set(cellKey(subject.key, mover), cell);
  }
  return cells;
}

function isWorse(row: Row, before: ReadonlyMap<string, Cell>): boolean {
  return row.subjects.some((subject) =>
    [...subject.cells].some(([mover, cell]) => {
      const earlier = before.get(cellKey(subject.key, mover));
      if (earlier === undefined) return cell.state !== "held" && cell.state !== "unreached";
      return cellRank(cell) < cellRank(earlier);
    }),
  );
}
