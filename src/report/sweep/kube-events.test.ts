import { expect, test } from "vitest";
import type { SweepEvent } from "../../sweep/events.ts";
import { orphanTarget } from "../../../test/builders/target.ts";
import { eventObject, stepAnnouncement } from "./kube-events.ts";

const uid = "22329b6e-1d74-4f8b-a007-fc831d2bcb79";
const target = orphanTarget({ uid });

test.each<[SweepEvent, string]>([
  [{ event: "sighted", target }, "none"],
  [
    { event: "intent", rung: 2, target },
    "Warning Sweeping: rung 2 (kill the cgroup): nfs-csi/csi-nfs-node-bkvff (orphan)",
  ],
  [
    { event: "intent", rung: 1, target: { ...target, namespace: null, name: null } },
    `Warning Sweeping: rung 1 (runtime stop and remove): the pod with uid ${uid} (orphan)`,
  ],
  [{ event: "acted", uid, act: "kill-cgroup", on: uid, said: { said: "done" } }, "none"],
  [
    { event: "outcome", uid, outcome: { is: "cleared", rung: 2, cause: null } },
    `Normal Swept: uid ${uid}: cleared on rung 2`,
  ],
  [
    {
      event: "outcome",
      uid,
      outcome: { is: "aborted", before: 1, reason: { code: "contradicted", text: "no\u001b[2J\n", at: [] } },
    },
    String.raw`Warning NotSwept: uid ${uid}: stopped before rung 1: no\u{1b}[2J\n`,
  ],
])("of the steps, what is begun and what came of it are announced: %j", (event, expected) => {
  const said = stepAnnouncement(event);
  expect(said === null ? "none" : `${said.type} ${said.reason}: ${said.message}`).toBe(expected);
});

test("a message is no longer than the API server takes", () => {
  const reason = { code: "contradicted", text: "x".repeat(5000), at: [] } as const;
  const said = stepAnnouncement({ event: "outcome", uid, outcome: { is: "aborted", before: 1, reason } });
  expect(said?.message.length).toBe(1024);
});

test("an Event of a Node is in the namespace default, and one of a pod in its own", () => {
  const about = { node: "w1", id: "0a", at: "2026-05-17T09:00:00Z" };
  const announcement = { type: "Warning", reason: "LeftOver", message: "m" } as const;
  const pod = { namespace: "shop", name: "web", uid };
  const where = [null, pod].map((each) => eventObject({ pod: each, ...announcement }, about));
  expect(where).toEqual([
    {
      namespace: "default",
      object: expect.objectContaining({
        metadata: { name: "w1.0a", namespace: "default" },
        involvedObject: { apiVersion: "v1", kind: "Node", name: "w1", uid: "w1" },
        source: { component: "holdfast-agent", host: "w1" },
      }),
    },
    {
      namespace: "shop",
      object: expect.objectContaining({
        metadata: { name: "web.0a", namespace: "shop" },
        involvedObject: { apiVersion: "v1", kind: "Pod", ...pod },
      }),
    },
  ]);
});
