import { cpSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { nodeNamed, type Bed, type NamespaceNode } from "../testbed/bed.ts";
import { kubectl } from "../testbed/clients.ts";
import { etcdFolder, startApi, stopApi } from "../testbed/control-plane.ts";
import { endBed } from "../testbed/down.ts";
import { setFault } from "../testbed/faults.ts";
import { admin, kubeconfig } from "../testbed/kubeconfig.ts";
import { restartService } from "../testbed/nodes.ts";
import { processesOfPod } from "../testbed/pod-processes.ts";
import { installAgent } from "../testbed/suite/agent-chart.ts";
import { agentLooked, agentReport } from "../testbed/suite/agent-said.ts";
import { kubeconfigOn, sweepOf } from "../testbed/suite/holdfast.ts";
import { startOwnBed, withoutBed } from "../testbed/suite/own-bed.ts";
import { podField, startPods } from "../testbed/suite/pod.ts";
import { loadReaderImage } from "../testbed/suite/reader-image.ts";
import { until } from "../testbed/until.ts";

/** An agent that may kill, and does not wait for long. */
const hasty = {
  enforce: "true",
  maxRung: "2",
  testInterval: "2s",
  minimumAge: "10s",
  minimumUptime: "10s",
  unseenGrace: "10s",
  graceMargin: "5s",
};

const runtime = "containerd-2";
describe.skipIf(withoutBed({ runtime }))("an agent that may kill", () => {
  test("proofs 5, 6, 19: believes no API that is gone or went back, and no runtime that has just come up", async () => {
    const bed = await startOwnBed("api-gone", { workers: 1, runtime });
    try {
      await loadReaderImage(bed);
      await installAgent(bed, hasty);
      const w1 = nodeNamed(bed, "w1");
      const names = ["steady", "patient"];
      await startPods(
        bed,
        "default",
        names.map((name) => ({ name, node: "w1", command: sleeper, grace: 3600 })),
      );
      const uids = await Promise.all(names.map((name) => podField(bed, "default", name, "{.metadata.uid}")));
      await setFault(bed, w1, "kill", true);
      await kubectl(bed, ["delete", "pod", "patient", "--force", "--grace-period=0", "--wait=false"]);
      const alive = uids.map(processesOfPod);
      await seeNothingDone(bed, w1);
      await seeRestored(bed, w1);
      expect(uids.map(processesOfPod)).toEqual(alive);
    } finally {
      await endBed(bed.directory);
    }
  });
});

const sleeper = ["sleep", "3600"];

/** Proofs 5, 19: a runtime that has just come up, or the API gone: a person's sweep does nothing either. */
async function seeNothingDone(bed: Bed, w1: NamespaceNode): Promise<void> {
  const asAdmin = kubeconfigOn(w1, "admin", kubeconfig(bed, admin));
  const enforce = [asAdmin, "--enforce", "--yes", "--max-rung=2", "--minimum-age=5s"];
  await until("the orphan to be told", async () => {
    const { leftovers } = await sweepOf(bed, w1, [asAdmin, "--minimum-age=5s"]);
    return { done: leftovers.length === 1, saw: JSON.stringify(leftovers) };
  });
  await restartService(bed, w1, "containerd");
  const young = await sweepOf(bed, w1, enforce);
  expect(young.swept).toEqual([]);
  expect(young.premises.filter(({ state }) => state !== "holds")).toEqual([
    { id: "P3", state: "fails", text: expect.stringMatching(/^the runtime is up for \d+ s, and 300 s are asked for$/) },
  ]);
  await stopApi(bed);
  const gone = await sweepOf(bed, w1, [...enforce, "--minimum-uptime=1s"]);
  expect({ swept: gone.swept, leftovers: gone.leftovers }).toEqual({ swept: [], leftovers: [] });
  expect(gone.premises.filter(({ id }) => id === "P4")).toEqual([
    { id: "P4", state: "untold", text: "the connection was refused" },
  ]);
  await sleep(15_000);
  await startApi(bed);
  await agentLooked(bed, w1, 2);
}

/** Proof 6: an etcd that was put back to what it held before a pod was made knows nothing of that pod. */
async function seeRestored(bed: Bed, w1: NamespaceNode): Promise<void> {
  const backup = `${etcdFolder(bed)}-backup`;
  await stopApi(bed);
  cpSync(etcdFolder(bed), backup, { recursive: true });
  await startApi(bed);
  await startPods(bed, "default", [{ name: "late", node: "w1", command: sleeper }]);
  const late = await podField(bed, "default", "late", "{.metadata.uid}");
  const alive = processesOfPod(late);
  await agentLooked(bed, w1, 2);
  await stopApi(bed);
  rmSync(etcdFolder(bed), { recursive: true });
  cpSync(backup, etcdFolder(bed), { recursive: true });
  await startApi(bed);
  const wentBack = async (): Promise<string | undefined> =>
    (await agentReport(bed, w1)).premises.find(({ id, state }) => id === "P4" && state === "fails")?.text;
  await until("the agent to see that the API went back", async () => {
    const text = await wentBack();
    return { done: text !== undefined, saw: String(text) };
  });
  // Its revisions grow again, and the pod's grace, the margin and all confirmations come to their end.
  await agentLooked(bed, w1, 45);
  expect(await wentBack()).toMatch(/: a restored etcd, or another API server$/);
  expect(processesOfPod(late)).toEqual(alive);
}
