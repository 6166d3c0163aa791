import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import {
  bootId,
  hostNetwork,
  procTree,
  removeTree,
  writeProcess,
  type RecordedNode,
  type RecordedProcess,
} from "../../../test/builders/proc-tree.ts";
import type { KernelLedger } from "../../model/ledger.ts";
import { isKnown } from "../../model/told.ts";
import { kernelFiles, type KernelFiles } from "./kernel-files.ts";
import { observeKernel, type KernelFacts } from "./observe-kernel.ts";

const trees: string[] = [];
afterEach(() => trees.splice(0).forEach(removeTree));

const init: RecordedProcess = { pid: 1, name: "systemd", parent: 0, cgroup: "0::/init.scope\n" };
const pod = `0::/kubepods/burstable/pod3c9f5a1e-7d2b-4e60-9a8f-1b2c3d4e5f60/${"ab".repeat(32)}\n`;
const any4 = "00000000";

function tree(node: RecordedNode): string {
  const root = procTree(node);
  trees.push(root);
  return root;
}

// Files of a task are read from inside its folder.
const home = process.cwd();
afterEach(() => process.chdir(home));

/** `at`: what happens to the node when the given task is entered for the n-th time, the first one for its namespace. */
function observe(
  root: string,
  at: Readonly<Record<string, () => void>> = {},
  through: (files: KernelFiles) => KernelFiles = (files) => files,
) {
  const times = new Map<string, number>();
  const files = kernelFiles(root, (task) => {
    times.set(task, (times.get(task) ?? 0) + 1);
    at[`${task} #${times.get(task)}`]?.();
  });
  return observeKernel(through(files), "LE");
}

function ledger(told: ReturnType<typeof observe>): KernelFacts {
  if (!isKnown(told)) throw new Error(told.unknown.text);
  return told.known;
}

function numbers({ seen, vanished, unreadable }: KernelFacts) {
  return { seen, vanished, unreadable };
}

/** `PID NAME: INODES` of each process. */
function holders({ processes }: Pick<KernelLedger, "processes">): string[] {
  return processes.map(({ pid, name, sockets }) => `${pid} ${name}: ${sockets.join(" ")}`);
}

test("a node in whole", () => {
  const root = tree({
    processes: [
      init,
      { pid: 2, name: "kthreadd", parent: 0, state: "I" },
      { pid: 40, name: "cilium-agent", cgroup: pod, sockets: [501, 502, 999] },
      { pid: 41, name: "worker", parent: 40, cgroup: pod, sockets: [501], state: "D" },
      { pid: 42, name: "pause", cgroup: pod, network: 4026532200 },
      { pid: 43, name: "httpd", parent: 42, cgroup: pod, network: 4026532200, sockets: [701, 702] },
      { pid: 44, name: "sshd", sockets: [503] },
      {
        pid: 50,
        name: "nfsplugin",
        cgroup: "0::/\n",
        state: "Z",
        network: null,
        threads: [
          { pid: 51, state: "Z", network: null },
          { pid: 52, name: "nfsplugin", cgroup: pod, sockets: [504] },
        ],
      },
      { pid: 60, name: "defunct", cgroup: pod, state: "Z", network: null },
    ],
    networks: {
      [hostNetwork]: {
        tcp: [
          { address: any4, port: 29652, inode: 501 },
          { address: "0100007F", port: 22, inode: 503 },
          { address: "0100007F", port: 22, inode: 999, state: "01", peerPort: 4000 },
          { address: any4, port: 29653, inode: 504 },
          { address: any4, port: 2049, inode: 505 },
        ],
        udp: [{ address: "0100007F", port: 53, inode: 502, state: "01", peerPort: 53 }],
      },
      4026532200: {
        tcp6: [{ address: "0".repeat(32), port: 80, inode: 701 }],
        udp6: [{ address: "0".repeat(32), port: 443, inode: 702 }],
      },
    },
  });
  const cgroup = [{ hierarchy: 0, controllers: "", path: pod.slice(3, -1) }];
  const process = { state: "S", parent: 1, thread: null, network: hostNetwork, cgroup };
  const socket = { connected: false, closed: false, network: hostNetwork, family: 4, protocol: "tcp" };
  expect(ledger(observe(root))).toEqual({
    bootId,
    bootTime: 1795643825,
    ticksPerSecond: 100,
    cgroups: "v2",
    hostNetwork,
    processes: [
      { ...process, pid: 40, name: "cilium-agent", startTicks: 4000, sockets: [501, 502] },
      { ...process, pid: 41, name: "worker", startTicks: 4100, parent: 40, state: "D", sockets: [501] },
      { ...process, pid: 42, name: "pause", startTicks: 4200, network: 4026532200, sockets: [] },
      { ...process, pid: 43, name: "httpd", startTicks: 4300, parent: 42, network: 4026532200, sockets: [701, 702] },
      {
        ...process,
        pid: 44,
        name: "sshd",
        startTicks: 4400,
        cgroup: [{ hierarchy: 0, controllers: "", path: "/" }],
        sockets: [503],
      },
      { ...process, pid: 50, name: "nfsplugin", startTicks: 5000, state: "Z", thread: 52, sockets: [504] },
      { ...process, pid: 60, name: "defunct", startTicks: 6000, state: "Z", network: null, sockets: [] },
    ],
    sockets: [
      { ...socket, address: "0.0.0.0", port: 29652, inode: 501 },
      { ...socket, address: "127.0.0.1", port: 22, inode: 503 },
      { ...socket, address: "0.0.0.0", port: 29653, inode: 504 },
      { ...socket, address: "0.0.0.0", port: 2049, inode: 505 },
      { ...socket, protocol: "udp", address: "127.0.0.1", port: 53, inode: 502, connected: true },
      { ...socket, family: 6, address: "::", port: 80, inode: 701, network: 4026532200 },
      { ...socket, protocol: "udp", family: 6, address: "::", port: 443, inode: 702, network: 4026532200 },
    ],
    seen: 9,
    vanished: 0,
    unreadable: 0,
    unreadNetworks: [],
  });
});

test.each(["v1", "v2", "hybrid"] as const)("cgroups %s", (cgroups) => {
  expect(ledger(observe(tree({ processes: [init], cgroups })))).toMatchObject({ cgroups });
});

test("a name that looks like a row of /proc changes nothing", () => {
  const name = "x) Z 1\n7 (y";
  const node = { processes: [init, { pid: 7, name, cgroup: pod, sockets: [501] }] };
  const networks = { [hostNetwork]: { tcp: [{ address: any4, port: 80, inode: 501 }] } };
  expect(holders(ledger(observe(tree({ ...node, networks }))))).toEqual([`7 ${name}: 501`]);
});

describe("what changes while it is read", () => {
  const web: RecordedProcess = { pid: 7, name: "web", cgroup: pod, sockets: [501] };
  const listener = { [hostNetwork]: { tcp: [{ address: any4, port: 80, inode: 501 }] } };
  const noListener = () => writeFileSync(join(trees[0] ?? "", `networks/${hostNetwork}/tcp`), "");

  test("a process that ends takes its socket with it", () => {
    const root = tree({ processes: [init, web], networks: listener });
    const end = () => {
      rmSync(join(root, "proc/7"), { recursive: true });
      noListener();
    };
    const told = ledger(observe(root, { "7 #2": end }));
    expect(holders(told)).toEqual([]);
    expect(told.sockets).toMatchObject([{ inode: 501, closed: true }]);
    expect(numbers(told)).toEqual({ seen: 2, vanished: 1, unreadable: 0 });
  });

  test("a process that ended before it was asked anything is counted", () => {
    const root = tree({ processes: [init, web], networks: listener });
    const told = ledger(observe(root, { "7 #1": () => rmSync(join(root, "proc/7"), { recursive: true }) }));
    expect(numbers(told)).toEqual({ seen: 2, vanished: 1, unreadable: 0 });
    expect(told.sockets).toMatchObject([{ inode: 501, closed: false }]);
  });

  test("a pid that is another's by then is another process", () => {
    const root = tree({ processes: [init, web], networks: listener });
    const other = { ...web, name: "other", startTicks: 999, sockets: [] };
    const told = ledger(observe(root, { "7 #2": () => writeProcess(root, other) }));
    expect(told.processes).toMatchObject([{ pid: 7, name: "other", startTicks: 999, sockets: [] }]);
    expect(numbers(told)).toEqual({ seen: 2, vanished: 0, unreadable: 0 });
  });

  /** Does something once a process has said who it is, before its open files are listed, or after. */
  const atFiles =
    (name: string, { before, after }: { before?: () => void; after?: () => readonly null[] }) =>
    (files: KernelFiles): KernelFiles => ({
      ...files,
      openFiles: () => {
        if (!files.taskText("stat").includes(`(${name})`)) return files.openFiles();
        before?.();
        const targets = files.openFiles();
        return after === undefined ? targets : [...targets, ...after()];
      },
    });

  test("a pid that becomes another's while it is looked at is two processes", () => {
    const root = tree({ processes: [init, web], networks: listener });
    const other = { ...web, name: "other", startTicks: 999 };
    const told = ledger(observe(root, {}, atFiles("web", { before: () => writeProcess(root, other) })));
    expect(told.processes).toMatchObject([{ pid: 7, name: "other", startTicks: 999, sockets: [501] }]);
    expect(numbers(told)).toEqual({ seen: 3, vanished: 1, unreadable: 0 });
  });

  test("a process that ends while its files are looked at is not told with a part of them", () => {
    const root = tree({ processes: [init, web], networks: listener });
    const end = () => {
      rmSync(join(root, "proc/7"), { recursive: true });
      return [null];
    };
    const told = ledger(observe(root, {}, atFiles("web", { after: end })));
    expect(holders(told)).toEqual([]);
    expect(numbers(told)).toEqual({ seen: 2, vanished: 1, unreadable: 0 });
  });

  test("a process that closes a file meanwhile is told with the others", () => {
    const root = tree({ processes: [init, web], networks: listener });
    const told = ledger(observe(root, {}, atFiles("web", { after: () => [null] })));
    expect(holders(told)).toEqual(["7 web: 501"]);
    expect(numbers(told)).toEqual({ seen: 2, vanished: 0, unreadable: 0 });
  });

  test("a child that was born meanwhile holds what its parent closed", () => {
    const root = tree({ processes: [init, web], networks: listener });
    const told = ledger(
      observe(root, {
        "7 #2": () => {
          writeProcess(root, { ...web, sockets: [] });
          writeProcess(root, { pid: 8, name: "child", parent: 7, cgroup: pod, sockets: [501] });
        },
      }),
    );
    expect(holders(told)).toEqual(["7 web: ", "8 child: 501"]);
    expect(numbers(told)).toEqual({ seen: 3, vanished: 0, unreadable: 0 });
  });

  /** Each ends when it is met, and leaves a child with its socket; the last one stays. */
  const heirs = (last: number) => (root: string) =>
    Object.fromEntries(
      Array.from({ length: last - 7 }, (_, index) => 7 + index).map((pid) => [
        // The first one is entered for its namespace as well.
        `${pid} #${pid === 7 ? 2 : 1}`,
        () => {
          rmSync(join(root, `proc/${pid}`), { recursive: true });
          writeProcess(root, { ...web, pid: pid + 1, name: "heir" });
        },
      ]),
    );

  test.each([
    ["a grandchild is met", 9, ["9 heir: 501"], { seen: 4, vanished: 2, unreadable: 0 }],
    ["so is one after many others", 17, ["17 heir: 501"], { seen: 12, vanished: 10, unreadable: 0 }],
    ["what has no end was not looked into", 60, [], { seen: 13, vanished: 12, unreadable: 1 }],
  ])("of processes that fork and end: %s", (_, last, expected, counted) => {
    const root = tree({ processes: [init, web], networks: listener });
    const told = ledger(observe(root, heirs(last)(root)));
    expect(holders(told)).toEqual(expected);
    expect(numbers(told)).toEqual(counted);
  });

  test("a leader that becomes a zombie is read through its thread", () => {
    const root = tree({ processes: [init, web], networks: listener });
    const zombie = { ...web, state: "Z", network: null, cgroup: "0::/\n", threads: [{ ...web, pid: 9 }] };
    const told = ledger(observe(root, { "7 #2": () => writeProcess(root, zombie) }));
    expect(told.processes).toMatchObject([{ pid: 7, state: "Z", thread: 9, sockets: [501], network: hostNetwork }]);
    expect(numbers(told)).toEqual({ seen: 2, vanished: 0, unreadable: 0 });
  });

  test("a process that is met while it becomes a zombie is one process", () => {
    const root = tree({ processes: [init, web] });
    const zombie = { ...web, state: "Z", network: null };
    const told = ledger(
      observe(root, {
        "7 #1": () => rmSync(join(root, "proc/7/ns/net")),
        "7 #3": () => writeProcess(root, zombie),
      }),
    );
    expect(told.processes).toMatchObject([{ pid: 7, state: "Z", network: null }]);
    expect(numbers(told)).toEqual({ seen: 2, vanished: 0, unreadable: 0 });
  });

  test("a namespace is read through the next process where the first one ends", () => {
    const network = 4026532200;
    const root = tree({
      processes: [init, { pid: 7, network }, { pid: 8, name: "web", network, sockets: [701] }],
      networks: { [network]: { tcp: [{ address: any4, port: 80, inode: 701 }] } },
    });
    const told = ledger(observe(root, { "7 #2": () => rmSync(join(root, "proc/7"), { recursive: true }) }));
    expect(holders(told)).toEqual(["8 web: 701"]);
    expect(numbers(told)).toEqual({ seen: 3, vanished: 1, unreadable: 0 });
    expect(told.unreadNetworks).toEqual([]);
  });

  test("a namespace that was made meanwhile was not read", () => {
    const root = tree({ processes: [init, web], networks: listener });
    const late = () => writeProcess(root, { pid: 9, cgroup: pod, network: 4026532300 });
    expect(ledger(observe(root, { "7 #2": late })).unreadNetworks).toEqual([4026532300]);
  });
});

describe("what cannot be read is said", () => {
  const web: RecordedProcess = { pid: 7, name: "web", cgroup: pod, sockets: [501] };

  test("open files", () => {
    const root = tree({ processes: [init, web] });
    rmSync(join(root, "proc/7/fd"), { recursive: true });
    writeFileSync(join(root, "proc/7/fd"), "");
    const told = ledger(observe(root));
    expect(holders(told)).toEqual(["7 web: "]);
    expect(numbers(told)).toEqual({ seen: 2, vanished: 0, unreadable: 1 });
  });

  test("a network namespace", () => {
    const root = tree({
      processes: [init, web],
      networks: { [hostNetwork]: { tcp: [{ address: any4, port: 80, inode: 501 }] } },
    });
    rmSync(join(root, "proc/7/ns/net"));
    writeFileSync(join(root, "proc/7/ns/net"), "");
    const told = ledger(observe(root));
    expect(told.processes).toMatchObject([{ pid: 7, network: null, sockets: [501] }]);
    expect(numbers(told)).toEqual({ seen: 2, vanished: 0, unreadable: 1 });
  });

  test.each(["stat", "cgroup"])("a %s that is none", (file) => {
    const root = tree({ processes: [init, web] });
    writeFileSync(join(root, "proc/7", file), "hello\n");
    expect(numbers(ledger(observe(root)))).toEqual({ seen: 2, vanished: 0, unreadable: 1 });
  });

  test("a table that is none", () => {
    const root = tree({ processes: [init, web], networks: { [hostNetwork]: { udp: "sl\nhello\n" } } });
    expect(ledger(observe(root))).toMatchObject({ sockets: [], unreadNetworks: [hostNetwork] });
  });

  test("a table of IPv4 that is not there, while IPv6 may be off", () => {
    const networks = { [hostNetwork]: { tcp: [{ address: any4, port: 80, inode: 501 }] } };
    const root = tree({ processes: [init, web], networks });
    for (const table of ["tcp6", "udp6"]) rmSync(join(root, `networks/${hostNetwork}/${table}`));
    expect(ledger(observe(root))).toMatchObject({ sockets: [{ port: 80 }], unreadNetworks: [] });
    rmSync(join(root, `networks/${hostNetwork}/udp`));
    expect(ledger(observe(root))).toMatchObject({ sockets: [], unreadNetworks: [hostNetwork] });
  });
});

describe("the ledger is refused", () => {
  const relink = (root: string, link: string, target: string): void => {
    rmSync(join(root, link));
    symlinkSync(target, join(root, link));
  };
  test.each<[string, string, (root: string) => void]>([
    [
      "in another cgroup namespace",
      "not-reached: the reader is in another cgroup namespace than pid 1 (cgroup:[4026532900], cgroup:[4026531835])",
      (root) => relink(root, "proc/self/ns/cgroup", "cgroup:[4026532900]"),
    ],
    [
      "in another pid namespace",
      "not-reached: the reader is in another pid namespace than pid 1 (pid:[4026532901], pid:[4026531836])",
      (root) => relink(root, "proc/self/ns/pid", "pid:[4026532901]"),
    ],
    [
      "where paths lead out of the namespace",
      "not-reached: the cgroup of pid 9 lies outside the reader's cgroup namespace",
      (root) => writeProcess(root, { pid: 9, cgroup: "0::/../../kubepods/x\n" }),
    ],
    [
      "where /proc hides pid 1",
      "not-permitted: /proc shows no pid 1: it is not mounted, or it hides the processes of others (hidepid)",
      (root) => rmSync(join(root, "proc/1"), { recursive: true }),
    ],
    [
      "where there is no /proc",
      "not-permitted: /proc shows no pid 1: it is not mounted, or it hides the processes of others (hidepid)",
      (root) => rmSync(join(root, "proc"), { recursive: true }),
    ],
    [
      "without the id of the boot",
      "not-reached: boot_id or /proc/stat: no such file",
      (root) => rmSync(join(root, "proc/sys"), { recursive: true }),
    ],
    [
      "without the time of the boot",
      "not-reached: /proc/stat has no btime",
      (root) => writeFileSync(join(root, "proc/stat"), "cpu 1 2 3\n"),
    ],
    [
      "where pid 1 is not understood",
      "incomplete: the network namespace of pid 1 could not be told",
      (root) => writeFileSync(join(root, "proc/1/stat"), "1 systemd\n"),
    ],
  ])("%s", (_name, expected, change) => {
    const root = tree({ processes: [init] });
    change(root);
    const told = observe(root);
    expect(isKnown(told) ? "known" : `${told.unknown.code}: ${told.unknown.text}`).toBe(expected);
  });
});

test.each<[string, readonly number[], readonly string[]]>([
  ["nobody", [], ["7 web: "]],
  ["those that are in no pod", [9, 10], ["7 web: ", "9 fled: ", "10 main: "]],
  ["who is told anyway, and who is not there", [7, 77], ["7 web: "]],
])("asked for by pid, whatever their cgroup: %s", (_, pids, expected) => {
  const main: RecordedProcess = { pid: 11, name: "main", cgroup: "0::/\n" };
  const node: RecordedNode = {
    processes: [
      init,
      { pid: 7, name: "web", cgroup: pod },
      { pid: 8, name: "cron", cgroup: "0::/system.slice/cron.service\n" },
      { pid: 9, name: "fled", cgroup: "0::/system.slice/cron.service\n" },
      { ...main, pid: 10, state: "Z", network: null, threads: [main] },
    ],
  };
  const files = kernelFiles(tree(node), () => {});
  expect(holders(ledger(observeKernel(files, "LE", { pids: new Set(pids) })))).toEqual(expected);
});

describe("networks of quiet pods", () => {
  const quietUid = "3c9f5a1e-7d2b-4e60-9a8f-1b2c3d4e5f60";
  const other = pod.replace("3c9f5a1e", "aaaaaaaa");
  const [own, shared] = [4026532200, 4026532300];
  const node: RecordedNode = {
    processes: [
      init,
      { pid: 42, name: "pause", cgroup: pod, network: own },
      { pid: 43, name: "httpd", parent: 42, cgroup: pod, network: own, sockets: [701] },
      { pid: 44, name: "node-plugin", cgroup: pod, sockets: [501] },
      { pid: 45, name: "httpd", cgroup: pod, network: shared, sockets: [801] },
      { pid: 46, name: "left", cgroup: other, network: shared },
    ],
    networks: {
      [hostNetwork]: { tcp: [{ address: any4, port: 1, inode: 501 }] },
      [own]: { tcp: [{ address: any4, port: 2, inode: 701 }] },
      [shared]: { tcp: [{ address: any4, port: 3, inode: 801 }] },
    },
  };
  const read = (...quiet: readonly string[]): [number[], readonly number[], string[]] => {
    const told = observeKernel(
      kernelFiles(tree(node), () => {}),
      "LE",
      { quiet: new Set(quiet) },
    );
    const facts = ledger(told);
    return [facts.sockets.map(({ port }) => port), facts.unreadNetworks, holders(facts)];
  };
  const processes = ["42 pause: ", "43 httpd: ", "44 node-plugin: 501", "45 httpd: 801", "46 left: "];

  test.each<[string, readonly string[], readonly [number[], readonly number[]]]>([
    ["of no pod", [], [[1, 2, 3], []]],
    ["of another", ["bbbbbbbb-7d2b-4e60-9a8f-1b2c3d4e5f60", ""], [[1, 2, 3], []]],
    ["where nobody else lives: neither the host's, nor one that is shared", [quietUid], [[1, 3], [own]]],
  ])("are not read %s", (_, quiet, expected) => {
    const [ports, unread, held] = read(...quiet);
    expect([ports, unread]).toEqual(expected);
    expect(held).toEqual(unread.length > 0 ? processes : processes.with(1, "43 httpd: 701"));
  });
});
