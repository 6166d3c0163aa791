import type { AuditReport, ReportProblem } from "./audit-report.ts";
import { compare, findingsByPlace } from "./order.ts";
import { printable } from "./safe.ts";

/**
 * `path:line:col: severity - message (RULE)`, a finding a line, by path and line; then what was not read, as
 * `path:line:col: unread - text (CODE)`. Empty without either.
 */
export function auditCompact(report: AuditReport): string {
  const findings = findingsByPlace(report.findings).map(
    ({ place, severity, what, rule }) => `${place.path}:${place.line}:${place.column}: ${severity} - ${what} (${rule})`,
  );
  const problems = report.problems
    .toSorted((a, b) => compare(a.path, b.path) || (a.place?.line ?? 0) - (b.place?.line ?? 0))
    .map(problemLine);
  return [...findings, ...problems].map((line) => `${printable(line)}\n`).join("");
}

function problemLine({ path, place, text, code }: ReportProblem): string {
  return `${path}:${place?.line ?? 1}:${place?.column ?? 1}: unread - ${text} (${code})`;
}
