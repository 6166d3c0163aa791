import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attribute } from "../../src/ledger/attribute.ts";
import { findCgroupRoot } from "../../src/ledger/cgroup-root.ts";
import type { KernelLedger, Process, Socket } from "../../src/model/ledger.ts";
import { isKnown, type Told } from "../../src/model/told.ts";
import { cgroupFiles, nodeFiles, taskFiles, taskFolders, taskLinks } from "../../src/outside/kernel/kernel-files.ts";
import { nodeProcesses, type NodeProcesses } from "../builders/node-processes.ts";

const source = join(import.meta.dirname, "../../src/outside/kernel");
const folder = mkdtempSync(join(tmpdir(), "holdfast-kernel-"));
let node: NodeProcesses;

beforeAll(async () => {
  // Other users look at what is mounted below it.
  chmodSync(folder, 0o755);
  node = await nodeProcesses(join(import.meta.dirname, "node-processes.py"));
});
afterAll(async () => {
  await node[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const program = `
  import { readKernel } from ${JSON.stringify(join(source, "read-kernel.ts"))};
  let count = 0;
  console.log(JSON.stringify(await readKernel(process.argv[1], { sequence: () => ++count })));`;
const reader = [process.execPath, "--input-type=module", "--eval", program, "--"];

/** What the reader tells when it runs in the node, by way of another program (`unshare`, `setpriv`). */
function toldIn(by: readonly string[] = [], root = "/"): Told<KernelLedger> {
  return JSON.parse(node.run([...by, ...reader, root]));
}

function ledgerOf(told: Told<KernelLedger>): KernelLedger {
  if (!isKnown(told)) throw new Error(told.unknown.text);
  return told.known;
}

/** Whose process it is; the second of a role is the first one's child. */
function roleOf({ pid, parent }: Pick<Process, "pid" | "parent">): string {
  const roles = new Map(Object.entries(node.roles).map(([role, of]) => [of, role]));
  return roles.get(pid) ?? `child of ${roles.get(parent) ?? parent}`;
}

/** `tcp 127.0.0.1:29652 HOLDER, HOLDER` of the sockets of a network, but for those that come and go. */
function held({ processes, sockets }: KernelLedger, network: number): string[] {
  return sockets
    .filter((socket) => socket.network === network && !isPassing(socket))
    .map((socket) => {
      const holders = processes.filter((process) => process.sockets.includes(socket.inode)).map(roleOf);
      const address = socket.family === 6 ? `[${socket.address}]` : socket.address;
      return `${socket.protocol} ${address}:${socket.port}${socket.connected ? " connected" : ""} ${holders.join(", ")}`;
    })
    .toSorted();
}

function isPassing({ address, port }: Pick<Socket, "address" | "port">): boolean {
  return address === "127.0.0.1" && port >= 32_768;
}

const expected = [
  "tcp 0.0.0.0:6060 hostile name",
  "tcp 0.0.0.0:8080 inheriting, child of inheriting",
  "tcp 0.0.0.0:9090 zombie leader",
  "tcp 127.0.0.1:29652 listeners",
  "tcp [::1]:29653 listeners",
  "tcp [::ffff:127.0.0.1]:29654 listeners",
  "udp 0.0.0.0:68 listeners",
  "udp 127.0.0.1:5353 connected listeners",
  "udp [::]:546 listeners",
];

test("ports and who holds them, while other processes come and go", () => {
  for (let readings = 0; readings < 8; readings += 1) {
    const ledger = ledgerOf(toldIn());
    expect(held(ledger, ledger.hostNetwork)).toEqual(expected);
    expect(ledger).toMatchObject({ unreadable: 0, unreadNetworks: [] });
    const claimed = new Set(ledger.processes.flatMap(({ sockets }) => sockets));
    expect(ledger.sockets.filter(({ closed, inode }) => closed && claimed.has(inode))).toEqual([]);
  }
});

test("ss says the same, but that it knows nobody behind a zombie leader", () => {
  const ledger = ledgerOf(toldIn());
  const parents = new Map(ledger.processes.map(({ pid, parent }) => [pid, parent]));
  const rows = [...ssRows("tcp", ["-Hltnp"]), ...ssRows("udp", ["-Huanp"])].map(({ socket, pids }) => {
    const holders = pids.toSorted((a, b) => a - b).map((pid) => roleOf({ pid, parent: parents.get(pid) ?? 0 }));
    return `${socket} ${holders.join(", ")}`;
  });
  expect(rows.toSorted()).toEqual(expected.map((row) => row.replace("zombie leader", "")));
});

/** `[::]:546 UNCONN` and the pids of each row that ss prints, but for those that come and go. */
function ssRows(protocol: string, args: readonly string[]): { socket: string; pids: number[] }[] {
  const lines = node
    .run(["ss", ...args])
    .trimEnd()
    .split("\n");
  return lines.flatMap((line) => {
    const [state = "", , , local = ""] = line.split(/\s+/);
    const port = Number(local.slice(local.lastIndexOf(":") + 1));
    if (isPassing({ address: local.slice(0, local.lastIndexOf(":")), port })) return [];
    const pids = [...line.matchAll(/pid=(\d+)/g)].map(([, pid]) => Number(pid));
    return [{ socket: `${protocol} ${local}${state === "ESTAB" ? " connected" : ""}`, pids }];
  });
}

test("another network namespace is read through its own process", () => {
  const ledger = ledgerOf(toldIn());
  const other = ledger.processes.find(({ pid }) => pid === node.roles["other network"])?.network ?? 0;
  expect(other).not.toBe(ledger.hostNetwork);
  expect(held(ledger, other)).toEqual(["tcp 0.0.0.0:7070 other network"]);
});

test.each(["listeners", "inheriting", "zombie leader", "hostile name", "other network"])(
  "the process '%s' is who /proc says it is",
  (role) => {
    const process = ledgerOf(toldIn()).processes.find(({ pid }) => pid === node.roles[role]);
    const task = process?.thread === null ? `${process.pid}` : `${process?.pid}/task/${process?.thread}`;
    const stat = node.run(["cat", `/proc/${process?.pid}/stat`]);
    expect(stat.startsWith(`${process?.pid} (${process?.name}) ${process?.state} ${process?.parent} `)).toBe(true);
    expect(
      stat
        .trimEnd()
        .split(" ")
        .at(21 - 52),
    ).toBe(`${process?.startTicks}`);
    expect(node.run(["readlink", `/proc/${task}/ns/net`])).toBe(`net:[${process?.network}]\n`);
    const lines = process?.cgroup.map(({ hierarchy, controllers, path }) => `${hierarchy}:${controllers}:${path}\n`);
    expect(lines?.join("")).toBe(node.run(["cat", `/proc/${task}/cgroup`]));
    expect(process?.thread === null).toBe(role !== "zombie leader");
  },
);

test("a pod's processes are told by their cgroup, a zombie leader's by its thread", () => {
  const { processes } = ledgerOf(toldIn());
  const uid = "3c9f5a1e-7d2b-4e60-9a8f-1b2c3d4e5f60";
  const root = findCgroupRoot(
    processes.map(({ cgroup }) => cgroup),
    new Set([uid]),
  );
  expect(root).toMatchObject({ known: node.cgroupRoot });
  const attributed = processes.map((process) => [roleOf(process), attribute(process.cgroup, node.cgroupRoot)] as const);
  const inPod = attributed.filter(([, told]) => isKnown(told) && told.known.pod === uid);
  expect(inPod.map(([role]) => role)).toEqual(["inheriting", "child of inheriting", "zombie leader"]);
});

/**
 * In the node a process is entered and ended, and another gets its pid: `ns_last_pid` says which one is next [linux,
 * Documentation/admin-guide/sysctl/kernel.rst].
 */
const reuse = `
  import { spawn } from "node:child_process";
  import { once } from "node:events";
  import { readFileSync, writeFileSync } from "node:fs";
  import { identify, isStill } from ${JSON.stringify(join(source, "identify.ts"))};
  import { kernelFiles } from ${JSON.stringify(join(source, "kernel-files.ts"))};
  const files = kernelFiles("/", () => {});
  const tried = (read) => { try { return read(); } catch ({ code }) { return code; } };
  const looks = () => ({
    stat: tried(() => files.taskText("stat").split(" ")[1]),
    cgroup: tried(() => files.taskText("cgroup").length > 0),
    network: tried(() => files.taskLink("ns/net")),
    threads: tried(() => files.threads().length),
    files: tried(() => files.openFiles().length > 0),
    tcp: tried(() => [...files.taskBytes("net/tcp")].length > 0),
  });
  const first = spawn("sleep", ["1000"], { stdio: "ignore" });
  const identity = identify(files, first.pid, () => []);
  const before = looks();
  first.kill("SIGKILL");
  await once(first, "exit");
  let second = spawn("true");
  for (let tries = 0; second.pid !== first.pid && tries < 1000; tries += 1) {
    second.kill();
    writeFileSync("/proc/sys/kernel/ns_last_pid", String(first.pid - 1));
    second = spawn("tail", ["-f", "/dev/null"], { stdio: "ignore" });
  }
  await once(second, "spawn");
  const after = { pid: second.pid === first.pid, still: isStill(files, identity), ...looks() };
  files.enter(String(first.pid));
  console.log(JSON.stringify({ before, after, again: looks() }));
  second.kill("SIGKILL");`;

test("a folder that was entered shows nothing of another process that gets the pid", () => {
  const told = JSON.parse(node.run([process.execPath, "--input-type=module", "--eval", reuse]));
  const network = expect.stringMatching(/^net:\[\d+\]$/);
  const alive = { cgroup: true, network, threads: 1, files: true, tcp: true };
  const gone = expect.stringMatching(/^(?:ENOENT|ESRCH)$/);
  expect(told).toEqual({
    before: { stat: "(sleep)", ...alive },
    after: { pid: true, still: false, stat: gone, cgroup: gone, network: gone, threads: gone, files: gone, tcp: gone },
    again: { stat: "(tail)", ...alive },
  });
});

test("nothing is opened, asked for or followed but what is on the list", () => {
  const trace = join(folder, "trace");
  const traced = (root: string): readonly string[] => {
    const calls = "trace=%file,readlinkat,chdir";
    const child = [process.execPath, join(source, "kernel-child.ts"), root, "LE"];
    node.run(["strace", "-f", "-qq", "-e", calls, "-o", trace, "sh", "-c", '"$@" >/dev/null', "sh", ...child]);
    return pathsIn(readFileSync(trace, "utf8")).filter((path) => /^\/(?:proc|sys)(?:\/|$)/.test(path));
  };
  // Node reads some files about itself as it starts, and V8 one about the clock when it pleases.
  const own = new Set(traced("/nonexistent"));
  const seen = traced("/").filter((path) => !own.has(path) && !path.startsWith("/sys/devices/system/cpu/"));
  const task = String.raw`/proc/(?:self|\d+(?:/task/\d+)?)`;
  const names = [...taskFiles, ...taskLinks, ...taskFolders].join("|");
  const listed = new RegExp(`^(?:/proc/?|${[...nodeFiles, ...cgroupFiles].map((file) => `/${file}`).join("|")})$`);
  const inTask = new RegExp(String.raw`^${task}/(?:${names}|fd/\d+)$`);
  expect(seen.length).toBeGreaterThan(100);
  const isTask = new RegExp(`^${task}$`);
  const entered = seen.filter((path) => isTask.test(path));
  expect(entered.length).toBeGreaterThan(10);
  expect(seen.filter((path) => !listed.test(path) && !inTask.test(path) && !isTask.test(path))).toEqual([]);
  const followed = readFileSync(trace, "utf8")
    .split("\n")
    .filter((line) => /\bfd\/\d+"/.test(line) && !/ readlink/.test(line));
  expect(followed).toEqual([]);
});

/** The first path of each call, as it is from the root: the reader goes from folder to folder. */
function pathsIn(calls: string): readonly string[] {
  let at = "/nowhere";
  return calls.split("\n").flatMap((line) => {
    const [, call, path = ""] = /(\w+)\([^"]*"([^"]+)"/.exec(line) ?? [];
    if (path === "") return [];
    const whole = resolve(at, path);
    if (call === "chdir" && line.endsWith("= 0")) at = whole;
    return [whole];
  });
}

describe("where it does not see the node as it is, it says so", () => {
  const mounted = (options: string): string[] => {
    const root = join(folder, "root");
    mkdirSync(join(root, "proc"), { recursive: true });
    const script = `mount -t proc -o ${options} proc ${root}/proc && exec "$@"`;
    return ["unshare", "--mount", "sh", "-c", script, "sh"];
  };
  // Who runs the tests can run Node, wherever it is installed; root can be anybody.
  const user = process.getuid?.() || 65_534;
  const nobody = ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--clear-groups"];
  test.each<[string, string[], string, string]>([
    [
      "in another cgroup namespace",
      ["unshare", "--cgroup"],
      "/",
      "not-reached: the reader is in another cgroup namespace",
    ],
    [
      "in another pid namespace",
      ["unshare", "--pid", "--fork"],
      "/",
      "not-reached: the reader is in another pid namespace",
    ],
    ["as another user", nobody, "/", "not-permitted: the namespaces of pid 1 may not be read"],
    [
      "as another user, with hidepid",
      [...mounted("hidepid=2"), ...nobody],
      join(folder, "root"),
      "not-permitted: /proc shows no pid 1",
    ],
    ["as root, with hidepid", mounted("hidepid=2"), join(folder, "root"), "known"],
  ])("%s", (_name, by, root, text) => {
    const told = toldIn(by, root);
    const said = isKnown(told) ? "known" : `${told.unknown.code}: ${told.unknown.text}`;
    expect(said.slice(0, text.length)).toBe(text);
  });
});
