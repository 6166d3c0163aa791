import { describe, expect, test } from "vitest";
import { ledgersOf, without, type NodeFacts } from "../../../test/builders/ledgers.ts";
import { renderedObject } from "../../../test/builders/rendered-objects.ts";
import { joinLedgers } from "../../ledger/join.ts";
import type { NodeView } from "../../ledger/node-view.ts";
import type { JsonObject } from "../../model/json.ts";
import type { PodPorts } from "../../model/port-claim.ts";
import { known, unknown, type Reason, type Told } from "../../model/told.ts";
import { meet } from "./bind-address.ts";
import { claims } from "./claims.ts";
import { collisions, type Collision, type Stay } from "./collisions.ts";
import { observedListeners } from "./observed.ts";

/** The pod of a Deployment on the host's network with a container for each of these, which are its arguments. */
function pod(name: string, ...containers: readonly (readonly string[])[]): PodPorts {
  return podOf(
    name,
    containers.map((args, index) => ({ name: `c${index}`, args: [...args] })),
  );
}

function podOf(name: string, containers: readonly JsonObject[], hostNetwork = true): PodPorts {
  const template = { spec: { hostNetwork, containers: [...containers] } };
  const ports = claims(
    renderedObject({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { namespace: "a", name },
      spec: { template },
    }),
  );
  if (ports === null) throw new Error("it makes pods");
  return ports;
}

function stay(ports: PodPorts, minimum: number, maximum: number, change: Partial<Stay> = {}): Stay {
  return { ports, node: "cp", when: "after", pods: [minimum, maximum], untold: null, ...change };
}

function node(facts: NodeFacts): ReadonlyMap<string, Told<NodeView>> {
  const { knowledge, observation } = ledgersOf({ ...facts, pods: [{ name: "kube-system/neighbour" }, ...facts.pods] });
  return new Map([["cp", known(joinLedgers(knowledge, observation))]]);
}

const emptyNode = node({ pods: [] });

/** `cp after 29652/tcp b: replica c0, yes, certain, bind`. */
function lineOf({ node: on, when, one, other, sockets, chance, ends, passes }: Collision): string {
  const who = other.by === "holder" ? other.holding.verdict : `${other.claim.pod.name} ${other.claim.container}`;
  const how = typeof chance === "string" ? chance : `unknown: ${chance.unknown.code}`;
  const rest = [sockets, how, ends, ...(passes ? ["passes"] : [])].join(", ");
  return `${on} ${when} ${one.port}/${one.transport} ${one.pod.name} ${one.container}: ${other.by} ${who}, ${rest}`;
}

function found(stays: readonly Stay[], nodes = emptyNode, leaves: (name: string) => boolean = () => false) {
  const { collisions: all, untold } = collisions(stays, nodes, ({ namespace, name }) => leaves(`${namespace}/${name}`));
  return [...all.map(lineOf), ...untold.map(({ node: on, claim, reason }) => `? ${on} ${claim.port}: ${reason.code}`)];
}

const endpoint = ["--http-endpoint=localhost:29652"];

describe("among pods", () => {
  test.each<[string, readonly Stay[], readonly string[]]>([
    [
      "two replicas that must be on one node",
      [stay(pod("x", endpoint), 2, 2)],
      ["cp after 29652/tcp x c0: replica x c0, yes, certain, bind"],
    ],
    [
      "two replicas that may",
      [stay(pod("x", endpoint), 0, 2)],
      ["cp after 29652/tcp x c0: replica x c0, yes, possible, bind"],
    ],
    ["one replica", [stay(pod("x", endpoint), 1, 1)], []],
    [
      "replicas whose port the scheduler sees: it places one",
      [stay(podOf("x", [{ name: "c0", args: endpoint, ports: [{ containerPort: 29_652 }] }]), 0, 2)],
      [],
    ],
    [
      "replicas on an address that is not told are on the same one",
      [stay(pod("x", ["--port=1"]), 2, 2)],
      ["cp after 1/tcp x c0: replica x c0, yes, certain, bind"],
    ],
    [
      "two workloads, one of them declares it",
      [
        stay(pod("x", endpoint), 1, 1),
        stay(podOf("y", [{ name: "c0", args: endpoint, ports: [{ containerPort: 29_652 }] }]), 0, 1),
      ],
      ["cp after 29652/tcp x c0: workload y c0, yes, possible, bind"],
    ],
    [
      "two workloads that both declare it",
      ["x", "y"].map((name) => stay(podOf(name, [{ name: "c0", ports: [{ containerPort: 1 }] }]), 0, 1)),
      [],
    ],
    [
      "on other nodes, at other times, of other transports, on other addresses",
      [
        stay(pod("x", ["--metrics-address=127.0.0.1:1"]), 1, 1),
        stay(pod("y", ["--metrics-address=:1"]), 1, 1, { node: "w1" }),
        stay(pod("y", ["--metrics-address=:1"]), 1, 1, { when: "during" }),
        stay(pod("z", ["--quic-bind-port=1"]), 1, 1),
        stay(pod("z", ["--metrics-address=10.0.0.1:1"]), 1, 1),
      ],
      ["? w1 1: not-reached"],
    ],
    [
      "two containers of a pod",
      [stay(pod("x", ["--port=1"], ["--metrics-port=1"]), 1, 1)],
      ["cp after 1/tcp x c0: container x c1, yes, certain, bind"],
    ],
    [
      "what a rollout passes through",
      [
        stay(pod("x", endpoint), 1, 1),
        stay(pod("x", endpoint), 1, 2, { when: "during" }),
        stay(pod("x", ["--port=2"]), 0, 1, { when: "during" }),
      ],
      ["cp during 29652/tcp x c0: replica x c0, yes, possible, bind, passes"],
    ],
    [
      "a forwarded port shadows a listener",
      [
        stay(podOf("x", [{ name: "c0", ports: [{ containerPort: 80, hostPort: 1 }] }], false), 1, 1),
        stay(pod("y", ["--port=1"]), 1, 1),
      ],
      ["cp after 1/tcp x c0: workload y c0, yes, certain, shadow"],
    ],
    [
      "bounds that are not told",
      [stay(pod("x", endpoint), 0, 2, { untold: { code: "limit", text: "too many states", at: [] } })],
      ["cp after 29652/tcp x c0: replica x c0, yes, unknown: limit, bind"],
    ],
  ])("%s", (_, stays, expected) => {
    expect(found(stays)).toEqual(expected);
  });
});

describe("with what is on the node", () => {
  const listens = (name: string, address: string, listed: "both" | "none" = "both"): NodeFacts => ({
    pods: [{ name, listed, containers: [{ processes: [{ pid: 77, listens: [address] }] }] }],
  });
  test.each<[string, NodeFacts, readonly string[]]>([
    [
      "an orphan",
      listens("a/old", "127.0.0.1:29652", "none"),
      ["cp after 29652/tcp x c0: holder orphan, yes, certain, bind"],
    ],
    [
      "a pod of another release",
      listens("b/other", "0.0.0.0:29652"),
      ["cp after 29652/tcp x c0: holder pod, yes, certain, bind"],
    ],
    [
      "everywhere, perhaps of IPv6 alone",
      listens("b/other", "[::]:29652"),
      ["cp after 29652/tcp x c0: holder pod, maybe, certain, bind"],
    ],
    ["on another address", listens("b/other", "10.0.0.1:29652"), []],
    ["over UDP", listens("b/other", "0.0.0.0:29652/udp"), []],
    ["a pod that the rollout takes away", listens("a/leaves", "127.0.0.1:29652"), []],
    [
      "a process of the host",
      { pods: [], host: [{ pid: 5, name: "sshd", listens: ["0.0.0.0:29652"] }] },
      ["cp after 29652/tcp x c0: holder host, yes, certain, bind"],
    ],
    [
      "a socket that nobody holds",
      { pods: [], sockets: [{ address: "127.0.0.1", port: 29_652, inode: 9 }] },
      ["cp after 29652/tcp x c0: holder kernel, yes, certain, bind"],
    ],
    [
      "a socket that was gone when it was looked for again",
      { pods: [], sockets: [{ address: "127.0.0.1", port: 29_652, inode: 9, closed: true }] },
      [],
    ],
    [
      "a container that says so, and nobody who has it",
      {
        pods: [
          {
            name: "b/other",
            containers: [
              {
                processes: [],
                api: { state: "waiting", message: "listen tcp 127.0.0.1:29652: bind: address already in use" },
              },
            ],
          },
        ],
      },
      ["? cp 29652: contradicted"],
    ],
  ])("%s", (_, facts, expected) => {
    expect(found([stay(pod("x", endpoint), 1, 1)], node(facts), (name) => name === "a/leaves")).toEqual(expected);
  });

  test.each<[string, ReadonlyMap<string, Told<NodeView>>, readonly Stay[], readonly string[]]>([
    ["no ledger of the node", new Map(), [], ["? cp 29652: not-reached"]],
    [
      "no ledger, and the release has the port there now",
      new Map(),
      [stay(pod("x", endpoint), 1, 1, { when: "before" })],
      [],
    ],
    ["the node's own answer", new Map([["cp", unknown(reason("timed-out"))]]), [], ["? cp 29652: timed-out"]],
    ["no kernel's word", withoutKernel(), [], ["? cp 29652: incomplete"]],
  ])("not told: %s", (_, nodes, before, expected) => {
    expect(found([...before, stay(pod("x", endpoint), 0, 1)], nodes)).toEqual(expected);
  });

  function reason(code: Reason["code"]): Reason {
    return { code, text: "it gave no answer", at: [] };
  }

  function withoutKernel(): ReadonlyMap<string, Told<NodeView>> {
    const { knowledge, observation } = without(ledgersOf({ pods: [] }), "kernel");
    return new Map([["cp", known(joinLedgers(knowledge, observation))]]);
  }
});

test.each([
  ["*", "10.0.0.1", "yes"],
  ["*", "::1", "yes"],
  ["0.0.0.0", "127.0.0.1", "yes"],
  ["0.0.0.0", "::1", "no"],
  ["::", "127.0.0.1", "maybe"],
  ["::", "::1", "yes"],
  ["127.0.0.1", "127.0.0.1", "yes"],
  ["127.0.0.1", "127.0.0.2", "no"],
  ["127.0.0.1", "::ffff:127.0.0.1", "yes"],
  ["", "", "yes"],
  ["", "0.0.0.0", "yes"],
  ["", "127.0.0.1", "maybe"],
  ["", "node", "maybe"],
  ["node", "node", "yes"],
  ["node", "*", "yes"],
  ["node", "0.0.0.0", "maybe"],
  ["node", "127.0.0.53", "no"],
  ["node", "10.0.0.1", "maybe"],
])("%s and %s on one port: %s", (one, other, expected) => {
  expect([meet(one, other), meet(other, one)]).toEqual([expected, expected]);
});

test("what runs now is seen by container, in the host's network alone", () => {
  const { knowledge, observation } = ledgersOf({
    pods: [
      {
        name: "a/x",
        containers: [
          { name: "probe", processes: [{ pid: 7, listens: ["127.0.0.1:29652"] }] },
          {
            name: "driver",
            processes: [
              { pid: 8, listens: ["0.0.0.0:53/udp"] },
              { pid: 9, listens: ["0.0.0.0:53/udp"] },
            ],
          },
        ],
      },
      { name: "a/y", containers: [{ processes: [{ pid: 10, listens: ["0.0.0.0:1"] }] }] },
      { name: "a/x2", api: { hostNetwork: false }, containers: [{ processes: [{ pid: 11, listens: ["0.0.0.0:2"] }] }] },
    ],
  });
  const view = joinLedgers(knowledge, observation);
  expect(observedListeners([view], ({ name }) => name?.startsWith("x") === true)).toEqual([
    { container: "probe", address: "127.0.0.1", port: 29_652, transport: "tcp" },
    { container: "driver", address: "0.0.0.0", port: 53, transport: "udp" },
  ]);
});

test("10,000 pods with a port of their own each", () => {
  const stays = Array.from({ length: 10_000 }, (_, index) => stay(pod(`p${index}`, [`--port=${index + 1}`]), 1, 1));
  expect(found(stays)).toEqual([]);
});
