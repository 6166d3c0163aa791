import { readFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { AgentMetrics } from "../../src/outside/metrics.ts";

const checkout = join(import.meta.dirname, "../..");
const rules = join(checkout, "deploy/chart/alerts/holdfast.yaml");
const cases = join(checkout, "test/system/alerts/holdfast.test.yaml");

/** Prometheus' own judge of rules [prometheus v2.42.0, cmd/promtool]. */
function promtool(...args: string[]): { status: number | null; said: string } {
  const { status, stdout, stderr, error } = spawnSync("promtool", args, { encoding: "utf8" });
  return { status, said: error?.message ?? `${stdout}${stderr}` };
}

test("Prometheus takes the alerts", () => {
  expect(promtool("check", "rules", "--lint-fatal", rules)).toEqual({
    status: 0,
    said: expect.stringMatching(/SUCCESS: \d+ rules found/),
  });
});

test("each alert is raised by what it is for, then, and by nothing else", () => {
  expect(promtool("test", "rules", cases)).toEqual({ status: 0, said: expect.stringContaining("SUCCESS") });
});

test("each alert has a case that raises it", () => {
  const raised = casesFile
    .parse(parse(readFileSync(cases, "utf8")))
    .tests.flatMap((each) => each.alert_rule_test)
    .filter(({ exp_alerts: expected }) => expected !== undefined)
    .map(({ alertname }) => alertname);
  expect([...new Set(raised)].toSorted()).toEqual(
    rulesRead()
      .map(({ alert }) => alert)
      .toSorted(),
  );
});

test("no alert asks for what no agent serves", async () => {
  const asked = rulesRead().flatMap(({ expr }) => expr.match(/\bholdfast_\w+/g) ?? []);
  const served = await metricsServed();
  const missing = asked.filter((name) => !served.includes(name.replace(/_count$/, "")));
  expect(missing).toEqual([]);
});

const casesFile = z.object({
  tests: z.array(
    z.object({ alert_rule_test: z.array(z.object({ alertname: z.string(), exp_alerts: z.unknown().optional() })) }),
  ),
});
const rulesFile = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })),
});

function rulesRead(): z.infer<typeof rulesFile>["groups"][number]["rules"] {
  return rulesFile.parse(parse(readFileSync(rules, "utf8"))).groups.flatMap((group) => group.rules);
}

/** The names of all metrics of an agent that has not seen anything yet. */
async function metricsServed(): Promise<string[]> {
  const server = await new AgentMetrics().serve({ address: "127.0.0.1", port: 0 });
  onTestFinished(() => void server.close());
  const { port } = z.object({ port: z.int() }).parse(server.address());
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = ""]) => name);
}
