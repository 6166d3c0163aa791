import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { AgentMetrics, type SeenCycle } from "./metrics.ts";

const leftover = (pod: string, ports: number, leftOut = 0): SeenCycle["leftovers"][number] => ({
  kind: "orphan",
  verdict: "candidate",
  rule: "candidate",
  sandboxes: 1,
  pod,
  listens: { ports: Array.from({ length: ports }, (_, port) => ({ port: port + 1, protocol: "tcp" })), leftOut },
});

/** Series of listeners by pod, and how many were left out, after each of these cycles. */
test.each<[string, readonly (readonly SeenCycle["leftovers"][number][])[], object]>([
  ["nothing is left over", [[]], { listed: {}, leftOut: "0" }],
  ["some ports are listened on", [[leftover("a", 2), leftover("b", 1)]], { listed: { a: 2, b: 1 }, leftOut: "0" }],
  ["one leftover has more than are named of it", [[leftover("a", 32, 7)]], { listed: { a: 32 }, leftOut: "7" }],
  [
    "there are more than a hundred of several",
    [["a", "b", "c", "d", "e"].map((pod) => leftover(pod, 32, 1))],
    { listed: { a: 32, b: 32, c: 32, d: 4 }, leftOut: "65" },
  ],
  ["they are gone again", [[leftover("a", 32, 7)], []], { listed: {}, leftOut: "0" }],
])("listeners on the host, where %s", async (_, cycles, expected) => {
  const metrics = new AgentMetrics();
  for (const leftovers of cycles) metrics.saw({ node: "w1", at: 1, seconds: 1, told: true, blocked: [], leftovers });
  const text = await textOf(metrics);
  const listed: Record<string, number> = {};
  for (const [, pod = ""] of text.matchAll(/^holdfast_host_listener_info\{.*pod="(\w+)"\} 1$/gm))
    listed[pod] = (listed[pod] ?? 0) + 1;
  const leftOut = /^holdfast_host_listeners_left_out\{node="w1"\} (\d+)$/m.exec(text)?.[1];
  expect({ listed, leftOut }).toEqual(expected);
});

async function textOf(metrics: AgentMetrics): Promise<string> {
  const server = await metrics.serve({ address: "127.0.0.1", port: 0 });
  onTestFinished(() => void server.close());
  const { port } = z.object({ port: z.int() }).parse(server.address());
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}
