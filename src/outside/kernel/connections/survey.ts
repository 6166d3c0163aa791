import { spawnSync } from "node:child_process";
import { closeSync, fstatSync, openSync } from "node:fs";
import { endianness } from "node:os";
import { join } from "node:path";
import { outermostPod } from "../../../ledger/pod-place.ts";
import type { NamespaceId } from "../../../model/ledger.ts";
import { known, unknown, type Told } from "../../../model/told.ts";
import type { ByteOrder } from "../address.ts";
import { parseCgroup } from "../cgroup-lines.ts";
import { identify } from "../identify.ts";
import { fateOf, type KernelFiles, type Task } from "../kernel-files.ts";
import { nodeFacts } from "../node-facts.ts";
import { tablesOf } from "./namespace-tables.ts";
import type { TcpRow } from "./tcp-rows.ts";
import { unixFilters, unixSocketsIn, type UnixSockets } from "./unix-rows.ts";

/** Who is connected to whom on a node, as far as /proc and `ss` say it. */
export interface Survey {
  readonly processes: readonly SurveyedProcess[];
  /** Of the network namespace that this ran in. */
  readonly unix: UnixSockets;
  /** By namespace. One that is missing could not be read. */
  readonly tcp: ReadonlyMap<NamespaceId, readonly TcpRow[]>;
  /** Inodes of connected unix sockets, by namespace: where it is worth asking `unixIn`. That one has them need not be so. */
  readonly connected: ReadonlyMap<NamespaceId, ReadonlySet<number>>;
  /** How the addresses of TCP are written. */
  readonly order: ByteOrder;
  /** What another namespace says now, or this one says by now; `null`: it could not be asked. */
  readonly unixIn: (network: NamespaceId) => UnixSockets | null;
  readonly tcpIn: (network: NamespaceId) => readonly TcpRow[] | null;
}

export interface SurveyedProcess {
  readonly pid: number;
  readonly startTicks: number;
  /** Hostile. */
  readonly name: string;
  readonly ageSeconds: number;
  /** The uid of the outermost pod that its cgroups name; `null`: none. */
  readonly pod: string | null;
  readonly network: NamespaceId | null;
  /** Inodes of all its sockets. */
  readonly sockets: readonly number[];
  /** `/dev/fuse`, `/dev/nbd0`. */
  readonly devices: readonly string[];
}

/** Reads all of it at once. It enters folders of /proc: a process of its own does this. */
export function survey(files: KernelFiles, root: string): Told<Survey> {
  const unix = unixSockets(root, null);
  if ("unknown" in unix) return unix;
  const facts = nodeFacts(files);
  if (typeof facts === "string") return unknown({ code: "not-reached", text: facts, at: [] });
  const processes: SurveyedProcess[] = [];
  const tcp = new Map<NamespaceId, readonly TcpRow[]>();
  const connected = new Map<NamespaceId, ReadonlySet<number>>();
  const tasks = new Map<NamespaceId, Task[]>();
  for (const pid of files.pids()) {
    const who = identify(files, pid, parseCgroup);
    if (who === "ended") continue;
    if (who === "unreadable") return unknown(notRead(pid));
    const targets = openFiles(files);
    if (targets === "unreadable") return unknown(notRead(pid));
    const { startTicks, name, network, task } = who;
    if (network !== null) {
      const there = tasks.get(network);
      if (there === undefined) tasks.set(network, [task]);
      else there.push(task);
      const tables = tcp.has(network) ? null : tablesOf(files, network);
      if (tables !== null) {
        tcp.set(network, tables.tcp);
        connected.set(network, tables.connected);
      }
    }
    processes.push({
      pid,
      startTicks,
      name,
      network,
      ageSeconds: Date.now() / 1000 - (facts.bootTime + startTicks / facts.ticksPerSecond),
      pod: who.cgroup.map(({ path }) => outermostPod(path)?.uid).find((uid) => uid !== undefined) ?? null,
      sockets: targets.flatMap((target) => {
        const [, inode] = /^socket:\[(\d{1,15})\]$/.exec(target ?? "") ?? [];
        return inode === undefined ? [] : [Number(inode)];
      }),
      devices: [
        ...new Set(targets.filter((target) => target !== null && /^\/dev\/(?:fuse|nbd\d+)$/.test(target))),
      ].flatMap((target) => target ?? []),
    });
  }
  return known({
    processes,
    unix: unix.known,
    tcp,
    connected,
    order: endianness(),
    unixIn: (network) => firstOf(tasks.get(network), (task) => unixThrough(root, task, network)),
    tcpIn: (network) => firstOf(tasks.get(network), (task) => tcpThrough(files, task, network)),
  });
}

function openFiles(files: KernelFiles): readonly (string | null)[] | "unreadable" {
  try {
    return files.openFiles();
  } catch (error) {
    return fateOf(error) === "ended" ? [] : "unreadable";
  }
}

/** More tasks of a namespace than these do not end in one moment. */
const mostTasks = 16;

function firstOf<T>(tasks: readonly Task[] = [], through: (task: Task) => T | null): T | null {
  for (const task of tasks.slice(0, mostTasks)) {
    const told = through(task);
    if (told !== null) return told;
  }
  return null;
}

function tcpThrough(files: KernelFiles, task: Task, network: NamespaceId): readonly TcpRow[] | null {
  try {
    files.enter(task);
  } catch {
    return null;
  }
  return tablesOf(files, network)?.tcp ?? null;
}

/** The namespace is held open while it is asked, so that it is that one and no other. */
function unixThrough(root: string, task: Task, network: NamespaceId): UnixSockets | null {
  let descriptor: number;
  try {
    descriptor = openSync(join(root, "proc", task, "ns/net"), "r");
  } catch {
    return null;
  }
  try {
    if (fstatSync(descriptor).ino !== network) return null;
    const told = unixSockets(root, descriptor);
    return "unknown" in told ? null : told.known;
  } finally {
    closeSync(descriptor);
  }
}

/** Milliseconds, and bytes of what it prints. */
const ssTakes = 10_000;
const ssPrints = 64 * 1024 * 1024;

/**
 * The node's own `ss`: in a pod it is found through the mounts of pid 1, whose network the pod has. `network`: a descriptor of another
 * namespace that is asked; `null`: the one that this runs in.
 */
function unixSockets(root: string, network: number | null): Told<UnixSockets> {
  const into = [
    ...(root === "/" ? [] : ["--target", "1", "--mount"]),
    ...(network === null ? [] : [`--net=/proc/self/fd/${inherited}`]),
  ];
  const printed: string[] = [];
  for (const filter of [unixFilters.plain, unixFilters.broken]) {
    const words = [...(into.length === 0 ? [] : ["nsenter", ...into, "--"]), "ss", "-xanH", ...filter];
    const [program = "ss", ...args] = words;
    const ran = spawnSync(program, args, {
      // That of this process is the folder of a task, which may have ended.
      cwd: "/",
      encoding: "latin1",
      timeout: ssTakes,
      maxBuffer: ssPrints,
      stdio: ["ignore", "pipe", "ignore", ...(network === null ? [] : [network])],
    });
    if (ran.error !== undefined || ran.status !== 0)
      return unknown({
        code: "not-reached",
        text: "ss could not be run on this node, which tells who is connected to whom",
        at: [],
        supply: "install iproute2 there",
      });
    printed.push(ran.stdout);
  }
  const [plain = "", broken = ""] = printed;
  const sockets = unixSocketsIn(plain, broken);
  return sockets === null
    ? unknown({ code: "not-understood", text: "what ss printed was not understood", at: [] })
    : known(sockets);
}

/** Where the child finds a descriptor that follows its standard ones. */
const inherited = 3;

function notRead(pid: number): { readonly code: "not-permitted"; readonly text: string; readonly at: [] } {
  return { code: "not-permitted", text: `process ${pid} could not be looked into`, at: [] };
}
