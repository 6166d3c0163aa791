import { join } from "node:path";
import * as z from "zod";
import type { Bed, NamespaceNode } from "../bed.ts";
import { getJson } from "../clients.ts";
import { exec } from "../nodes.ts";
import { readOrNull } from "../processes.ts";
import { until } from "../until.ts";

const nodeReportObject = z.object({
  status: z.object({
    at: z.string(),
    premises: z.array(z.object({ id: z.string(), state: z.string(), text: z.string() })),
    leftovers: z
      .array(
        z.object({
          name: z.string().default(""),
          kind: z.string(),
          verdict: z.string(),
          text: z.string(),
          cause: z.string().optional(),
          listeners: z.array(z.string()).default([]),
        }),
      )
      .default([]),
  }),
});

export type AgentReport = z.infer<typeof nodeReportObject>["status"];

/** What the agent of a node wrote last into its NodeReport. */
export async function agentReport(bed: Bed, { name }: NamespaceNode): Promise<AgentReport> {
  return nodeReportObject.parse(await getJson(bed, ["nodereport", name])).status;
}

/** Waits until the agent of a node has looked so many times more. */
export async function agentLooked(bed: Bed, node: NamespaceNode, times: number): Promise<void> {
  const looks = async (): Promise<number> =>
    Number(/^holdfast_sweep_duration_seconds_count\S* (\d+)$/m.exec(await metricsOf(bed, node))?.[1]);
  const before = await looks();
  await until(`${times} more looks of the agent`, async () => {
    const now = await looks();
    return { done: now >= before + times, saw: `${now - before}` };
  });
}

const outcomeLine = z.object({
  event: z.object({
    event: z.literal("outcome"),
    uid: z.string(),
    outcome: z.object({
      is: z.string(),
      rung: z.int().optional(),
      cause: z.object({ kind: z.string() }).nullish(),
    }),
  }),
});

/** What came of its attempts, by the agent's journal, the oldest first: by uid, `OUTCOME on RUNG: CAUSE`. Without those that were aborted. */
export function agentOutcomes(node: NamespaceNode): [uid: string, outcome: string][] {
  const lines = (readOrNull(join(node.root, "var/lib/holdfast/sweep.ndjson")) ?? "").split("\n").filter(Boolean);
  return lines.flatMap((line): [string, string][] => {
    const told = outcomeLine.safeParse(JSON.parse(line));
    if (!told.success || told.data.event.outcome.is === "aborted") return [];
    const { uid, outcome } = told.data.event;
    return [[uid, `${outcome.is} on ${outcome.rung}: ${outcome.cause?.kind}`]];
  });
}

function metricsOf(bed: Bed, node: NamespaceNode): Promise<string> {
  return exec(bed, node, ["busybox", "wget", "-q", "-O", "-", "http://127.0.0.1:9753/metrics"]);
}
