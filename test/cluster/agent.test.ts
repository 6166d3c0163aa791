import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";
import * as z from "zod";
import { controlPlane, type Bed } from "../testbed/bed.ts";
import { getJson, helm, kubectl } from "../testbed/clients.ts";
import { hasFault } from "../testbed/faults.ts";
import { nightCharts } from "../testbed/incident/charts.ts";
import { endNight, playNight } from "../testbed/incident/night.ts";
import { hanging } from "../testbed/incident/rolled-back.ts";
import { sayOnStderr as say } from "../testbed/say.ts";
import { hasBed, suiteBed, test } from "../testbed/suite/cluster-test.ts";
import { truthOf } from "../testbed/suite/node-truth.ts";
import { agentChart } from "../testbed/suite/agent-chart.ts";
import { loadReaderImage } from "../testbed/suite/reader-image.ts";
import { until } from "../testbed/until.ts";

/** Everything that is waited for is as short as the flags allow. */
const installed = agentChart({
  testInterval: "2s",
  minimumAge: "5s",
  minimumUptime: "5s",
  unseenGrace: "1s",
  graceMargin: "1s",
});

describe.skipIf(!hasBed)("the agent, installed by helm", () => {
  beforeAll(() => loadReaderImage(suiteBed()));
  afterEach(() => endNight(suiteBed()));
  afterAll(() => uninstalled(suiteBed()));

  test("reports every node, heeds the pause, and clears the incident's orphans where it is told to", async ({
    bed,
  }) => {
    const cp = controlPlane(bed);
    await kubectl(bed, ["create", "namespace", "holdfast"]);
    await helm(bed, ["install", "holdfast", ...installed]);
    await until("a report of every node, which does nothing", async () => {
      const all = await reportsOf(bed);
      const told = all.filter(({ status }) => status?.told === true && status.mode === "report");
      return { done: told.length === bed.nodes.length, saw: JSON.stringify(all) };
    });
    // Before the incident: of a pod whose containers cannot be killed no rollout comes to its end.
    await kubectl(bed, ["create", "configmap", "holdfast-pause", "--namespace=kube-system"]);
    await helm(bed, [
      "upgrade",
      "holdfast",
      ...installed,
      "--set=agent.enforce=true",
      "--set=agent.maxRung=2",
      "--set=agent.takeOrders=true",
    ]);

    const charts = await nightCharts(bed, "own");
    await playNight(bed, { charts: "own", until: "rolled-back", say });
    const left = await hanging({ bed, charts, say });
    await playNight(bed, { charts: "own", say });
    await until("an attempt that the pause stops", async () => {
      const own = await reportOn(bed, "cp");
      const isStopped = own?.status?.lastSweep?.text.includes("paused") === true;
      return { done: isStopped && own?.status?.counts.candidates === left.length, saw: JSON.stringify(own) };
    });
    for (const { uid } of left) expect((await truthOf(bed, cp, uid)).processes).not.toEqual([]);

    const [ordersUid = ""] = left.map(({ uid }) => uid);
    expect({
      paused: await ordered(bed, "while-paused", { node: "cp", maxRung: 2, uid: ordersUid }),
      nowhere: await ordered(bed, "of-nothing", { node: "w1", uid: ordersUid }),
    }).toEqual({
      paused: expect.stringContaining("sweeping is paused for the whole cluster"),
      nowhere: "nothing: nothing of this uid is left over here",
    });

    await kubectl(bed, ["delete", "configmap", "holdfast-pause", "--namespace=kube-system"]);
    // It waits anew for what an order did not clear, so the order comes first.
    expect(await ordered(bed, "one", { node: "cp", maxRung: 2, uid: ordersUid })).toMatch(
      /^cleared: .*: cleared on rung 2/,
    );
    await until("what was left to be gone", async () => {
      const truths = await Promise.all(left.map(({ uid }) => truthOf(bed, cp, uid)));
      const saw = JSON.stringify(await reportOn(bed, "cp"));
      return { done: truths.every(({ processes, sandboxes }) => processes.length + sandboxes.length === 0), saw };
    });
    expect(await hasFault(bed, cp, "kill")).toBe(true);
    const events = await eventsOf(bed);
    expect(new Set(events.map(({ reason, involvedObject }) => `${reason} ${involvedObject.kind}`))).toEqual(
      new Set(["LeftOver Node", "PortHeldByLeftover Pod", "Sweeping Node", "NotSwept Node", "Swept Node"]),
    );
    expect(events.length).toBeLessThan(60);
    await until("the report to say so", async () => {
      const own = await reportOn(bed, "cp");
      const { counts, lastSweep } = own?.status ?? {};
      return { done: counts?.leftovers === 0 && lastSweep?.outcome === "cleared", saw: JSON.stringify(own) };
    });
  });
});

const reports = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      status: z
        .object({
          told: z.boolean(),
          mode: z.string(),
          counts: z.object({ leftovers: z.int(), candidates: z.int() }),
          lastSweep: z.object({ outcome: z.string(), text: z.string() }).optional(),
        })
        .optional(),
    }),
  ),
});

const sweeps = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      status: z.object({ phase: z.string(), outcome: z.string().optional(), text: z.string().optional() }).optional(),
    }),
  ),
});

/** Orders something to be cleared, and waits for what came of it: `OUTCOME: TEXT`. */
async function ordered(bed: Bed, name: string, spec: object): Promise<string> {
  const object = { apiVersion: "holdfast.dev/v1alpha1", kind: "Sweep", metadata: { name }, spec };
  await kubectl(bed, ["create", "--filename=-"], { input: JSON.stringify(object) });
  let said = "";
  await until(`an end of the order ${name}`, async () => {
    const { items } = sweeps.parse(await getJson(bed, ["sweeps"]));
    const {
      phase = "",
      outcome = phase,
      text = "",
    } = items.find(({ metadata }) => metadata.name === name)?.status ?? {};
    said = `${outcome}: ${text}`;
    return { done: phase === "Done" || phase === "Refused", saw: said };
  });
  return said;
}

const eventList = z.object({
  items: z.array(
    z.object({
      reason: z.string(),
      message: z.string(),
      involvedObject: z.object({ kind: z.string(), name: z.string() }),
      source: z.object({ component: z.string().optional() }).optional(),
    }),
  ),
});

/** What the agents announced. */
async function eventsOf(bed: Bed): Promise<z.infer<typeof eventList>["items"]> {
  const { items } = eventList.parse(await getJson(bed, ["events", "--all-namespaces"]));
  return items.filter(({ source }) => source?.component === "holdfast-agent");
}

async function reportsOf(bed: Bed): Promise<z.infer<typeof reports>["items"]> {
  return reports.parse(await getJson(bed, ["nodereports"])).items;
}

async function reportOn(bed: Bed, node: string): Promise<z.infer<typeof reports>["items"][number] | undefined> {
  return (await reportsOf(bed)).find(({ metadata }) => metadata.name === node);
}

/** Uninstalls it, and what helm leaves to people: the CRD with its objects, and the lease. */
async function uninstalled(bed: Bed): Promise<void> {
  if (!(await helm(bed, ["list", "--all-namespaces", "--short"])).includes("holdfast")) return;
  await helm(bed, ["uninstall", "holdfast", "--namespace=holdfast", "--wait", "--timeout=120s"]);
  await kubectl(bed, ["delete", "crd", "nodereports.holdfast.dev", "sweeps.holdfast.dev"]);
  await kubectl(bed, ["delete", "lease", "holdfast-sweep", "--namespace=kube-system", "--ignore-not-found"]);
  await kubectl(bed, ["delete", "namespace", "holdfast", "--timeout=120s"]);
}
