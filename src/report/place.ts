import type { AuditReport, ReportEvidence } from "./audit-report.ts";
import type { Style } from "./style.ts";

type Place = AuditReport["rows"][number]["place"];

/** `path:line`, as editors and terminals follow it. */
export function placeText(place: Place, style: Style): string {
  return `${style.text(place.path)}:${place.line}`;
}

/** From the place of use to the origin: `stacks/x/main.tf:4`, `variables.tf:2 (root variable default)`. */
export function chain(evidence: readonly ReportEvidence[], style: Style): readonly string[] {
  return evidence.map((entry, index) => {
    const before = evidence[index - 1];
    const path =
      before !== undefined && folderOf(before.path) === folderOf(entry.path) ? baseOf(entry.path) : entry.path;
    return `${style.text(path)}:${entry.line}${entry.role === undefined ? "" : ` (${style.text(entry.role)})`}`;
  });
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
