import * as z from "zod";
import { holder, pod, socket, sources, step, wanted, warning } from "./schema.ts";

const port = z.object({
  port: z.int(),
  protocol: z.enum(["tcp", "udp", "sctp"]),
  verdict: z
    .enum(["orphan", "shared", "unknown", "foreign", "pod", "host", "residue", "kernel", "free"])
    .describe("docs/commands/ports.md says what each means."),
  sockets: z.array(socket),
  holders: z.array(holder),
  unheld: z
    .object({ sockets: z.array(z.int()), why: z.enum(["kernel", "closed", "unreadable"]) })
    .nullable()
    .describe("Sockets, by inode, that no process was seen to hold."),
  wantedBy: z.array(wanted),
});

/** What `holdfast ports --output json` prints: self-contained and versioned. */
export const portsReport = z.object({
  $schema: z.string(),
  version: z.literal(1),
  tool: z.object({ name: z.literal("holdfast"), version: z.string() }),
  node: z.string(),
  asked: z.int().nullable().describe("The port that was asked for; null: all."),
  sources,
  warnings: z.array(warning),
  ports: z.array(port).describe("What is to be done first."),
  pods: z.array(pod).describe("Every pod that holds or wants one of them, with the evidence of what it is."),
  do: z.array(step),
});

export type PortsReport = z.infer<typeof portsReport>;
export type ReportPort = PortsReport["ports"][number];
