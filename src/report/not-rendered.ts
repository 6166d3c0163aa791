import type { ReportCell, ReportRow } from "./audit-report.ts";

/** Said once for the whole report: the headline counts the charts that nobody rendered. */
export function isNotRendered(cell: ReportCell): boolean {
  return cell.reason?.code === "chart-not-rendered";
}

/** A row that stands as held, but of which only the chart is known to be: what images it runs was not told. */
export function isHeldInPart(row: ReportRow): boolean {
  return row.standing === "held" && row.subjects.some(({ cells }) => cells.some(isNotRendered));
}
