import { describe, expect, test } from "vitest";
import { incident } from "../../../test/builders/incident.ts";
import { ledgersOf } from "../../../test/builders/ledgers.ts";
import { readerUid, readyNode, runningStatus, type ReaderFacts } from "../../../test/builders/reader-kube.ts";
import {
  readByPod,
  snapshotOf,
  ended,
  printed,
  untold,
  waits,
  refused,
} from "../../../test/builders/reading-by-pod.ts";
import type { ExecStep } from "../../model/kube-source.ts";
import type { NodeReading } from "../../model/sources.ts";
import { isKnown, known } from "../../model/told.ts";

const ready = { status: { ...readyNode } };

test("makes the pod, asks it, waits until it has ended, removes it, and looks for those of earlier runs", async () => {
  const { asked } = await readByPod({ statuses: [{ phase: "Pending" }, waits("ContainerCreating"), runningStatus] });
  expect(asked).toEqual([
    "get node cp",
    "create in kube-system",
    "get pod",
    "exec in kube-system/holdfast-node-reader-… reader: holdfast node-read --node cp <",
    "get pod",
    "delete pod by its uid",
    "get pod",
    "list kube-system spec.nodeName=cp app.kubernetes.io/name=holdfast,app.kubernetes.io/component=node-reader,app.kubernetes.io/managed-by=holdfast",
  ]);
});

test("asks as soon as the container runs, whatever the API server says yet", async () => {
  const pending = Array.from({ length: 20 }, () => waits("ContainerCreating"));
  const { asked, observation } = await readByPod({ runsEarly: true, statuses: [...pending, runningStatus] });
  expect(isKnown(observation.kernel)).toBe(true);
  expect(asked.slice(1, 5)).toEqual([
    "create in kube-system",
    "get pod",
    "exec in kube-system/holdfast-node-reader-… reader: holdfast node-read --node cp <",
    "get pod",
  ]);
});

test("what fails before the pod is said to run is asked again", async () => {
  let times = 0;
  const exec = (): AsyncIterable<ExecStep> => {
    times += 1;
    return times === 1
      ? printed(Buffer.alloc(0), ended(known(2)), "holdfast: NODE003: not yet")
      : printed(snapshotOf(incident().observation));
  };
  const statuses = [waits("ContainerCreating")];
  const { observation } = await readByPod({ runsEarly: true, statuses, statusAfter: runningStatus, exec });
  expect([times, isKnown(observation.kernel)]).toEqual([2, true]);
});

test("one whose pod ended because of what was asked too soon says what became of that", async () => {
  const exec = (): AsyncIterable<ExecStep> => printed(Buffer.alloc(0), ended(known(7)), "out of memory");
  expect(untold(await readByPod({ runsEarly: true, statuses: [waits("ContainerCreating")], exec }))).toEqual([
    "incomplete",
    "holdfast in the pod ended with code 7: out of memory",
    "name an image of this version of holdfast (--image)",
  ]);
});

test("tells what was read, in the order of this run", async () => {
  const { observation, left } = await readByPod({}, { counted: 41 });
  const { runtime, kernel, details } = incident().observation;
  const here = { began: 42, ended: 43 };
  if (!isKnown(runtime) || !isKnown(kernel)) throw new Error("the builder tells both");
  expect({ observation, left }).toEqual({
    observation: {
      node: "cp",
      runtime: known({ ...runtime.known, reading: { ...runtime.known.reading, ...here } }),
      kernel: known({ ...kernel.known, reading: { ...kernel.known.reading, ...here } }),
      details,
    },
    left: [],
  });
});

test("leaves the pod itself out, which shows where the kubelet has its pods", async () => {
  const reader = { name: "kube-system/holdfast-node-reader-1", uid: readerUid };
  const other = { name: "kube-system/kube-proxy" };
  const besideIt = await readByPod(
    { exec: () => printed(snapshotOf(ledgersOf({ pods: [reader, other] }).observation)) },
    { counted: 2 },
  );
  const alone = await readByPod(
    { exec: () => printed(snapshotOf(ledgersOf({ pods: [other] }).observation)) },
    { counted: 2 },
  );
  expect([besideIt.cgroupRoot, alone.cgroupRoot]).toEqual(["/", null]);
  const seen = ({ observation: { runtime, kernel } }: Pick<NodeReading, "observation">): unknown =>
    isKnown(runtime) && isKnown(kernel)
      ? [runtime.known.sandboxes, runtime.known.containers, kernel.known.processes.map(({ cgroup }) => cgroup)]
      : null;
  expect(seen(besideIt)).toEqual(seen(alone));
});

describe("a node on which nothing would run gets no pod", () => {
  test.each<[string, NonNullable<ReaderFacts["node"]> | null, string[]]>([
    [
      "there is none of this name",
      null,
      [
        "wrong-cluster",
        "the API server has no node cp",
        "name the node as kubectl get nodes prints it, and the right cluster (--kubeconfig, --context)",
      ],
    ],
    [
      "its kubelet is down",
      {
        status: {
          ...ready.status,
          conditions: [
            {
              type: "Ready",
              status: "Unknown",
              reason: "NodeStatusUnknown",
              message: "Kubelet stopped posting node status.",
              lastTransitionTime: "2026-05-17T08:58:00Z",
            },
          ],
        },
      },
      [
        "not-reached",
        "the node cp is not ready since 2026-05-17T08:58:00Z (NodeStatusUnknown: Kubelet stopped posting node status.)",
        "see why its kubelet does not answer, or read it on the node itself: holdfast snapshot --local -o FILE",
      ],
    ],
    [
      "it runs Windows",
      { status: { nodeInfo: { operatingSystem: "windows" } } },
      [
        "not-reached",
        "the node cp runs windows, and only Linux can be read",
        "name the node as kubectl get nodes prints it, and the right cluster (--kubeconfig, --context)",
      ],
    ],
    [
      "the API server is silent",
      { ...refused(null, null, "no answer"), code: "timed-out" },
      ["timed-out", "no answer", "nothing"],
    ],
  ])("%s", async (_, node, expected) => {
    const outcome = await readByPod({ node });
    expect([untold(outcome), outcome.asked]).toEqual([expected, ["get node cp"]]);
  });

  test("but who may not look at Nodes tries", async () => {
    const outcome = await readByPod({ node: refused(403, "Forbidden", "no") });
    expect(isKnown(outcome.observation.kernel)).toBe(true);
  });
});
