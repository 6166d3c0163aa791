import { afterEach, beforeAll, describe, expect, vi } from "vitest";
import { z } from "zod";
import { portsReport, type PortsReport } from "../../src/report/node/ports-report.ts";
import { controlPlane, type Bed, type NamespaceNode, type Node } from "../testbed/bed.ts";
import { getJson, helm } from "../testbed/clients.ts";
import { chartSource, chartSources, nightCharts, type NightCharts } from "../testbed/incident/charts.ts";
import { endNight, playedStages, playNight } from "../testbed/incident/night.ts";
import { podsOf, type Pod } from "../testbed/incident/pods.ts";
import { hanging } from "../testbed/incident/rolled-back.ts";
import { ports } from "../testbed/incident/stage.ts";
import { listenersOn } from "../testbed/listeners.ts";
import { tryRun } from "../testbed/run.ts";
import { sayOnStderr as say } from "../testbed/say.ts";
import { hasBed, suiteBed, test } from "../testbed/suite/cluster-test.ts";
import { holdfast, kubeletConfig, nodeOf, portsOf, unreachable } from "../testbed/suite/holdfast.ts";
import { idOnNode, truthOf, truthTold } from "../testbed/suite/node-truth.ts";
import { loadReaderImage, readersIn } from "../testbed/suite/reader-image.ts";
import { saidOf } from "../testbed/suite/said.ts";
import { workstationCommand } from "../testbed/suite/workstation.ts";
import { until } from "../testbed/until.ts";

const sources = chartSource() === "published" ? chartSources : (["own"] as const);
if (hasBed && sources.length === 1)
  console.warn("the published charts are not here: the incident is played with our own only");

describe.skipIf(!hasBed).each(sources)("the incident, with the %s charts", (source) => {
  beforeAll(() => loadReaderImage(suiteBed()));
  afterEach(() => endNight(suiteBed()));

  test("is told stage by stage, and what it leaves can be cleared", async ({ bed }) => {
    const charts = await nightCharts(bed, source);
    const cp = controlPlane(bed);

    await playNight(bed, { charts: source, until: "before", say });
    for (const node of bed.nodes.slice(0, 2)) await seeAllWell(bed, node);

    await playNight(bed, { charts: source, until: "upgraded", say });
    await seeRivals(bed, cp, charts);

    await playNight(bed, { charts: source, until: "rolled-back", say });
    const left = await hanging({ bed, charts, say });
    await seeHanging(bed, cp, left);

    await playNight(bed, { charts: source, say });
    expect(playedStages(bed)).toEqual(["before", "upgraded", "rolled-back", "orphaned"]);
    await seeOrphans(bed, cp, left);
    await seeWhoHolds(bed, cp, charts, left);
    await seeNothingBelieved(bed, cp, left);
    await seeFromElsewhere(bed, cp);

    await endNight(bed);
    expect(listenersOn(bed, cp).filter(({ port }) => port === 29653)).toEqual([]);
    expect(await helm(bed, ["list", "--all-namespaces", "--short"])).toBe("");
    expect(playedStages(bed)).toEqual([]);
  });
});

const patience = { timeout: 120_000, interval: 1_000 };

/** `before`: every pod runs, nothing disagrees, nothing is an orphan's. Of pods of before, records may be left. */
async function seeAllWell(bed: Bed, node: Node): Promise<void> {
  const selector = `--field-selector=spec.nodeName=${node.name}`;
  const inApi = podNames(await getJson(bed, ["pods", "--all-namespaces", selector]));
  const report = await nodeOf(bed, node, [kubeletConfig]);
  const there = report.pods.filter(({ standing }) => standing !== "dead");
  expect(there.map(({ name, standing }) => `${name} ${standing}`).toSorted()).toEqual(
    inApi.map((name) => `${name} running`),
  );
  const { status, stdout } = await holdfast(bed, node, ["node", kubeletConfig, "--strict"]);
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^API, runtime and kernel agree /) });
  const held = await portsOf(bed, node, [kubeletConfig]);
  expect(held.ports.filter(({ verdict }) => !["pod", "host", "kernel"].includes(verdict))).toEqual([]);
  expect((await holdfast(bed, node, ["ports", kubeletConfig, "--strict"])).status).toBe(0);
}

/** `upgraded`: of the two controllers that fight over the port one has it, a pod like any other, and the other wants it. */
async function seeRivals(bed: Bed, cp: NamespaceNode, charts: NightCharts): Promise<void> {
  const uids = (await podsOf(bed, charts, charts.controller)).map(({ uid }) => uid);
  const { ports: found } = await portsOf(bed, cp, [String(ports.controllerProbe)]);
  const holders = found.flatMap((port) => port.holders.map(({ pod }) => pod?.uid));
  expect(found.map(({ verdict }) => verdict)).toEqual(["pod"]);
  expect(holders).toEqual([expect.toBeOneOf(uids)]);
  expect(holders).toEqual(holdersSeen(bed, cp, ports.controllerProbe).map(({ uid }) => uid));
  const rivals = uids.filter((uid) => uid !== holders[0]).map((uid) => `${uid} liveness-probe`);
  // Between two crashes it runs for a moment, and then it wants nothing.
  const wanting = async (): Promise<string[]> => {
    const { ports: now } = await portsOf(bed, cp, [String(ports.controllerProbe)]);
    return now.flatMap(({ wantedBy }) => wantedBy.map(({ pod, container }) => `${pod.uid} ${container}`));
  };
  await expect.poll(wanting, patience).toEqual(rivals);
}

/** `rolled-back`: helm says success; the pods of before are being deleted, live on, and are nobody's orphans. */
async function seeHanging(bed: Bed, cp: NamespaceNode, left: readonly Pod[]): Promise<void> {
  const { pods } = await nodeOf(bed, cp, []);
  const going = pods.filter(({ standing }) => standing === "terminating" || standing === "overdue");
  expect(going.map(({ uid }) => uid).toSorted()).toEqual(left.map(({ uid }) => uid).toSorted());
  expect(pods.filter(({ standing }) => standing === "orphan" || standing === "replaced")).toEqual([]);
  for (const port of Object.values(ports)) {
    const { status, stdout } = await holdfast(bed, cp, ["ports", String(port)]);
    expect(status).toBe(0);
    expect(saidOf(stdout)).toMatch(/held by a pod .*that pod is being deleted, /);
  }
}

/** `orphaned`: once they are old enough to be told, all that was left is named, with ids that the node itself confirms. */
async function seeOrphans(bed: Bed, cp: NamespaceNode, left: readonly Pod[]): Promise<void> {
  const orphansNow = async (): ReturnType<typeof nodeOf> => {
    const report = await nodeOf(bed, cp, []);
    return { ...report, pods: report.pods.filter(({ standing }) => standing === "orphan") };
  };
  await until("all that was left to be told as orphans", async () => {
    const { pods } = await orphansNow();
    return { done: pods.length === left.length, saw: pods.map(({ name }) => name).join(" ") };
  });
  // The kubelet still collects containers of theirs that ended.
  await vi.waitFor(async () => {
    const { pods } = await orphansNow();
    const truths = await Promise.all(pods.map(({ uid }) => truthOf(bed, cp, uid)));
    expect(pods.map(truthTold)).toEqual(truths);
    expect(truths.map(({ uid, name }) => `${uid} ${name}`).toSorted()).toEqual(
      left.map(({ uid, name }) => `${uid} ${name}`).toSorted(),
    );
  }, patience);
  const { status, stdout } = await holdfast(bed, cp, ["node"]);
  expect(status).toBe(1);
  const signs = [...stdout.matchAll(/^[✖?◐✔](?= \S+\/)/gm)].map(([sign]) => sign);
  expect(signs.slice(0, 3)).toEqual(["✖", "✖", "✖"]);
  expect(signs.slice(3)).not.toContain("✖");
  expect(saidOf(stdout)).toMatch(/^3 of \d+ pods on cp are orphans: alive here, and not in the API\. /);
}

/** Each port that an orphan keeps: who it is, down to the process, and the new pod that wants it. */
async function seeWhoHolds(bed: Bed, cp: NamespaceNode, charts: NightCharts, left: readonly Pod[]): Promise<void> {
  for (const [app, port, container] of [
    [charts.nodePlugin, ports.nodeProbe, "liveness-probe"],
    [charts.controller, ports.controllerProbe, "liveness-probe"],
    [charts.nodePlugin, ports.registrar, "node-driver-registrar"],
  ] as const) {
    const [holder, ...others] = holdersSeen(bed, cp, port);
    expect(others).toEqual([]);
    const orphan = left.find(({ uid }) => uid === holder?.uid);
    const successors = (await podsOf(bed, charts, app)).filter(({ node }) => node === cp.name);
    const truth = await truthOf(bed, cp, orphan?.uid ?? "none");
    const ran = truth.processes.find((each) => each.startsWith(`${holder?.pid} `))?.split(" ")[1] ?? "none";
    const wanting = successors.map(({ name }) => `wanted by ${charts.namespace}/${name} on this node: ${container} `);
    const parts = [
      `${port}/tcp 127.0.0.1 held by an orphan pid ${holder?.pid} stand-in since `,
      ` container ${container} ${ran.slice(0, 4)}… sandbox ${truth.sandboxes[0]?.slice(0, 4)}… ` +
        `pod ${charts.namespace}/${orphan?.name} uid ${orphan?.uid.slice(0, 4)}… that pod is not in the API (listed at `,
      "; asked by name at ",
    ];
    // Between two crashes the new container runs for a moment, and then it wants nothing.
    await until(`${port}, its orphan, and who wants it`, async () => {
      const { status, stdout } = await holdfast(bed, cp, ["ports", String(port)]);
      const said = saidOf(stdout);
      // The new controller may be on another node, where the port is free.
      const wanted = wanting.length === 0 || wanting.some((each) => said.includes(each));
      return {
        done: status === 1 && wanted && parts.every((part) => said.includes(part)) && whatToDo.test(said),
        saw: stdout,
      };
    });
    const { ports: found } = await portsOf(bed, cp, [String(port)]);
    const told = found.flatMap(({ holders }) =>
      holders.map((each) => [each.pod?.uid, each.process?.pid, each.container?.id, each.sandbox, each.blamed]),
    );
    expect(told).toEqual([[orphan?.uid, holder?.pid, ran, truth.sandboxes[0], true]]);
  }
}

/** The API down, or asked for another node: nothing is an orphan, and what could not be told says why. */
async function seeNothingBelieved(bed: Bed, cp: NamespaceNode, left: readonly Pod[]): Promise<void> {
  const port = String(ports.nodeProbe);
  const cases: readonly [node: string, args: readonly string[], why: string][] = [
    ["cp", [unreachable(bed, cp)], "the connection was refused"],
    ["w1", ["--local"], "the API server's node w1 is another machine"],
    ["w9", ["--local"], "the API server has no node w9"],
  ];
  for (const [node, args, why] of cases) {
    const { pods } = await nodeOf(bed, cp, [node, ...args]);
    const standings = pods.filter(({ uid }) => left.some((each) => each.uid === uid)).map(({ standing }) => standing);
    expect(standings).toEqual(["unknown", "unknown", "unknown"]);
    const { ports: found } = await portsOf(bed, cp, [port, `--node=${node}`, ...args]);
    expect(found.map(({ verdict }) => verdict)).toEqual(["unknown"]);
    const { status, stdout } = await holdfast(bed, cp, ["ports", port, `--node=${node}`, ...args, "--strict"]);
    expect({ status, said: saidOf(stdout) }).toEqual({ status: 3, said: expect.stringContaining(why) });
    expect(stdout).not.toMatch(/orphan|recover|sweep/);
  }
}

/** The stuck pod is recovered; where nobody waits for the port any more, its orphan is swept. */
const whatToDo = / do holdfast (?:recover \S+|sweep --enforce) on cp: clears /;

/** From a workstation, through a pod on a node where no signal ends a container: the same, and nothing stays behind. */
async function seeFromElsewhere(bed: Bed, cp: NamespaceNode): Promise<void> {
  const port = String(ports.nodeProbe);
  const { stdout } = await tryRun(workstationCommand(bed, ["ports", port, "--node=cp", "--output=json"]));
  const here = await portsOf(bed, cp, [port]);
  expect(holdersTold(portsReport.parse(JSON.parse(stdout)))).toEqual(holdersTold(here));
  expect(here.ports.map(({ verdict }) => verdict)).toEqual(["orphan"]);
  expect(await readersIn(bed, "kube-system")).toEqual([]);
}

function holdersTold(report: PortsReport): unknown[] {
  return report.ports.flatMap((each) =>
    each.holders.map(({ pod, process, container, sandbox, blamed }) => [
      pod?.uid,
      process?.pid,
      container?.id,
      sandbox,
      blamed,
    ]),
  );
}

/** Who listens on a port, by the socket table and the open files. */
function holdersSeen(bed: Bed, node: NamespaceNode, port: number): { uid: string | null; pid: number }[] {
  const listeners = listenersOn(bed, node).filter((each) => each.port === port);
  return listeners.map(({ podUid, pid }) => ({ uid: podUid, pid: idOnNode(pid) }));
}

function podNames(list: unknown): string[] {
  return podList
    .parse(list)
    .items.map(({ metadata }) => metadata.name)
    .toSorted();
}

const podList = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });
