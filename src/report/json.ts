import { auditReport } from "./audit-report.ts";
import type { AuditReport } from "./audit-report.ts";
import { compare } from "./order.ts";
import { escapeInJson } from "./safe.ts";

/**
 * The report as JSON: keys in the order of the schema, counts by name, two spaces, a newline at the end.
 * Throws a ZodError when the report does not fit its schema.
 */
export function auditJson(report: AuditReport): string {
  const ordered = auditReport.parse(report);
  const summary = {
    ...ordered.summary,
    standing: byName(ordered.summary.standing),
    cells: byName(ordered.summary.cells),
    findings: byName(ordered.summary.findings),
    ...(ordered.summary.unreadKinds === undefined ? {} : { unreadKinds: byName(ordered.summary.unreadKinds) }),
  };
  return `${escapeInJson(JSON.stringify({ ...ordered, summary }, null, 2))}\n`;
}

function byName(counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => compare(a, b)));
}
