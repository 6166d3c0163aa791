import { afterAll, afterEach, describe, expect } from "vitest";
import { sweepReport, type SweepReport } from "../../src/report/sweep/schema.ts";
import { controlPlane, type Bed, type NamespaceNode } from "../testbed/bed.ts";
import { kubectl } from "../testbed/clients.ts";
import { hasFault } from "../testbed/faults.ts";
import { nightCharts } from "../testbed/incident/charts.ts";
import { endNight, playNight } from "../testbed/incident/night.ts";
import { hanging } from "../testbed/incident/rolled-back.ts";
import { exec, execCommand } from "../testbed/nodes.ts";
import { tryRun } from "../testbed/run.ts";
import { sayOnStderr as say } from "../testbed/say.ts";
import { hasBed, suiteBed, test } from "../testbed/suite/cluster-test.ts";
import { holdfast, holdfastOnV1 } from "../testbed/suite/holdfast.ts";
import { installKured, lockKured, removeKured } from "../testbed/suite/kured.ts";
import { truthOf } from "../testbed/suite/node-truth.ts";
import { podField, startPod } from "../testbed/suite/pod.ts";
import { until } from "../testbed/until.ts";

/** The bed's kubelet has just come up, and its pods are young. */
const young = ["--minimum-uptime=10s", "--minimum-age=10s"];
/** The init of a bed's node starts a kubelet again that has ended. */
const restarts = "--kubelet-restart-command=pkill -x kubelet";
const request = "/run/reboot-required";
const record = "/var/lib/holdfast/kubelet-restart.json";
const label = "holdfast.dev/disk";

describe.skipIf(!hasBed)("where neither the runtime nor the kernel can end an orphan", () => {
  afterEach(() => endNight(suiteBed()));
  afterAll(async () => {
    const bed = suiteBed();
    const cp = controlPlane(bed);
    await removeKured(bed);
    await kubectl(bed, ["label", "node", cp.name, `${label}-`]);
    await exec(bed, cp, ["rm", "-f", request, record]);
  });

  test("proof 26: a pod that would not be taken again is named; a restart an hour, and none beside kured; then it is cleared", async ({
    bed,
    namespace,
  }) => {
    const cp = controlPlane(bed);
    await kubectl(bed, ["label", "node", cp.name, `${label}=fast`]);
    await startPod(bed, namespace, {
      name: "pinned",
      node: cp.name,
      command: ["sleep", "infinity"],
      nodeSelector: { [label]: "fast" },
    });
    await installKured(bed, cp);
    const charts = await nightCharts(bed, "own");
    await playNight(bed, { charts: "own", until: "rolled-back", say });
    const left = await hanging({ bed, charts, say });
    await playNight(bed, { charts: "own", say });
    await until("all that was left over to be listed", async () => {
      const { leftovers } = await swept(bed, cp, []);
      return { done: leftovers.length === left.length, saw: leftovers.map(({ pod }) => pod.name).join(" ") };
    });
    const kubelet = await kubeletOf(bed, cp);
    const pinned = await containerOf(bed, namespace);

    // Nobody notices that a label was taken away, until the kubelet is restarted.
    await kubectl(bed, ["label", "node", cp.name, `${label}-`]);
    expect(await outcomes(bed, cp, ["--max-rung=3"])).toEqual([
      `aborted 3: after a restart the kubelet would not take ${namespace}/pinned (NodeAffinity: its node selector or affinity is not for this node) again`,
    ]);
    await kubectl(bed, ["label", "node", cp.name, `${label}=fast`]);

    await lockKured(bed, "w1");
    expect(await outcomes(bed, cp, ["--max-rung=3"])).toEqual(["aborted 3: kured is at w1"]);
    await lockKured(bed, null);
    expect(await kubeletOf(bed, cp)).toBe(kubelet);
    expect(await isThere(bed, cp, record)).toBe(false);

    // A command that does not do it, and what it said is not believed.
    expect(await outcomes(bed, cp, ["--max-rung=3", "--kubelet-restart-command=true"])).toEqual([
      "left 3: the kubelet is the one from before: it was not restarted",
    ]);
    const again = await outcomes(bed, cp, ["--max-rung=3"]);
    expect(again).toEqual([expect.stringMatching(/^aborted 3: the kubelet was restarted less than an hour ago, and/)]);
    expect([await isThere(bed, cp, record), await isThere(bed, cp, request)]).toEqual([true, false]);
    expect(await outcomes(bed, cp, ["--max-rung=4", `--kured-sentinel=${request}`])).toEqual([
      "left 4: a reboot was requested: kured drains and reboots the node when it is its turn",
    ]);
    expect(await isThere(bed, cp, request)).toBe(true);
    expect(await kubeletOf(bed, cp)).toBe(kubelet);
    for (const { uid } of left) expect((await truthOf(bed, cp, uid)).processes).not.toEqual([]);

    // As if an hour had passed.
    await exec(bed, cp, ["rm", record]);
    expect(await outcomes(bed, cp, ["--max-rung=3"])).toEqual(["cleared 3"]);
    expect(await hasFault(bed, cp, "kill")).toBe(true);
    expect(await kubeletOf(bed, cp)).not.toBe(kubelet);
    // Of the others it may have been too late for this kubelet: their volumes were still mounted when it looked.
    expect(await containerOf(bed, namespace)).toBe(pinned);
  });
});

/** A line for each that was acted on, in a sweep up to the rung that the arguments allow. */
async function outcomes(bed: Bed, cp: NamespaceNode, args: readonly string[]): Promise<readonly string[]> {
  const report = await swept(bed, cp, ["--enforce", "--yes", restarts, ...args]);
  return report.swept.map(({ outcome: { is, rung, reason, next } }) =>
    [`${is} ${rung}`, ...(reason === undefined ? [] : [reason.text]), ...(next === undefined ? [] : [next])].join(": "),
  );
}

async function swept(bed: Bed, cp: NamespaceNode, args: readonly string[]): Promise<SweepReport> {
  const { stdout, stderr } = await holdfastOnV1(bed, cp, ["sweep", ...young, ...args, "--output=json"]);
  if (stdout === "") throw new Error(`holdfast sweep: ${stderr}`);
  return sweepReport.parse(JSON.parse(stdout));
}

/** Which process the node's kubelet is. */
async function kubeletOf(bed: Bed, cp: NamespaceNode): Promise<string> {
  const { stdout } = await holdfast(bed, cp, ["ports", "10250", "--output=json"]);
  return /"pid": (\d+)/.exec(stdout)?.[1] ?? "none";
}

async function isThere(bed: Bed, cp: NamespaceNode, path: string): Promise<boolean> {
  return (await tryRun(execCommand(bed, cp, ["test", "-e", path]))).status === 0;
}

/** Which container the bystander has, and how often it was started. */
function containerOf(bed: Bed, namespace: string): Promise<string> {
  const status = "{.status.containerStatuses[0].containerID} {.status.containerStatuses[0].restartCount}";
  return podField(bed, namespace, "pinned", status);
}
