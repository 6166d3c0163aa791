import { severities } from "../model/finding.ts";
import type { ReportCell, ReportFinding, ReportRow } from "./audit-report.ts";

/** Rows as they are read: the worst first, releases before single workloads, then by name and address. */
export function worstRowsFirst(rows: readonly ReportRow[]): readonly ReportRow[] {
  return rows.toSorted(
    (a, b) =>
      standings.indexOf(a.standing) - standings.indexOf(b.standing) ||
      kinds.indexOf(a.kind) - kinds.indexOf(b.kind) ||
      compare(a.title, b.title) ||
      compare(a.address, b.address),
  );
}

/** Findings as they are read: the worst first, then by rule and place. */
export function worstFindingsFirst(findings: readonly ReportFinding[]): readonly ReportFinding[] {
  return findings.toSorted(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) || compare(a.rule, b.rule) || byPlace(a, b),
  );
}

/** Findings as they stand in the files. */
export function findingsByPlace(findings: readonly ReportFinding[]): readonly ReportFinding[] {
  return findings.toSorted((a, b) => byPlace(a, b) || compare(a.rule, b.rule));
}

/** How much a cell matters in its column, 0 most: an open cell is never hidden by one that is not. */
export function weightInColumn(cell: ReportCell): number {
  if (cell.state === "open") return cell.republish ? 1 : 0;
  return { unknown: 2, conditional: 3, held: 4, unreached: 5 }[cell.state];
}

const kinds = ["release", "workload", "stack"] as const;
const standings = ["moves", "unknown", "conditional", "republish", "exclusion", "held"] as const;

function byPlace(a: ReportFinding, b: ReportFinding): number {
  return compare(a.place.path, b.place.path) || a.place.line - b.place.line || a.place.column - b.place.column;
}

/** By UTF-16 units: the same on every machine, whatever its locale. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
