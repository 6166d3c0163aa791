import { expect, test } from "vitest";
import { placingCluster } from "../../test/builders/placing-cluster.ts";
import { fits } from "./choose.ts";
import { PlaceIndex } from "./place-index.ts";

const node = (name: string): object => ({
  metadata: { name, labels: { "kubernetes.io/hostname": name } },
  status: { allocatable: { cpu: "4", memory: "4Gi", pods: "110" } },
});

function pod(name: string, labels: object, more: object = {}): object {
  return {
    metadata: { namespace: "default", name, uid: name, labels, ...more },
    spec: { ...(name === "new" ? {} : { nodeName: "one" }), containers: [{ name: "main", image: "web" }] },
    status: { phase: "Running" },
  };
}

// Nothing forbids it: a label of the pod was changed, and its owner has not let it go yet. The points are the scheduler's own.
test.each([
  ["ReplicationController", "v1", "replicationControllers", { app: "old" }, { one: 132, two: 200 }],
  ["ReplicaSet", "apps/v1", "replicaSets", { matchLabels: { app: "old" } }, { one: 200, two: 200 }],
])("the labels of a %s and of a Service that contradict each other", (kind, apiVersion, list, selector, points) => {
  const owner = { apiVersion, kind, name: "owner", uid: "owner", controller: true };
  const { pod: placing, world } = placingCluster({
    pod: pod("new", { app: "web" }, { ownerReferences: [owner] }),
    nodes: [node("one"), node("two")],
    pods: [pod("running", { app: "old" })],
    services: [{ metadata: { namespace: "default", name: "service" }, spec: { selector: { app: "web" } } }],
    [list]: [{ metadata: { namespace: "default", name: "owner" }, spec: { selector } }],
  });
  const all = fits(placing, new PlaceIndex(world));
  const given = Object.fromEntries(
    [...all].map(([name, fit]) => [name, "scores" in fit ? fit.scores.get("PodTopologySpread") : fit.rejectedBy]),
  );
  expect(given).toEqual(points);
});
