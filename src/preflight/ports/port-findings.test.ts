import { expect, test } from "vitest";
import { ledgersOf } from "../../../test/builders/ledgers.ts";
import { renderedObject } from "../../../test/builders/rendered-objects.ts";
import { joinLedgers } from "../../ledger/join.ts";
import type { JsonObject } from "../../model/json.ts";
import type { PodPorts } from "../../model/port-claim.ts";
import { known } from "../../model/told.ts";
import { claims } from "./claims.ts";
import { collisions } from "./collisions.ts";
import {
  collisionFindings,
  declaredConflicts,
  heldPorts,
  probesAnsweredByOthers,
  undeclaredPorts,
  type PortFinding,
} from "./port-findings.ts";

function pods(kind: string, name: string, ...containers: readonly JsonObject[]): PodPorts {
  const template = { spec: { hostNetwork: true, containers: [...containers] } };
  const ports = claims(
    renderedObject({ apiVersion: "apps/v1", kind, metadata: { namespace: "a", name }, spec: { template } }),
  );
  if (ports === null) throw new Error("it makes pods");
  return ports;
}

const probe: JsonObject = {
  name: "liveness-probe",
  args: ["--http-endpoint=localhost:29652"],
  livenessProbe: { httpGet: { host: "localhost", port: 29_652 } },
};
const controller = pods("Deployment", "csi-nfs-controller", probe);

function met(minimum: number, maximum: number, ...all: readonly PodPorts[]) {
  const { knowledge, observation } = ledgersOf({
    pods: [
      { name: "kube-system/neighbour" },
      { name: "a/old", listed: "none", containers: [{ processes: [{ pid: 7, listens: ["127.0.0.1:29652"] }] }] },
    ],
  });
  const nodes = new Map([["cp", known(joinLedgers(knowledge, observation))]]);
  const stays = all.map(
    (ports) => ({ ports, node: "cp", when: "after", pods: [minimum, maximum], untold: null }) as const,
  );
  return collisions(stays, nodes, () => false).collisions;
}

test.each<[string, readonly PortFinding[], readonly string[]]>([
  [
    "two DaemonSets declare one port",
    declaredConflicts(["a", "b"].map((name) => pods("DaemonSet", name, { name: "c", ports: [{ containerPort: 1 }] }))),
    ["PRT001 block inferred: c of DaemonSet a and c of DaemonSet b both declare host port 1/tcp"],
  ],
  [
    "two Deployments do",
    declaredConflicts(["a", "b"].map((name) => pods("Deployment", name, { name: "c", ports: [{ containerPort: 1 }] }))),
    ["PRT001 high inferred: c of Deployment a and c of Deployment b both declare host port 1/tcp"],
  ],
  [
    "two ports",
    declaredConflicts([
      pods("DaemonSet", "a", { name: "c", ports: [{ containerPort: 1 }, { containerPort: 1, protocol: "UDP" }] }),
    ]),
    [],
  ],
  [
    "two replicas on one node",
    collisionFindings(met(2, 2, controller)),
    ["PRT002 block inferred: two pods of Deployment csi-nfs-controller bind port 29652/tcp on cp"],
  ],
  [
    "two replicas that may be",
    collisionFindings(met(0, 2, controller)),
    ["PRT003 high inferred: two pods of Deployment csi-nfs-controller may bind port 29652/tcp on cp"],
  ],
  [
    "only the image says so",
    collisionFindings(met(2, 2, pods("Deployment", "x", { name: "c", image: "livenessprobe" }))),
    ["PRT002 high inferred: two pods of Deployment x bind port 9808/tcp on cp"],
  ],
  ["one replica", collisionFindings(met(1, 1, controller)), []],
  [
    "a port that is not declared",
    undeclaredPorts([controller]),
    [
      "PRT004 medium inferred: liveness-probe of Deployment csi-nfs-controller binds port 29652/tcp of its node and does not declare it",
    ],
  ],
  [
    "one that is",
    undeclaredPorts([pods("DaemonSet", "a", { name: "c", args: ["--port=1"], ports: [{ containerPort: 1 }] })]),
    [],
  ],
  [
    "an orphan has it",
    heldPorts(met(1, 1, controller)),
    [
      "PRT005 block inferred: port 29652/tcp on cp, which liveness-probe of Deployment csi-nfs-controller binds, is held by an orphan: a pod that the API server does not know any more",
    ],
  ],
  ["a node without a place for it", heldPorts(met(0, 0, controller)), []],
  [
    "a probe that the other replica, or the orphan, answers",
    probesAnsweredByOthers(met(2, 2, controller)),
    ["PRT006 high inferred: on cp the probe of csi-nfs-controller on port 29652/tcp may be answered by another pod"],
  ],
])("%s", (_, findings, expected) => {
  expect(findings.map(({ rule, severity, confidence, what }) => `${rule} ${severity} ${confidence}: ${what}`)).toEqual(
    expected,
  );
});

test("a finding in full", () => {
  expect(collisionFindings(met(2, 2, controller))).toEqual([
    {
      rule: "PRT002",
      severity: "block",
      confidence: "inferred",
      what: "two pods of Deployment csi-nfs-controller bind port 29652/tcp on cp",
      why: "liveness-probe binds 127.0.0.1:29652 by --http-endpoint, livenessProbe. The scheduler does not keep them apart, as it is not declared",
      do: "keep them on different nodes, or give one of them another port",
      at: [{ file: 0, start: 0, end: 0 }],
      identity: Array.from({ length: 2 }, () => [
        "apps/Deployment a/csi-nfs-controller",
        "liveness-probe",
        "29652/tcp",
      ]).flat(),
    },
  ]);
});
