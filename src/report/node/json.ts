import type { ZodType } from "zod";
import { escapeInJson } from "../safe.ts";
import { nodeReport, type NodeReport } from "./node-report.ts";
import { portsReport, type PortsReport } from "./ports-report.ts";

/** The report of `holdfast node` as JSON. Throws a ZodError when it does not fit its schema. */
export function nodeJson(report: NodeReport): string {
  return json(nodeReport, report);
}

/** The report of `holdfast ports` as JSON. Throws a ZodError when it does not fit its schema. */
export function portsJson(report: PortsReport): string {
  return json(portsReport, report);
}

/** Keys in the order of the schema, two spaces, a newline at the end. */
function json(schema: ZodType, report: unknown): string {
  return `${escapeInJson(JSON.stringify(schema.parse(report), null, 2))}\n`;
}
