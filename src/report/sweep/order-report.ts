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
  mayBeBegunUntil: z.string().describe("When its time is over, in which an agent may begin it."),
  phase: z
    .enum(["Running", "Refused", "Done"])
    .nullable()
    .describe("As it was seen last. null: no agent had taken it. Running: one was at it."),
  outcome: z.string().nullable().describe("cleared, ports-freed, left, aborted, refused, would-act or nothing."),
  text: z.string().nullable(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  agentPod: z.string().nullable(),
  unseen: z.string().nullable().describe("Why no more was seen of it; null: it has ended, or its time is over."),
  deleted: z.boolean().describe("Whether the Sweep was gone at the last look."),
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
  const { phase } = report;
  const mark = sign(style, phase === null || phase === "Running" ? "unknown" : isGoodEnd(report) ? "good" : "bad");
  return `${indented(`${mark} ${style.text(orderLine(report))}`, 0, Math.max(80, width)).join("\n")}\n`;
}

/** What came of it; where that is not known, what may still come of it and how a person looks. */
function orderLine({
  sweep,
  node,
  mayBeBegunUntil,
  phase,
  outcome,
  text,
  startedAt,
  unseen,
  deleted,
}: OrderReport): string {
  const look = deleted
    ? `kubectl get nodereport ${node} -o yaml has what it did last`
    : `kubectl get sweep ${sweep} says more`;
  if (phase === "Running")
    return `the agent of ${node} began the Sweep ${sweep} at ${startedAt ?? "a time that it does not say"}, and its end was not seen: ${unseen}; ${look}`;
  if (phase !== null) return `${outcome ?? "refused"}${text === null ? "" : `: ${text}`}`;
  if (unseen === null)
    return `no agent of ${node} has taken the Sweep ${sweep} in its time: is one there, with agent.takeOrders?`;
  const until = deleted
    ? ""
    : `; until ${mayBeBegunUntil} the agent of ${node} may begin it, kubectl delete sweep ${sweep} takes it back before that`;
  return `what has become of the Sweep ${sweep} is not known: ${unseen}${until}; ${look}`;
}
