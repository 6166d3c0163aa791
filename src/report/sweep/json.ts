import type { ZodType } from "zod";
import { escapeInJson } from "../safe.ts";
import { recoverReport, sweepReport, type RecoverReport, type SweepReport } from "./schema.ts";

/** The report of `holdfast sweep` as JSON. Throws a ZodError when it does not fit its schema. */
export function sweepJson(report: SweepReport): string {
  return json(sweepReport, report);
}

/** The report of `holdfast recover` as JSON. Throws a ZodError when it does not fit its schema. */
export function recoverJson(report: RecoverReport): string {
  return json(recoverReport, report);
}

function json(schema: ZodType, report: unknown): string {
  return `${escapeInJson(JSON.stringify(schema.parse(report), null, 2))}\n`;
}
