import { describe, expect, test } from "vitest";
import { incident } from "../../test/builders/incident.ts";
import {
  detailOf,
  hostNetwork,
  ledgersOf,
  uidOf,
  without,
  type ContainerFacts,
  type Ledgers,
  type NodeFacts,
  type PodFacts,
} from "../../test/builders/ledgers.ts";
import type { Process } from "../model/ledger.ts";
import { unknown } from "../model/told.ts";
import { holdings, type Holding } from "./holdings.ts";
import { joinLedgers } from "./join.ts";
import { addressInUse, inTheWay } from "./wanted.ts";

const neighbour: PodFacts = { name: "kube-system/kube-proxy" };
const orphan = (...containers: readonly ContainerFacts[]): PodFacts => ({
  name: "a/orphan",
  listed: "none",
  containers,
});
const pod = (...containers: readonly ContainerFacts[]): PodFacts => ({ name: "a/pod", containers });

function of({ knowledge, observation }: Ledgers, port: number | null = 8080): readonly Holding[] {
  return holdings(joinLedgers(knowledge, observation), port);
}

/** `8080/tcp orphan: a/orphan main 77 [0.0.0.0] blamed`. */
function line({ port, protocol, verdict, holders, unheld }: Holding): string {
  const said = holders.map((holder) => {
    const name = holder.pod === null ? "no pod" : `${holder.pod.namespace}/${holder.pod.name}`;
    const blamed = holder.blamed ? " blamed" : "";
    if (holder.by === "portmap") return `${name} mapped ${holder.confidence}${blamed}`;
    return `${name} ${holder.view.process.pid} ${holder.sockets.map(({ address }) => address).join(" ")}${blamed}`;
  });
  const rest = unheld === null ? [] : [`unheld ${unheld.why}`];
  return `${port}/${protocol} ${verdict}: ${[...said, ...rest].join(", ")}`;
}

const mapping = { protocol: "tcp", containerPort: 80, hostPort: 8080, hostIp: "" } as const;
const declared = { name: null, containerPort: 80, hostPort: 8080, hostIp: "", protocol: "tcp" } as const;
const onPodNetwork = { hostNetwork: false };

describe("who holds a port", () => {
  test.each<[string, Partial<NodeFacts> & { pods: readonly PodFacts[] }, readonly string[]]>([
    [
      "an orphan, IPv4",
      { pods: [orphan({ processes: [{ pid: 77, listens: ["127.0.0.1:8080"] }] })] },
      ["8080/tcp orphan: a/orphan 77 127.0.0.1 blamed"],
    ],
    [
      "an orphan, IPv6",
      { pods: [orphan({ processes: [{ pid: 77, listens: ["[::1]:8080"] }] })] },
      ["8080/tcp orphan: a/orphan 77 ::1 blamed"],
    ],
    [
      "an orphan, both in one socket",
      { pods: [orphan({ processes: [{ pid: 77, listens: ["[::]:8080"] }] })] },
      ["8080/tcp orphan: a/orphan 77 :: blamed"],
    ],
    [
      "an orphan, both in two sockets",
      { pods: [orphan({ processes: [{ pid: 77, listens: ["0.0.0.0:8080", "[::]:8080"] }] })] },
      ["8080/tcp orphan: a/orphan 77 0.0.0.0 :: blamed"],
    ],
    [
      "an orphan, UDP",
      { pods: [orphan({ processes: [{ pid: 77, listens: ["0.0.0.0:8080/udp"] }] })] },
      ["8080/udp orphan: a/orphan 77 0.0.0.0 blamed"],
    ],
    [
      "an orphan's UDP socket that has a peer",
      { pods: [orphan({ processes: [{ pid: 77, listens: ["10.0.0.1:8080/udp"], socket: { connected: true } }] })] },
      ["8080/udp orphan: a/orphan 77 10.0.0.1 blamed"],
    ],
    [
      "TCP by one, UDP by another",
      {
        pods: [
          orphan({ processes: [{ pid: 77, listens: ["0.0.0.0:8080"] }] }),
          pod({ processes: [{ pid: 88, listens: ["0.0.0.0:8080/udp"] }] }),
        ],
      },
      ["8080/tcp orphan: a/orphan 77 0.0.0.0 blamed", "8080/udp pod: a/pod 88 0.0.0.0"],
    ],
    [
      "an orphan, through the living thread of a zombie",
      { pods: [orphan({ processes: [{ pid: 77, listens: ["0.0.0.0:8080"], process: { state: "Z", thread: 78 } }] })] },
      ["8080/tcp orphan: a/orphan 77 0.0.0.0 blamed"],
    ],
    [
      "an orphan and its child, by inheritance",
      {
        pods: [
          orphan({
            processes: [
              { pid: 77, listens: ["0.0.0.0:8080"] },
              { pid: 78, inherits: [7700] },
            ],
          }),
        ],
      },
      ["8080/tcp orphan: a/orphan 77 0.0.0.0 blamed, a/orphan 78 0.0.0.0 blamed"],
    ],
    [
      "an orphan, and a living pod that has the same socket",
      {
        pods: [
          orphan({ processes: [{ pid: 77, listens: ["0.0.0.0:8080"] }] }),
          pod({ processes: [{ pid: 88, inherits: [7700] }] }),
        ],
      },
      ["8080/tcp shared: a/orphan 77 0.0.0.0, a/pod 88 0.0.0.0"],
    ],
    [
      "an orphan, and the host that handed it the socket",
      { pods: [orphan({ processes: [{ pid: 77, inherits: [100] }] })], host: [{ pid: 1, listens: ["0.0.0.0:8080"] }] },
      ["8080/tcp shared: a/orphan 77 0.0.0.0, no pod 1 0.0.0.0"],
    ],
    [
      "an orphan, and a living pod on another address",
      {
        pods: [
          orphan({ processes: [{ pid: 77, listens: ["127.0.0.1:8080"] }] }),
          pod({ processes: [{ pid: 88, listens: ["10.0.0.1:8080"] }] }),
        ],
      },
      ["8080/tcp orphan: a/orphan 77 127.0.0.1 blamed, a/pod 88 10.0.0.1"],
    ],
    [
      "a living pod",
      { pods: [pod({ processes: [{ pid: 88, listens: ["0.0.0.0:8080"] }] })] },
      ["8080/tcp pod: a/pod 88 0.0.0.0"],
    ],
    [
      "a pod whose own network has the port",
      { pods: [{ ...pod({ processes: [{ pid: 88, listens: ["0.0.0.0:8080"] }] }), api: onPodNetwork }] },
      ["8080/tcp free: "],
    ],
    [
      "a pod of which it could not be told what it is",
      { pods: [{ ...pod({ processes: [{ pid: 88, listens: ["0.0.0.0:8080"] }] }), listed: "before" }] },
      ["8080/tcp unknown: a/pod 88 0.0.0.0"],
    ],
    [
      "a container that no kubelet made",
      {
        pods: [
          {
            ...orphan({ processes: [{ pid: 77, listens: ["0.0.0.0:8080"] }] }),
            sandbox: { labelUid: null, configSource: null },
          },
        ],
      },
      ["8080/tcp foreign: a/orphan 77 0.0.0.0"],
    ],
    [
      "a process in no pod",
      { pods: [], host: [{ pid: 5, listens: ["0.0.0.0:8080"] }] },
      ["8080/tcp host: no pod 5 0.0.0.0"],
    ],
    ["the kernel", { pods: [], sockets: [{ port: 8080 }] }, ["8080/tcp kernel: unheld kernel"]],
    [
      "nobody whom one could see",
      { pods: [], sockets: [{ port: 8080 }], kernel: { unreadable: 3 } },
      ["8080/tcp unknown: unheld unreadable"],
    ],
    [
      "one that closed meanwhile",
      { pods: [], sockets: [{ port: 8080, closed: true }] },
      ["8080/tcp free: unheld closed"],
    ],
    ["nobody", { pods: [] }, ["8080/tcp free: "]],
    [
      "nobody, as far as the tables were read",
      { pods: [], kernel: { unreadNetworks: [hostNetwork] } },
      ["8080/tcp unknown: "],
    ],
    [
      "portmap, for an orphan",
      { pods: [{ ...orphan({ processes: [{ pid: 77 }] }), detail: detailOf({ portMappings: [mapping] }) }] },
      ["8080/tcp orphan: a/orphan mapped observed blamed"],
    ],
    [
      "portmap, for a pod",
      {
        pods: [
          { ...pod({ processes: [{ pid: 88 }] }), api: onPodNetwork, detail: detailOf({ portMappings: [mapping] }) },
        ],
      },
      ["8080/tcp pod: a/pod mapped observed"],
    ],
    [
      "portmap, for a pod whose sandbox was not asked",
      { pods: [{ ...pod({ processes: [{ pid: 88 }], api: { ports: [declared] } }), api: onPodNetwork }] },
      ["8080/tcp pod: a/pod mapped inferred"],
    ],
    [
      "portmap, left by a sandbox that is dead",
      {
        pods: [
          {
            ...orphan({ processes: [] }),
            sandbox: { state: "not-ready" },
            detail: detailOf({ portMappings: [mapping] }),
          },
        ],
      },
      ["8080/tcp residue: a/orphan mapped inferred"],
    ],
    [
      "no portmap where the network is the host's",
      {
        pods: [
          { ...pod({ processes: [{ pid: 88 }] }), detail: detailOf({ hostNetwork: true, portMappings: [mapping] }) },
        ],
      },
      ["8080/tcp free: "],
    ],
  ])("%s", (_, facts, lines) => {
    expect(of(ledgersOf({ ...facts, pods: [...facts.pods, neighbour] })).map(line)).toEqual(lines);
  });

  test("where the kernel was not told, nobody is free", () => {
    expect(of(without(ledgersOf({ pods: [neighbour] }), "kernel")).map(line)).toEqual(["8080/tcp unknown: "]);
  });

  const away: Partial<Process> = { network: 4_026_532_999 };
  const apart = (detail: PodFacts["detail"], process = away): PodFacts => ({
    ...orphan({ processes: [{ pid: 77, process }] }),
    ...(detail === undefined ? {} : { detail }),
  });
  const sick = unknown({ code: "timed-out", text: "no answer", at: [] });
  test.each<[string, PodFacts, string]>([
    ["its sandbox told that none is", apart(detailOf()), "free"],
    ["its sandbox told that another is", apart(detailOf({ portMappings: [{ ...mapping, hostPort: 81 }] })), "free"],
    ["its sandbox gave no answer", apart(sick), "unknown"],
    ["its sandbox told no mappings", apart(detailOf({ portMappings: null })), "unknown"],
    ["nobody asked its sandbox", apart(undefined), "unknown"],
    ["it is on the host's network", apart(sick, {}), "free"],
    ["the API has it", { ...apart(sick), listed: "both", api: onPodNetwork }, "free"],
  ])("a port that nobody listens on and that may be forwarded to an orphan: %s", (_, facts, verdict) => {
    const ledgers = ledgersOf({ pods: [facts, neighbour] });
    expect(of(ledgers).map(line)).toEqual([`8080/tcp ${verdict}: `]);
    const { warnings } = joinLedgers(ledgers.knowledge, ledgers.observation);
    expect(warnings.map(({ code }) => code)).toEqual(verdict === "free" ? [] : ["forwards-untold"]);
  });

  test("all of them: what is to be done first", () => {
    expect(of(incident(), null).map(line)).toEqual([
      "19809/tcp orphan: nfs-csi/csi-nfs-node-slq2j 1854 127.0.0.1 blamed",
      "29652/tcp orphan: nfs-csi/csi-nfs-controller-7d9c5b6f4-8xkzt 2210 127.0.0.1 blamed",
      "29653/tcp orphan: nfs-csi/csi-nfs-node-slq2j 1816 127.0.0.1 blamed",
      "22/tcp host: no pod 480 0.0.0.0 ::",
      "2379/tcp pod: kube-system/etcd-cp 655 127.0.0.1",
      "10248/tcp host: no pod 512 127.0.0.1",
      "10250/tcp host: no pod 512 ::",
      "10256/tcp pod: kube-system/kube-proxy-7f2kd 901 ::",
    ]);
  });
});

describe("who wants a port", () => {
  const waiting = { state: "waiting", ready: false, reason: "CrashLoopBackOff" } as const;
  const inUse = (address: string) => `listen tcp ${address}: bind: address already in use`;

  test.each<[string, Partial<PodFacts>, ContainerFacts["api"], readonly string[]]>([
    ["its message says so", {}, { ...waiting, message: inUse("127.0.0.1:8080") }, ["unknown message 127.0.0.1"]],
    ["it declares the host port and does not run", {}, { ...waiting, ports: [declared] }, ["free declared "]],
    ["both: once", {}, { ...waiting, ports: [declared], message: inUse(":8080") }, ["unknown message "]],
    ["another port", {}, { ...waiting, message: inUse("127.0.0.1:80801") }, []],
    ["it runs", {}, { message: inUse("127.0.0.1:8080"), ports: [declared] }, []],
    ["on another node", { api: { node: "w1" }, sandbox: null }, { ...waiting, ports: [declared] }, []],
    ["it has ended", { api: { phase: "Failed" } }, { ...waiting, ports: [declared] }, []],
  ])("%s", (_, facts, api, expected) => {
    const pods = [
      { name: "a/pod", ...facts, containers: [{ processes: [], ...(api === undefined ? {} : { api }) }] },
      neighbour,
    ];
    const found = of(ledgersOf({ pods })).flatMap(({ verdict, wantedBy }) =>
      wantedBy.map((each) => `${verdict} ${each.how} ${each.address}`),
    );
    expect(found).toEqual(expected);
  });

  const gone: PodFacts = { name: "a/node-slq2j", listed: "none" };
  test.each<[string, PodFacts, PodFacts["api"], string, readonly string[]]>([
    ["an orphan's", gone, {}, "main", ["rival main"]],
    ["a pod's that the API has", { name: "a/node-slq2j" }, {}, "main", ["rival main"]],
    ["another workload's", { ...gone, name: "a/other-slq2j" }, {}, "main", []],
    ["another namespace's", { ...gone, name: "b/node-slq2j" }, {}, "main", []],
    ["on a network of its own", gone, { hostNetwork: false }, "main", []],
    ["another container's", gone, {}, "other", []],
    ["of a pod that has ended", gone, { phase: "Failed" }, "main", []],
    ["of a pod that nobody made", gone, { owner: null }, "main", []],
  ])("the container that does not run beside the holder: %s", (_, holder, api, name, expected) => {
    const pods: PodFacts[] = [
      { ...holder, containers: [{ processes: [{ pid: 77, listens: ["127.0.0.1:8080"] }] }] },
      {
        name: "a/node-4xk7p",
        api: { owner: "DaemonSet/node", ...api },
        containers: [{ name, processes: [], api: waiting }],
      },
      neighbour,
    ];
    const found = of(ledgersOf({ pods })).flatMap(({ wantedBy }) =>
      wantedBy.map(({ how, container }) => `${how} ${container.name}`),
    );
    expect(found).toEqual(expected);
  });

  test.each([
    ["Go", "listen tcp 127.0.0.1:29653: bind: address already in use", ["127.0.0.1:29653"]],
    ["Go, IPv6", "listen tcp [::1]:29653: bind: address already in use", ["::1:29653"]],
    ["Go, everywhere", "listen tcp :9808: bind: address already in use", [":9808"]],
    ["nginx", "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)", ["0.0.0.0:80"]],
    ["nginx, IPv6", "bind() to [::]:80 failed (98: Address already in use)", [":::80"]],
    ["Node", "Error: listen EADDRINUSE: address already in use :::3000", [":::3000"]],
    ["Node, IPv4", "Error: listen EADDRINUSE: address already in use 127.0.0.1:3000", ["127.0.0.1:3000"]],
    [
      "twice the same",
      "listen tcp :1: bind: address already in use\nlisten tcp :1: bind: address already in use",
      [":1"],
    ],
    ["without a port", "OSError: [Errno 98] Address already in use", []],
    ["no port", "listen tcp :99999: bind: address already in use", []],
    ["something else", "connect 10.0.0.1:443: connection refused", []],
  ])("%s", (_, message, expected) => {
    expect(addressInUse(message).map(({ address, port }) => `${address}:${port}`)).toEqual(expected);
  });

  test.each([":1", "[", "[:", "1.", "address already in use "])(
    "a message of 16,000 times %j comes to an end",
    (part) => {
      expect(addressInUse(`${part.repeat(16_000)} address already in use`).length).toBeLessThan(2);
    },
  );

  test.each([
    ["127.0.0.1", "127.0.0.1", "yes"],
    ["127.0.0.1", "127.0.0.2", "no"],
    ["127.0.0.1", "0.0.0.0", "yes"],
    ["127.0.0.1", "::", "maybe"],
    ["localhost", "127.0.0.1", "yes"],
    ["", "127.0.0.1", "yes"],
    ["0.0.0.0", "10.0.0.1", "yes"],
    ["0.0.0.0", "::1", "no"],
    ["::", "127.0.0.1", "maybe"],
    ["::1", "::", "yes"],
    ["::ffff:10.0.0.1", "10.0.0.1", "yes"],
    ["::1", "127.0.0.1", "no"],
  ])("wanted on %s, held on %s: %s", (address, held, expected) => {
    const [holding] = of(
      ledgersOf({
        pods: [
          {
            name: "a/pod",
            containers: [{ processes: [], api: { ...waiting, ports: [{ ...declared, hostIp: address }] } }],
          },
          orphan({ processes: [{ pid: 77, listens: [`${held.includes(":") ? `[${held}]` : held}:8080`] }] }),
        ],
      }),
    );
    const [wanted] = holding?.wantedBy ?? [];
    expect(wanted === undefined ? undefined : inTheWay(wanted, holding?.sockets ?? [])).toBe(expected);
  });
});

test("an orphan that only has an outgoing connection's port is not blamed: such sockets are not listed", () => {
  const uid = uidOf("a/orphan");
  const [holding] = of(ledgersOf({ pods: [{ ...orphan({ processes: [{ pid: 77 }] }), uid }, neighbour] }));
  expect(holding).toMatchObject({ verdict: "free", holders: [] });
});
