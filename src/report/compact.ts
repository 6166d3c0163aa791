import type { AuditReport } from "./audit-report.ts";
import { findingsByPlace } from "./order.ts";
import { printable } from "./safe.ts";

/** `path:line:col: severity - message (RULE)`, a finding a line, by path and line. Empty without findings. */
export function auditCompact(report: AuditReport): string {
  return findingsByPlace(report.findings)
    .map(
      ({ place, severity, what, rule }) =>
        `${printable(`${place.path}:${place.line}:${place.column}: ${severity} - ${what} (${rule})`)}\n`,
    )
    .join("");
}
