import { randomBytes } from "node:crypto";
import { cpSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { nodeNamed, type Bed, type NamespaceNode } from "../testbed/bed.ts";
import { findPrograms } from "../testbed/build/programs.ts";
import { getJson, kubectl } from "../testbed/clients.ts";
import { etcdFolder, startApi, stopApi } from "../testbed/control-plane.ts";
import { endBed } from "../testbed/down.ts";
import { setFault } from "../testbed/faults.ts";
import { admin, kubeconfig } from "../testbed/kubeconfig.ts";
import { exec, restartService } from "../testbed/nodes.ts";
import { processesOfPod } from "../testbed/pod-processes.ts";
import { whyNoBed } from "../testbed/requirements.ts";
import type { RuntimeName } from "../testbed/runtimes.ts";
import { sayOnStderr } from "../testbed/say.ts";
import { installAgent } from "../testbed/suite/agent-chart.ts";
import { hasBed } from "../testbed/suite/cluster-test.ts";
import { guardBed } from "../testbed/suite/guard.ts";
import { kubeconfigOn, sweepOf } from "../testbed/suite/holdfast.ts";
import { podField, startPods } from "../testbed/suite/pod.ts";
import { loadReaderImage } from "../testbed/suite/reader-image.ts";
import { startBed } from "../testbed/up.ts";
import { until } from "../testbed/until.ts";

/** As impatient as the flags allow, but for what a deletion that nobody saw is taken to have given. */
const hasty = {
  enforce: "true",
  maxRung: "2",
  interval: "2s",
  minimumAge: "10s",
  minimumUptime: "10s",
  unseenGrace: "10s",
  graceMargin: "5s",
};

const why = whyNoBed({ runtime: "containerd-2" });
if (hasBed && why !== null) console.warn(`no bed of its own: ${why}`);

// In CI a missing bed is a failure: starting it throws.
describe.skipIf(!hasBed || (why !== null && process.env["CI"] !== "true"))("an agent that may kill", () => {
  test("proofs 5, 6, 19: believes no API that is gone or went back, and no runtime that has just come up", async () => {
    await withBed("containerd-2", async (bed) => {
      const w1 = nodeNamed(bed, "w1");
      const pods = ["steady", "patient"].map((name) => ({ name, node: "w1", command: sleeper, grace: 3600 }));
      await startPods(bed, "default", pods);
      const uids = await uidsOf(bed);
      await setFault(bed, w1, "kill", true);
      await kubectl(bed, ["delete", "pod", "patient", "--force", "--grace-period=0", "--wait=false"]);
      const alive = livingOf(Object.keys(uids), uids);
      await seeNothingDone(bed, w1);
      await seeRestored(bed, w1);
      expect(livingOf(Object.keys(uids), uids)).toEqual(alive);
    });
  });
});

async function withBed(runtime: RuntimeName, use: (bed: Bed) => Promise<void>): Promise<void> {
  const directory = `/var/tmp/holdfast-testbed/left-alone-${randomBytes(4).toString("hex")}`;
  guardBed(directory);
  const bed = await startBed(directory, { workers: 1, runtime, programs: findPrograms().programs }, sayOnStderr);
  try {
    await loadReaderImage(bed);
    await installAgent(bed, hasty);
    await use(bed);
  } finally {
    await endBed(directory);
  }
}

const sleeper = ["sleep", "3600"];

type Uids = Readonly<Record<string, string>>;
type Alive = Readonly<Record<string, readonly number[]>>;

/** By the names of the pods; of a static one, the uid that its sandbox has. */
async function uidsOf(bed: Bed): Promise<Uids> {
  const list = z.object({
    items: z.array(
      z.object({
        metadata: z.object({
          name: z.string(),
          uid: z.string(),
          annotations: z.record(z.string(), z.string()).optional(),
        }),
      }),
    ),
  });
  const { items } = list.parse(await getJson(bed, ["pods", "--namespace=default"]));
  return Object.fromEntries(
    items.map(({ metadata: { name, uid, annotations } }) => [name, annotations?.["kubernetes.io/config.hash"] ?? uid]),
  );
}

/** The processes of pods, as the kubelet's cgroups have them. */
function livingOf(names: readonly string[], uids: Uids): Alive {
  return Object.fromEntries(
    names.map((name) => [name, processesOfPod(uids[name] ?? "none").toSorted((a, b) => a - b)]),
  );
}

const reportSchema = z.object({
  status: z.object({
    at: z.string(),
    told: z.boolean(),
    premises: z.array(z.object({ id: z.string(), state: z.string(), text: z.string() })),
    leftovers: z
      .array(
        z.object({
          uid: z.string(),
          kind: z.string(),
          verdict: z.string(),
          text: z.string(),
          cause: z.string().optional(),
          listeners: z.array(z.string()).optional(),
        }),
      )
      .optional(),
    lastSweep: z.object({ uid: z.string(), outcome: z.string(), rung: z.int(), text: z.string() }).optional(),
  }),
});

/** What the node's agent published last. */
async function reportOf(bed: Bed): Promise<z.infer<typeof reportSchema>["status"]> {
  return reportSchema.parse(await getJson(bed, ["nodereport", "w1"])).status;
}

/** Waits until the agent has looked so many times more. */
async function agentLooked(bed: Bed, w1: NamespaceNode, times: number): Promise<void> {
  const looks = async (): Promise<number> => {
    const metrics = await exec(bed, w1, ["busybox", "wget", "-q", "-O", "-", "http://127.0.0.1:9753/metrics"]);
    return Number(/^holdfast_sweep_duration_seconds_count\S* (\d+)$/m.exec(metrics)?.[1]);
  };
  const before = await looks();
  await until(`${times} more looks of the agent`, async () => {
    const now = await looks();
    return { done: now >= before + times, saw: `${now - before}` };
  });
}

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
  const late = { late: await podField(bed, "default", "late", "{.metadata.uid}") };
  const alive = livingOf(["late"], late);
  await agentLooked(bed, w1, 2);
  await stopApi(bed);
  rmSync(etcdFolder(bed), { recursive: true });
  cpSync(backup, etcdFolder(bed), { recursive: true });
  await startApi(bed);
  await until("the agent to see that the API went back", async () => {
    const { premises } = await reportOf(bed);
    const done = premises.some(({ id, state }) => id === "P4" && state === "fails");
    return { done, saw: JSON.stringify(premises) };
  });
  await agentLooked(bed, w1, 15);
  expect(livingOf(["late"], late)).toEqual(alive);
}
