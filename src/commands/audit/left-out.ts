import type { AuditReport } from "../../report/audit-report.ts";
import type { LeavingOut } from "../../report/left-out.ts";
import { leftOutNotes } from "../../report/left-out-text.ts";
import { printable } from "../../report/safe.ts";
import type { AuditOptions } from "./options.ts";
import { failOn, pathsLeaveOut, type Settings } from "./settings.ts";

/** What of the settings leaves something out of a report. Where nothing fails, what would fail by default counts. */
export function leavingOut(settings: Settings, options: AuditOptions): LeavingOut {
  const least = failOn(settings, options);
  return {
    file: settings.file,
    pathsLeaveOut: pathsLeaveOut(settings),
    failOn: least === "never" ? "high" : least,
  };
}

/** Says on standard error what is left out, where the report does not: lines for programs and a diff have no room for it. */
export function noteLeftOut(report: AuditReport, { output, fix }: AuditOptions): void {
  if (output !== "compact" && fix === undefined) return;
  const sentences = leftOutNotes(report);
  if (sentences.length > 0) process.stderr.write(`holdfast: note: ${printable(sentences.join(" "))}\n`);
}
