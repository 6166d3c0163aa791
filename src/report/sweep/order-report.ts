import * as z from "zod";
import { indented } from "../node/lines.ts";
import { escapeInJson } from "../safe.ts";
import { sign, styleOf } from "../style.ts";
import type { TextOptions } from "../text.ts";

/** What came of an order to a node's agent. Texts are the agent's (hostile). */
export const orderReport = z.object({
  $schema: z.literal("urn:holdfast:schema:order-report:1"),
  sweep: z.string().describe("The name of the Sweep."),
  node: z.string(),
  uid: z.string().nullable().describe("Of which pod alone it was ordered; null: whatever may be cleared there."),
  phase: z
    .enum(["Running", "Refused", "Done"])
    .nullable()
    .describe("null: no agent has taken it. Running: it was not waited for any longer."),
  outcome: z.string().nullable().describe("cleared, ports-freed, left, aborted, refused, would-act or nothing."),
  text: z.string().nullable(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  agentPod: z.string().nullable(),
});

export type OrderReport = z.infer<typeof orderReport>;

/** The report as JSON. Throws a ZodError when it does not fit its schema. */
export function orderJson(report: OrderReport): string {
  return `${escapeInJson(JSON.stringify(orderReport.parse(report), null, 2))}\n`;
}

/** Whether a person has nothing more to do. */
export function isGoodEnd({ phase, outcome }: OrderReport): boolean {
  return phase === "Done" && (outcome === "cleared" || outcome === "nothing" || outcome === "would-act");
}

export function orderText(report: OrderReport, options: TextOptions = {}): string {
  const { width = 100, color = false, ascii = false } = options;
  const style = styleOf({ color, ascii });
  const { sweep, node, phase, outcome, text } = report;
  const mark = sign(style, phase === null || phase === "Running" ? "unknown" : isGoodEnd(report) ? "good" : "bad");
  const what =
    phase === null
      ? `no agent of ${node} has taken the Sweep ${sweep}: is one there, with agent.takeOrders?`
      : phase === "Running"
        ? `the agent of ${node} is still at the Sweep ${sweep}: kubectl get sweep ${sweep}`
        : `${outcome ?? "refused"}${text === null ? "" : `: ${text}`}`;
  return `${indented(`${mark} ${style.text(what)}`, 0, Math.max(80, width)).join("\n")}\n`;
}
