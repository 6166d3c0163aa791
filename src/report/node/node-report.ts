import * as z from "zod";
import { pod, process, socket, sources, step, warning } from "./schema.ts";

/** What `holdfast node --output json` prints: self-contained and versioned. */
export const nodeReport = z.object({
  $schema: z.string(),
  version: z.literal(1),
  tool: z.object({ name: z.literal("holdfast"), version: z.string() }),
  node: z.string(),
  summary: z.object({
    pods: z.int(),
    standing: z.record(z.string(), z.int()).describe("Number of pods by standing."),
    disagreements: z.record(z.string(), z.int()).describe("Number of disagreements by severity."),
  }),
  sources,
  warnings: z.array(warning),
  pods: z.array(pod).describe("What disagrees first."),
  others: z
    .array(process.extend({ sockets: z.array(socket) }))
    .describe("Processes in no pod that hold a socket, and those of which it could not be told."),
  do: z.array(step),
});

export type NodeReport = z.infer<typeof nodeReport>;
