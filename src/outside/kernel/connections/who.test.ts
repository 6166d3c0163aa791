import { expect, test } from "vitest";
import { isKnown } from "../../../model/told.ts";
import { peersIn } from "./peers-in.ts";
import { servingIn } from "./serving-in.ts";
import type { Survey, SurveyedProcess } from "./survey.ts";
import type { TcpRow } from "./tcp-rows.ts";
import type { UnixRow, UnixSockets } from "./unix-rows.ts";

const hostNetwork = 1;
const podNetwork = 2;
const cri = "/run/containerd/containerd.sock";
const driver = "/plugin/csi.sock";

function process(pid: number, name: string, change: Partial<SurveyedProcess> = {}): SurveyedProcess {
  return {
    pid,
    startTicks: pid,
    name,
    ageSeconds: 1000,
    pod: null,
    network: hostNetwork,
    sockets: [],
    devices: [],
    ...change,
  };
}

function unix(inode: number, peer: number, address = "*", listening = false): UnixRow {
  return { inode, peer, listening, address };
}

/** What ss says of one network. */
function said(rows: readonly UnixRow[], doubt: Partial<UnixSockets> = {}): UnixSockets {
  return { rows, twice: new Set(), doubted: new Set(), ...doubt };
}

/** `10.0.0.7:2049` as the kernel prints it; no ends: it listens. */
function tcp(inode: number, port: number, local = "", remote = ""): TcpRow {
  return { inode, listening: local === "", local: printed(local), remote: printed(remote), port };
}

function printed(end: string): string {
  const [, ip = "0.0.0.0", port = "0"] = /^([\d.]+):(\d+)$/.exec(end) ?? [];
  const hex = (text: string, digits: number): string => Number(text).toString(16).toUpperCase().padStart(digits, "0");
  return `${ip
    .split(".")
    .toReversed()
    .map((each) => hex(each, 2))
    .join("")}:${hex(port, 4)}`;
}

const runtime = process(5, "containerd", { sockets: [10, 11, 13] });
const kubelet = process(32, "kubelet", { sockets: [12, 40] });

function surveyOf(change: Partial<Survey>): Survey {
  const networks = [hostNetwork, ...(change.processes ?? []).map(({ network }) => network)];
  const read = new Map(networks.flatMap((network) => (network === null ? [] : [[network, []] as const])));
  const tables = { tcp: read, connected: new Map(), ...change };
  return {
    processes: [],
    unix: said([]),
    order: "LE",
    unixIn: () => null,
    // Nothing has changed by then.
    tcpIn: (network) => tables.tcp.get(network) ?? null,
    ...tables,
  };
}

test.each<[string, readonly SurveyedProcess[], readonly UnixRow[], string]>([
  ["one kubelet", [kubelet], [unix(11, 12, cri)], "kubelet 32"],
  ["whatever it is called", [process(32, "k3s", { sockets: [12, 40] })], [unix(11, 12, cri)], "k3s 32"],
  ["a client that listens nowhere is none", [process(7, "crictl", { sockets: [12] })], [unix(11, 12, cri)], ""],
  ["nor is one in a pod", [process(7, "falco", { sockets: [12, 40], pod: "p" })], [unix(11, 12, cri)], ""],
  ["nor this program", [process(99, "node", { sockets: [12, 40] })], [unix(11, 12, cri)], ""],
  [
    "a second one, on a port of its own",
    [kubelet, process(33, "kubelet", { sockets: [14, 41] })],
    [unix(11, 12, cri), unix(13, 14, cri)],
    "kubelet 32, kubelet 33",
  ],
  ["by the other name of the folder", [kubelet], [unix(11, 12, `/var${cri}`)], "kubelet 32"],
])("who is a kubelet: %s", (_, clients, rows, expected) => {
  const survey = surveyOf({
    processes: [runtime, ...clients],
    unix: said([unix(10, 0, cri, true), ...rows]),
    tcp: new Map([[hostNetwork, [tcp(40, 10_250), tcp(41, 10_350)]]]),
  });
  const told = peersIn(survey, cri, new Set([99]));
  expect(isKnown(told) ? told.known.runtime.pid : "untold").toBe(5);
  expect(isKnown(told) ? told.known.kubelets.map(({ name, pid }) => `${name} ${pid}`).join(", ") : "").toBe(expected);
});

/** A kubelet in another network, whose socket's other end is told there alone. */
const far = process(33, "kubelet", { network: podNetwork, sockets: [14, 41] });
const farTables = {
  tcp: new Map([
    [hostNetwork, [tcp(40, 10_250)]],
    [podNetwork, [tcp(41, 10_250)]],
  ]),
  connected: new Map([[podNetwork, new Set([13, 14])]]),
};
const near = [unix(10, 0, cri, true), unix(11, 12, cri)];

test.each<[string, Partial<Survey>, string]>([
  ["nobody listens", { processes: [kubelet] }, `not-reached: nobody was seen to listen on ${cri}`],
  [
    "a second kubelet in another network",
    {
      processes: [runtime, kubelet, far],
      unix: said(near),
      ...farTables,
      unixIn: () => said([unix(13, 14, cri), unix(14, 13)]),
    },
    "5: kubelet 32, kubelet 33",
  ],
  [
    "a network that cannot be asked",
    { processes: [runtime, kubelet, far], unix: said(near), ...farTables },
    "incomplete: who is connected to the runtime from another network could not be told",
  ],
  [
    "a network whose ports could not be read",
    {
      processes: [runtime, kubelet, far],
      unix: said(near),
      tcp: new Map([[hostNetwork, [tcp(40, 10_250)]]]),
      connected: farTables.connected,
      unixIn: () => said([unix(13, 14, cri)]),
    },
    "incomplete: who is connected to the runtime from a network that could not be read is not known",
  ],
  [
    "another runtime at a path of that name, in other mounts",
    {
      processes: [runtime, kubelet, process(70, "containerd", { network: podNetwork, sockets: [71] }), far],
      unix: said(near),
      tcp: farTables.tcp,
      connected: new Map([[podNetwork, new Set([71, 14])]]),
      unixIn: () => said([unix(71, 14, cri)]),
    },
    "5: kubelet 32",
  ],
  [
    "a row of a connection that the runtime does not hold",
    {
      processes: [runtime, kubelet, far],
      unix: said([...near, unix(900, 14, cri)]),
      ...farTables,
      connected: new Map(),
    },
    "5: kubelet 32",
  ],
  [
    "who starts the runtime by its socket",
    { processes: [process(1, "systemd", { sockets: [10] }), runtime, kubelet], unix: said(near), tcp: farTables.tcp },
    "5: kubelet 32",
  ],
  [
    "two rows of one socket",
    { processes: [runtime, kubelet], unix: said(near, { twice: new Set([13]) }), tcp: farTables.tcp },
    "contradicted: ss told of one socket twice",
  ],
  [
    "a number in a broken name",
    { processes: [runtime, kubelet], unix: said(near, { doubted: new Set([13]) }), tcp: farTables.tcp },
    "5: kubelet 32",
  ],
])("at the runtime's socket: %s", (_, survey, expected) => {
  const told = peersIn(surveyOf(survey), cri, new Set([99]));
  expect(
    isKnown(told)
      ? `${told.known.runtime.pid}: ${told.known.kubelets.map(({ name, pid }) => `${name} ${pid}`).join(", ")}`
      : `${told.unknown.code}: ${told.unknown.text}`,
  ).toBe(expected);
});

const zombie = process(50, "nfsplugin", { pod: "old", sockets: [20, 21, 22] });
const asked = [{ pid: 50, startTicks: 50 }];
const app = process(60, "app", { pod: "new", sockets: [30] });
const farApp = process(60, "app", { pod: "new", network: podNetwork, sockets: [30] });
const ours = "10.0.0.1:2049";
const theirs = "10.0.0.7:999";
const nobodyKnown = `socket has a connection from ${theirs} at port 2049, and whose that is could not be told`;
const fromApp = "socket has a connection from app (pid 60, pod uid new) at";

test.each<[string, Partial<Survey>, readonly string[]]>([
  ["nothing", { processes: [zombie] }, []],
  [
    "a file system",
    { processes: [process(50, "s3fs", { pod: "old", devices: ["/dev/fuse"] })] },
    ["fuse holds /dev/fuse open"],
  ],
  [
    "a disk",
    { processes: [process(50, "rbd-nbd", { pod: "old", devices: ["/dev/nbd3"] })] },
    ["nbd holds /dev/nbd3 open"],
  ],
  [
    "its own sidecar",
    { processes: [zombie, process(51, "probe", { pod: "old", sockets: [30] })], unix: said([unix(21, 30, driver)]) },
    [],
  ],
  [
    "the kubelet",
    { processes: [zombie, process(32, "kubelet", { sockets: [30] })], unix: said([unix(21, 30, driver)]) },
    [],
  ],
  [
    "another pod that its listener accepted",
    { processes: [zombie, app], unix: said([unix(21, 30, driver)]) },
    [`${fromApp} ${driver}`],
  ],
  [
    "a connection of its own, out to another pod",
    {
      processes: [zombie, process(60, "db", { pod: "new", sockets: [30] })],
      unix: said([unix(21, 30), unix(30, 21, "/run/db.sock")]),
    },
    [],
  ],
  [
    "another pod, from a network of its own",
    {
      processes: [zombie, farApp],
      connected: new Map([[podNetwork, new Set([21, 30])]]),
      unixIn: () => said([unix(21, 30, driver), unix(30, 21)]),
    },
    [`${fromApp} ${driver}`],
  ],
  [
    "the node's own, from another network",
    {
      processes: [zombie, process(60, "crictl", { network: podNetwork, sockets: [30] })],
      connected: new Map([[podNetwork, new Set([21, 30])]]),
      unixIn: () => said([unix(21, 30, driver), unix(30, 21)]),
    },
    [],
  ],
  [
    "another network that cannot be asked",
    { processes: [zombie, farApp], connected: new Map([[podNetwork, new Set([21, 30])]]) },
    ["socket may have a connection at a unix socket, and whose that is could not be told"],
  ],
  [
    "a network that seems to have its socket, and has not",
    {
      processes: [zombie, farApp],
      connected: new Map([[podNetwork, new Set([21])]]),
      unixIn: () => said([unix(77, 30, driver)]),
    },
    [],
  ],
  ...(["twice", "doubted"] as const).map((doubt): [string, Partial<Survey>, readonly string[]] => [
    `a socket that is ${doubt}`,
    { processes: [zombie, app], unix: said([], { [doubt]: new Set([21]) }) },
    ["socket may have a connection at a unix socket, and whose that is could not be told"],
  ]),
  ...[
    {
      by: "and stays",
      rows: [unix(21, 88, driver)],
      expected: [`socket may have a connection at ${driver}, and whose that is could not be told`],
    },
    { by: "and is gone a moment later", rows: [unix(21, 0, driver)], expected: [] },
  ].map(({ by, rows, expected }): [string, Partial<Survey>, readonly string[]] => [
    `a client that no process holds, ${by}`,
    {
      processes: [zombie],
      unix: said([unix(21, 88, driver)]),
      connected: new Map([[hostNetwork, new Set([21])]]),
      unixIn: () => said(rows),
    },
    expected,
  ]),
  [
    "another pod, over TCP",
    {
      processes: [zombie, farApp],
      tcp: new Map([
        [hostNetwork, [tcp(20, 2049), tcp(21, 2049, ours, theirs)]],
        [podNetwork, [tcp(30, 999, theirs, ours)]],
      ]),
    },
    [`${fromApp} port 2049`],
  ],
  [
    "another pod of the host's network",
    {
      processes: [zombie, app],
      tcp: new Map([
        [hostNetwork, [tcp(20, 2049), tcp(21, 2049, ours, "10.0.0.1:999"), tcp(30, 999, "10.0.0.1:999", ours)]],
      ]),
    },
    [`${fromApp} port 2049`],
  ],
  [
    "another pod that asked for a Service",
    {
      processes: [zombie, farApp],
      tcp: new Map([
        [hostNetwork, [tcp(20, 2049), tcp(21, 2049, ours, theirs)]],
        [podNetwork, [tcp(30, 999, theirs, "10.96.0.5:80")]],
      ]),
    },
    [`${fromApp} port 2049`],
  ],
  [
    "a client on another node",
    {
      processes: [zombie],
      tcp: new Map([[hostNetwork, [tcp(20, 2049), tcp(21, 2049, ours, theirs)]]]),
    },
    [nobodyKnown],
  ],
  [
    "a client on another node that came by this node's address, and by a port that a process of it has elsewhere",
    {
      processes: [zombie, process(32, "kubelet", { sockets: [40] })],
      tcp: new Map([
        [
          hostNetwork,
          [tcp(20, 2049), tcp(21, 2049, ours, "10.0.0.1:999"), tcp(40, 999, "10.0.0.1:999", "10.0.0.9:6443")],
        ],
      ]),
    },
    [nobodyKnown.replace("10.0.0.7", "10.0.0.1")],
  ],
  [
    "a mount of this kernel, which no process holds",
    {
      processes: [zombie],
      tcp: new Map([
        [hostNetwork, [tcp(20, 2049), tcp(21, 2049, ours, "10.0.0.1:999"), tcp(88, 999, "10.0.0.1:999", ours)]],
      ]),
    },
    [nobodyKnown.replace("10.0.0.7", "10.0.0.1")],
  ],
  [
    "a client that is gone a moment later",
    {
      processes: [zombie],
      tcp: new Map([[hostNetwork, [tcp(20, 2049), tcp(21, 2049, ours, theirs)]]]),
      tcpIn: () => [tcp(20, 2049)],
    },
    [],
  ],
  ...["127.0.0.1:999", "10.0.0.1:999"].map((from): [string, Partial<Survey>, readonly string[]] => [
    `the kubelet that probes it from ${from}`,
    {
      processes: [zombie, process(32, "kubelet", { sockets: [40] })],
      tcp: new Map([
        [
          hostNetwork,
          [
            tcp(20, 29_653),
            tcp(21, 29_653, `${from.split(":")[0]}:29653`, from),
            tcp(40, 999, from, `${from.split(":")[0]}:29653`),
          ],
        ],
      ]),
    },
    [],
  ]),
  [
    "its own sidecar over TCP",
    {
      processes: [zombie, process(51, "probe", { pod: "old", sockets: [30] })],
      tcp: new Map([
        [
          hostNetwork,
          [
            tcp(20, 2049),
            tcp(21, 2049, "127.0.0.1:2049", "127.0.0.1:999"),
            tcp(30, 999, "127.0.0.1:999", "127.0.0.1:2049"),
          ],
        ],
      ]),
    },
    [],
  ],
  [
    "another's loopback is no other end of its own",
    {
      processes: [zombie, farApp, process(51, "probe", { pod: "old", sockets: [31] })],
      tcp: new Map([
        [
          hostNetwork,
          [
            tcp(20, 2049),
            tcp(21, 2049, "127.0.0.1:2049", "127.0.0.1:999"),
            tcp(31, 999, "127.0.0.1:999", "127.0.0.1:2049"),
          ],
        ],
        [podNetwork, [tcp(30, 999, "127.0.0.1:999", "127.0.0.1:2049")]],
      ]),
    },
    [],
  ],
  [
    "connections out over TCP, to a pod and to another node",
    {
      processes: [zombie, process(60, "apiserver", { pod: "new", sockets: [30] })],
      tcp: new Map([
        [
          hostNetwork,
          [
            tcp(20, 2049),
            tcp(21, 40_001, "10.0.0.1:40001", "10.0.0.9:6443"),
            tcp(22, 40_000, "10.0.0.1:40000", "10.0.0.1:6443"),
            tcp(30, 6443, "10.0.0.1:6443", "10.0.0.1:40000"),
          ],
        ],
      ]),
    },
    [],
  ],
  [
    "a connection out from a port of which another network has a listener",
    {
      processes: [
        process(50, "nfsplugin", { pod: "old", sockets: [21] }),
        process(50, "nfsplugin", { pod: "old", network: podNetwork, sockets: [20] }),
      ],
      tcp: new Map([
        [hostNetwork, [tcp(21, 2049, ours, theirs)]],
        [podNetwork, [tcp(20, 2049)]],
      ]),
    },
    [],
  ],
])("what lives on a leftover: %s", (_, survey, expected) => {
  const told = servingIn(surveyOf(survey), "old", asked);
  expect(isKnown(told) ? told.known.map(({ by, text }) => `${by} ${text}`) : told.unknown).toEqual(expected);
});

test("where the connections in its network could not be read, what lives on it is not told", () => {
  const told = servingIn(surveyOf({ processes: [zombie], tcp: new Map() }), "old", asked);
  expect(told).toMatchObject({ unknown: { code: "incomplete", text: "who is connected to it could not be read" } });
});
