import { describe, expect } from "vitest";
import { controlPlane, nodeNamed, type Bed, type Node } from "../testbed/bed.ts";
import { kubectl } from "../testbed/clients.ts";
import { endBed } from "../testbed/down.ts";
import { hasFault, setFault } from "../testbed/faults.ts";
import { admin, kubeconfig, kubeletUser } from "../testbed/kubeconfig.ts";
import { listenersOn } from "../testbed/listeners.ts";
import { inNetwork } from "../testbed/network.ts";
import { processesOfPod } from "../testbed/pod-processes.ts";
import { whyNoBed } from "../testbed/requirements.ts";
import { run } from "../testbed/run.ts";
import { holdfast, kubeconfigOn, kubeletConfig, nodeOf, sweepOf } from "../testbed/suite/holdfast.ts";
import { truthOf, truthTold } from "../testbed/suite/node-truth.ts";
import { startOwnBed } from "../testbed/suite/own-bed.ts";
import { saidOf } from "../testbed/suite/said.ts";
import { containerOf, podField, startPod } from "../testbed/suite/pod.ts";
import { hasBed, test } from "../testbed/suite/cluster-test.ts";
import { until } from "../testbed/until.ts";

const runtime = "containerd-1.6";
const why = whyNoBed({ runtime });
if (hasBed && why !== null) console.warn(`no bed with the old runtime: ${why}`);

// In CI a missing runtime is a failure: starting the bed throws.
describe.skipIf(!hasBed || (why !== null && process.env["CI"] !== "true"))("a second bed, with containerd 1.6", () => {
  test("runs beside the suite's, fails in the same way, and is told in the same way", async ({
    bed: other,
    namespace,
  }) => {
    const bed = await startOwnBed("old-runtime", { workers: 1, runtime });
    try {
      const versions = ["get", "nodes", "--output=jsonpath={.items[*].status.nodeInfo.containerRuntimeVersion}"];
      expect(await kubectl(bed, versions)).toMatch(/^containerd:\/\/1\.6\.\d+\S* containerd:\/\/1\.6\.\d+\S*$/);
      await startPod(bed, "default", { name: "steady", node: "w1", command: ["sleep", "3600"] });
      await startPod(bed, "default", { name: "stuck", node: "w1", hostNetwork: true, command: listening });
      const uid = await podField(bed, "default", "stuck", "{.metadata.uid}");
      expect(await kubectl(other, ["get", "pods", "--namespace=default", "--output=name"])).toBe("");
      await setFault(bed, nodeNamed(bed, "w1"), "kill", true);
      await kubectl(bed, ["delete", "pod", "stuck", "--grace-period=1", "--wait=false"]);
      await until("the kubelet to say that it cannot kill", async () => {
        const events = await kubectl(bed, ["events", "--for=pod/stuck"]);
        return { done: events.includes("unable to signal init: permission denied"), saw: events };
      });
      expect(processesOfPod(uid)).toHaveLength(2);
      await seeOrphan(bed, uid);
      await clearOrphan(bed, uid);
      await startPod(other, namespace, { name: "settled", node: "w1", command: ["sleep", "3600"] });
      await seeOtherCluster(other, bed);
    } finally {
      await endBed(bed.directory);
    }
    expect(await kubectl(other, ["get", "--raw=/readyz"])).toBe("ok");
  });
});

/** Force-deleted while it cannot be killed: told as an orphan, with what containerd 1.6 has of it. */
async function seeOrphan(bed: Bed, uid: string): Promise<void> {
  const w1 = nodeNamed(bed, "w1");
  expect(await standingsOf(bed, w1)).toEqual([
    "steady running",
    expect.stringMatching(/^stuck (terminating|overdue)$/),
  ]);
  await kubectl(bed, ["delete", "pod", "stuck", "--force", "--grace-period=0", "--wait=false"]);
  await expect
    .poll(() => standingsOf(bed, w1), { timeout: 240_000, interval: 2_000 })
    .toEqual(["steady running", "stuck orphan"]);
  const { pods } = await nodeOf(bed, w1, [kubeletConfig]);
  const orphan = pods.filter(({ name }) => name === "stuck");
  expect(orphan.map(truthTold)).toEqual([await truthOf(bed, w1, uid)]);
}

/** Listed with its port; then by its cgroup, as what containerd 1.6 is asked for first cannot be done. Nothing else is touched. */
async function clearOrphan(bed: Bed, uid: string): Promise<void> {
  const w1 = nodeNamed(bed, "w1");
  const steady = await containerOf(bed, "default", "steady");
  const usual = [kubeconfigOn(w1, "admin", kubeconfig(bed, admin)), "--minimum-age=5s", "--minimum-uptime=5s"];
  const { leftovers } = await sweepOf(bed, w1, usual);
  expect(leftovers).toMatchObject([
    { kind: "orphan", pod: { uid }, verdict: { is: "candidate", listeners: [{ protocol: "tcp", port }] } },
  ]);
  expect(listenersOn(bed, w1).find((each) => each.port === port)?.podUid).toBe(uid);
  expect(await sweepOf(bed, w1, [...usual, "--enforce", "--yes", "--max-rung=2"])).toMatchObject({
    leftovers: [],
    swept: [{ uid, outcome: { is: "cleared", rung: 2, cause: { kind: "apparmor" } } }],
  });
  expect(await truthOf(bed, w1, uid)).toMatchObject({ sandboxes: [], tasks: [], processes: [] });
  expect(listenersOn(bed, w1).filter((each) => each.port === port)).toEqual([]);
  expect(await hasFault(bed, w1, "kill")).toBe(true);
  expect(await containerOf(bed, "default", "steady")).toBe(steady);
}

/**
 * A kubeconfig that leads to another cluster, which has a node of this name as well: nothing is an orphan for that. No
 * bed reaches another: a cable from one to the other is laid here, and goes away with the other bed.
 */
async function seeOtherCluster(bed: Bed, other: Bed): Promise<void> {
  const [here, there] = [nodeNamed(bed, "w1"), controlPlane(other)];
  const ends = ["name", "cable", "type", "veth", "peer", "name", "cable", "netns", there.network];
  await run(inNetwork(here, ["ip", "link", "add", ...ends]));
  for (const [node, address] of [
    [here, "192.0.2.1/24"],
    [there, "192.0.2.2/24"],
  ] as const) {
    await run(inNetwork(node, ["ip", "address", "add", address, "dev", "cable"]));
    await run(inNetwork(node, ["ip", "link", "set", "cable", "up"]));
  }
  const config = JSON.parse(kubeconfig(other, kubeletUser(nodeNamed(other, "w1"))));
  config.clusters[0].cluster = {
    ...config.clusters[0].cluster,
    server: "https://192.0.2.2:6443",
    "tls-server-name": "kubernetes",
  };
  const option = kubeconfigOn(here, "other-cluster", JSON.stringify(config));
  const { status, stdout } = await holdfast(bed, here, ["node", option, "--strict"]);
  expect(status).toBe(3);
  const said = saidOf(stdout);
  expect(said).toMatch(/^1 pod could not be told\. .* the API server's node w1 is another machine, /);
  expect(said).toMatch(/ \? \S+\/settled \? ready 2/);
  expect(said).not.toMatch(/orphan|recover|sweep/);
}

async function standingsOf(bed: Bed, node: Node): Promise<string[]> {
  const { pods } = await nodeOf(bed, node, [kubeletConfig]);
  return pods.map(({ name, standing }) => `${name} ${standing}`).toSorted();
}

const port = 29653;
const listening = ["httpd", "-f", "-p", String(port)];
