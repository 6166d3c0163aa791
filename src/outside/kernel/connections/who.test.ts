import { expect, test } from "vitest";
import { isKnown } from "../../../model/told.ts";
import { peersIn } from "./peers-in.ts";
import { servingIn } from "./serving-in.ts";
import type { Survey, SurveyedProcess } from "./survey.ts";
import type { TcpRow } from "./tcp-rows.ts";
import type { UnixRow } from "./unix-rows.ts";

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

function tcp(inode: number, port: number, local = "", remote = ""): TcpRow {
  return { inode, listening: local === "", local: local || "L", remote: remote || "-", port };
}

const runtime = process(5, "containerd", { sockets: [10, 11, 13] });
const kubelet = process(32, "kubelet", { sockets: [12, 40] });

function surveyOf(change: Partial<Survey>): Survey {
  return { processes: [], unix: [], tcp: new Map(), accepted: new Map(), ...change };
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
    unix: [unix(10, 0, cri, true), ...rows],
    tcp: new Map([[hostNetwork, [tcp(40, 10_250), tcp(41, 10_350)]]]),
  });
  const told = peersIn(survey, cri, new Set([99]));
  expect(isKnown(told) ? told.known.runtime.pid : "untold").toBe(5);
  expect(isKnown(told) ? told.known.kubelets.map(({ name, pid }) => `${name} ${pid}`).join(", ") : "").toBe(expected);
});

test("where nobody is seen to listen, nothing is told", () => {
  expect(peersIn(surveyOf({ processes: [kubelet] }), cri, new Set())).toMatchObject({
    unknown: { code: "not-reached", text: `nobody was seen to listen on ${cri}` },
  });
});

const zombie = process(50, "nfsplugin", { pod: "old", sockets: [20, 21, 22] });
const asked = [{ pid: 50, startTicks: 50 }];

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
    { processes: [zombie, process(51, "probe", { pod: "old", sockets: [30] })], unix: [unix(21, 30, driver)] },
    [],
  ],
  ["the kubelet", { processes: [zombie, process(32, "kubelet", { sockets: [30] })], unix: [unix(21, 30, driver)] }, []],
  [
    "another pod that its listener accepted",
    { processes: [zombie, process(60, "app", { pod: "new", sockets: [30] })], unix: [unix(21, 30, driver)] },
    [`socket has a connection from app (pid 60, pod uid new) at ${driver}`],
  ],
  [
    "a connection of its own, out to another pod",
    {
      processes: [zombie, process(60, "db", { pod: "new", sockets: [30] })],
      unix: [unix(21, 30), unix(30, 21, "/run/db.sock")],
    },
    [],
  ],
  [
    "another pod, from a network of its own",
    {
      processes: [zombie, process(60, "app", { pod: "new", network: podNetwork })],
      accepted: new Map([[podNetwork, [{ inode: 21, address: driver }]]]),
    },
    [`socket has a connection from app (pid 60, pod uid new) at ${driver}`],
  ],
  [
    "another pod, over TCP",
    {
      processes: [zombie, process(60, "app", { pod: "new", network: podNetwork, sockets: [30] })],
      tcp: new Map([
        [hostNetwork, [tcp(20, 2049), tcp(21, 2049, "A:801", "B:9")]],
        [podNetwork, [tcp(30, 9, "B:9", "A:801")]],
      ]),
    },
    ["socket has a connection from app (pid 60, pod uid new) at port 2049"],
  ],
  [
    "a connection out over TCP",
    {
      processes: [zombie, process(60, "apiserver", { pod: "new", sockets: [30] })],
      tcp: new Map([
        [hostNetwork, [tcp(20, 2049), tcp(22, 40_000, "A:9C40", "B:192B"), tcp(30, 6443, "B:192B", "A:9C40")]],
      ]),
    },
    [],
  ],
])("what lives on a leftover: %s", (_, survey, expected) => {
  expect(servingIn(surveyOf(survey), "old", asked).map(({ by, text }) => `${by} ${text}`)).toEqual(expected);
});
