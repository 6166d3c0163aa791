import { escapeInJson } from "../safe.ts";
import { preflightReport, type PreflightReport } from "./preflight-report.ts";

/** Keys in the order of the schema, two spaces, a newline at the end. Throws a ZodError when it does not fit its schema. */
export function preflightJson(report: PreflightReport): string {
  return `${escapeInJson(JSON.stringify(preflightReport.parse(report), null, 2))}\n`;
}
