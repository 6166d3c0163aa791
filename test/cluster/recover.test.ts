import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeAll, describe, expect } from "vitest";
import { recoverReport, sweepReport, type RecoverReport, type SweepReport } from "../../src/report/sweep/schema.ts";
import { controlPlane, type Bed, type NamespaceNode } from "../testbed/bed.ts";
import { kubectl } from "../testbed/clients.ts";
import { hasFault } from "../testbed/faults.ts";
import { nightCharts, type NightCharts } from "../testbed/incident/charts.ts";
import { endNight, playNight } from "../testbed/incident/night.ts";
import { podsOf } from "../testbed/incident/pods.ts";
import { hanging } from "../testbed/incident/rolled-back.ts";
import { ports } from "../testbed/incident/stage.ts";
import { listenersOn } from "../testbed/listeners.ts";
import { sayOnStderr as say } from "../testbed/say.ts";
import { hasBed, suiteBed, test } from "../testbed/suite/cluster-test.ts";
import { holdfast } from "../testbed/suite/holdfast.ts";
import { loadReaderImage, readersIn } from "../testbed/suite/reader-image.ts";
import { truthOf } from "../testbed/suite/node-truth.ts";
import { workstationCommand } from "../testbed/suite/workstation.ts";
import { tryRun } from "../testbed/run.ts";
import { until } from "../testbed/until.ts";

/** The bed's kubelet has just come up, and its pods are young. */
const young = ["--minimum-uptime=10s", "--minimum-age=10s"];

describe.skipIf(!hasBed)("the incident, cleared while runc still cannot kill", () => {
  beforeAll(() => loadReaderImage(suiteBed()));
  afterEach(() => endNight(suiteBed()));

  test("proofs 12, 23, 24: overdue pods are a person's; recover frees an orphan's port, and no kubelet is restarted", async ({
    bed,
  }) => {
    const charts = await nightCharts(bed, "own");
    const cp = controlPlane(bed);
    await playNight(bed, { charts: "own", until: "rolled-back", say });
    const left = await hanging({ bed, charts, say });
    const hang = await leftoversSeen(bed, cp, left.length);
    expect(hang.leftovers.map(({ kind, verdict }) => `${kind} ${verdict.is}`)).toEqual(
      left.map(() => "overdue protected"),
    );
    const person = await sweptNow(bed, cp, ["--enforce", "--overdue", "--dry-run"]);
    expect(person.swept.map(({ outcome }) => outcome.is)).toEqual(["would-act"]);
    // At this stage what cannot have its port is Terminating itself. Done for real, the next stage would have nothing to orphan.
    const { holder, looping } = await controllersOn(bed, cp, charts);
    expect(await recovered(bed, cp, looping, ["--dry-run"])).toMatchObject({
      recovery: { is: "would-act", uids: [holder] },
    });
    await playNight(bed, { charts: "own", say });

    const listed = await leftoversSeen(bed, cp, left.length);
    expect(listed.leftovers.map(({ kind, pod }) => `${kind} ${pod.uid}`).toSorted()).toEqual(
      left.map(({ uid }) => `orphan ${uid}`).toSorted(),
    );
    expect(listed.premises.map(({ id, state }) => `${id} ${state}`)).toEqual(
      [1, 2, 3, 4, 5, 6].map((n) => `P${n} holds`),
    );

    const stuck = await stuckPod(bed, cp, charts);
    const kubelet = await kubeletOf(bed, cp);
    // Nothing is done in a dry run, nor by the runtime alone, nor without an answer.
    expect(await recovered(bed, cp, stuck, ["--dry-run"])).toMatchObject({ recovery: { is: "would-act" } });
    const fromElsewhere = await tryRun(
      workstationCommand(bed, ["recover", stuck, ...young, "--dry-run", "--output=json"]),
    );
    expect(recoverReport.parse(JSON.parse(fromElsewhere.stdout))).toMatchObject({
      recovery: { is: "would-act" },
      node: "cp",
    });
    const alone = await recovered(bed, cp, stuck, ["--yes", "--max-rung=1"]);
    expect(alone.recovery).toMatchObject({ is: "stopped", at: "clear" });
    expect(alone.swept.map(({ outcome }) => [outcome.is, outcome.rung, outcome.cause?.kind])).toEqual([
      ["left", 1, "apparmor"],
    ]);
    expect(listenersOn(bed, cp).some(({ port }) => port === ports.nodeProbe)).toBe(true);
    const unasked = await holdfast(bed, cp, ["recover", stuck, ...young]);
    expect({ status: unasked.status, stderr: unasked.stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(/^holdfast: SWEEP001: it asks before each rung/),
    });

    const report = await recovered(bed, cp, stuck, ["--yes"]);
    expect(report.recovery).toEqual({ is: "recovered" });
    // The orphan, and then the stuck pod itself: overdue, since the runtime cannot end its other containers either.
    expect(report.swept.map(({ outcome }) => [outcome.is, outcome.rung])).toEqual([
      ["cleared", 2],
      ["cleared", 2],
    ]);
    expect(report.proof?.ports.map(({ heldBy }) => heldBy)).not.toContain("another");
    expect(report.proof?.restarted).toEqual([]);
    expect(await hasFault(bed, cp, "kill")).toBe(true);
    expect(await kubeletOf(bed, cp)).toBe(kubelet);
    for (const { uid } of report.swept)
      expect(await truthOf(bed, cp, uid)).toMatchObject({ sandboxes: [], processes: [] });
    const ready = (await podsOf(bed, charts, charts.nodePlugin)).find(({ node }) => node === "cp");
    expect(ready?.uid).toBe(report.proof?.replacement?.uid);

    // One who is there no more leaves nothing: the node's lock is free, and the pod ends by itself.
    await killedHalfWay(bed, [...young, "--enforce", "--yes", "--confirmations=500"]);

    // What is left of the others is cleared by sweep, from anywhere, and nothing else is touched.
    const before = await uidsOn(bed, cp);
    const { stdout } = await tryRun(
      workstationCommand(bed, ["sweep", "--node=cp", ...young, "--enforce", "--yes", "--max-rung=2", "--output=json"]),
    );
    const swept = sweepReport.parse(JSON.parse(stdout));
    expect(swept.swept.every(({ outcome }) => outcome.is === "cleared")).toBe(true);
    expect(swept.leftovers).toEqual([]);
    expect(await uidsOn(bed, cp)).toEqual(before);
    expect(await readersIn(bed, "kube-system")).toEqual([]);
    await until("the ports of what was left to be free of it", async () => {
      const held = (await leftoversOf(bed, cp)).leftovers.length;
      return { done: held === 0, saw: `${held} leftovers` };
    });
  });

  test("proof 24: from the stage before, what holds the port is overdue, and so is the pod that loops", async ({
    bed,
  }) => {
    const charts = await nightCharts(bed, "own");
    const cp = controlPlane(bed);
    await playNight(bed, { charts: "own", until: "rolled-back", say });
    await leftoversSeen(bed, cp, (await hanging({ bed, charts, say })).length);
    const { holder, looping } = await controllersOn(bed, cp, charts);
    const kubelet = await kubeletOf(bed, cp);
    const report = await recovered(bed, cp, looping, ["--yes"]);
    expect(report.recovery).toEqual({ is: "recovered" });
    expect(report.swept.map(({ uid, outcome }) => [uid === holder, outcome.is, outcome.rung])).toEqual([
      [true, "cleared", 2],
      [false, "cleared", 2],
    ]);
    expect(report.proof?.ports.map(({ heldBy }) => heldBy)).toEqual(["replacement"]);
    expect(report.proof?.restarted).toEqual([]);
    expect(await hasFault(bed, cp, "kill")).toBe(true);
    expect(await kubeletOf(bed, cp)).toBe(kubelet);
  });
});

/** Lists until all that was left over is old enough to be told. */
async function leftoversSeen(bed: Bed, cp: NamespaceNode, number: number): Promise<SweepReport> {
  let report = await leftoversOf(bed, cp);
  await until("all that was left over to be listed", async () => {
    report = await leftoversOf(bed, cp);
    return { done: report.leftovers.length === number, saw: report.leftovers.map(({ pod }) => pod.name).join(" ") };
  });
  return report;
}

function leftoversOf(bed: Bed, cp: NamespaceNode): Promise<SweepReport> {
  return sweptNow(bed, cp, []);
}

async function sweptNow(bed: Bed, cp: NamespaceNode, args: readonly string[]): Promise<SweepReport> {
  const { stdout, stderr } = await holdfast(bed, cp, ["sweep", ...young, ...args, "--output=json"]);
  if (stdout === "") throw new Error(`holdfast sweep: ${stderr}`);
  return sweepReport.parse(JSON.parse(stdout));
}

async function recovered(bed: Bed, cp: NamespaceNode, pod: string, args: readonly string[]): Promise<RecoverReport> {
  const { stdout, stderr } = await holdfast(bed, cp, ["recover", pod, ...young, ...args, "--output=json"]);
  if (stdout === "") throw new Error(`holdfast recover: ${stderr}`);
  return recoverReport.parse(JSON.parse(stdout));
}

/** The controller that has the probe's port, by its uid, and the one that loops for want of it. */
async function controllersOn(
  bed: Bed,
  cp: NamespaceNode,
  charts: NightCharts,
): Promise<{ readonly holder: string; readonly looping: string }> {
  const listener = listenersOn(bed, cp).find(({ port }) => port === ports.controllerProbe);
  const pods = (await podsOf(bed, charts, charts.controller)).filter(({ node }) => node === cp.name);
  const [looping, ...others] = pods.filter(({ uid }) => uid !== listener?.podUid);
  const holder = listener?.podUid ?? null;
  if (holder === null || looping === undefined || others.length > 0)
    throw new Error(`not one that has the port and one that loops: ${pods.map(({ name }) => name).join(" ")}`);
  return { holder, looping: `${charts.namespace}/${looping.name}` };
}

/** The new node plugin of the control plane, which cannot have its port. */
async function stuckPod(bed: Bed, cp: NamespaceNode, charts: NightCharts): Promise<string> {
  let name = "";
  await until("the node plugin that cannot have its port", async () => {
    const pods = (await podsOf(bed, charts, charts.nodePlugin)).filter(({ node }) => node === cp.name);
    name = `${charts.namespace}/${pods[0]?.name ?? ""}`;
    return { done: pods.length === 1, saw: pods.map((pod) => pod.name).join(" ") };
  });
  return name;
}

/** Sweeps from a workstation that is gone before it is done, and waits until its pod has ended. */
async function killedHalfWay(bed: Bed, args: readonly string[]): Promise<void> {
  const [program = "", ...rest] = workstationCommand(bed, ["sweep", "--node=cp", ...args]);
  const child = spawn(program, rest, { stdio: "ignore", detached: true });
  const ended = once(child, "exit");
  await until("its pod to be asked", async () => {
    const phases = await readerPhases(bed);
    return { done: phases === "Running", saw: phases };
  });
  process.kill(-(child.pid ?? 0), "SIGKILL");
  await ended;
  await until("its pod to end by itself", async () => {
    const phases = await readerPhases(bed);
    return { done: phases === "Succeeded", saw: phases };
  });
  await kubectl(bed, ["delete", "pods", "--namespace=kube-system", readers]);
}

const readers = "--selector=app.kubernetes.io/component=node-reader";

function readerPhases(bed: Bed): Promise<string> {
  return kubectl(bed, [
    "get",
    "pods",
    "--namespace=kube-system",
    readers,
    "--output=jsonpath={.items[*].status.phase}",
  ]);
}

/** Which process the node's kubelet is. */
async function kubeletOf(bed: Bed, cp: NamespaceNode): Promise<string> {
  const { stdout } = await holdfast(bed, cp, ["ports", "10250", "--output=json"]);
  return /"pid": (\d+)/.exec(stdout)?.[1] ?? "none";
}

async function uidsOn(bed: Bed, cp: NamespaceNode): Promise<string> {
  const selector = `--field-selector=spec.nodeName=${cp.name}`;
  return kubectl(bed, ["get", "pods", "--all-namespaces", selector, "--output=jsonpath={.items[*].metadata.uid}"]);
}
