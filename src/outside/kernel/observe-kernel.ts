import { isOutsideNamespace } from "../../model/cgroup-path.ts";
import type { KernelLedger, NamespaceId, Process, Socket } from "../../model/ledger.ts";
import { known, unknown, type Told } from "../../model/told.ts";
import type { ByteOrder } from "./address.ts";
import { outermostUids } from "../../ledger/outermost-pods.ts";
import { Census, tasksByNetwork, type Holder, type TasksOfNetworks } from "./census.ts";
import { cgroupParser } from "./cgroup-lines.ts";
import type { KernelFiles, Task } from "./kernel-files.ts";
import { readNetworks, type SocketsByNetwork } from "./network-sockets.ts";
import { nodeFacts } from "./node-facts.ts";
import { foreignPath, refusal } from "./refusal.ts";

/** A kernel ledger before it has its place in the order of readings. */
export type KernelFacts = Omit<KernelLedger, "reading">;

/** What a reading leaves out, and what it never does. */
export interface Wanted {
  /**
   * Uids of pods whose own network namespaces are not read: the kernel walks through the sockets of the whole machine for each table of
   * each namespace [linux, net/ipv4/tcp_ipv4.c, tcp4_seq_ops]. Default: none.
   */
  readonly quiet?: ReadonlySet<string>;
  /** Pids that are told wherever their cgroup is by now: who may have left the pod that they are asked for. Default: none. */
  readonly pids?: ReadonlySet<number>;
}

/**
 * One reading, in the order that tells most: the namespaces of those who are there, their sockets, who holds them, who
 * came meanwhile; at last, what has no holder is looked up once more.
 */
export function observeKernel(
  files: KernelFiles,
  order: ByteOrder,
  { quiet = new Set(), pids = new Set() }: Wanted = {},
): Told<KernelFacts> {
  const refused = refusal(files);
  if (refused !== null) return unknown(refused);
  const node = nodeFacts(files);
  if (typeof node === "string") return unknown({ code: "not-reached", text: node, at: [] });

  const census = new Census(files);
  const networks = readNetworks(files, withoutQuiet(files, census.networks(), quiet), order);
  const listed = new Set([...networks.values()].flatMap((sockets) => (sockets ?? []).map(({ inode }) => inode)));
  census.visitAll(listed);

  const holders = census.holders();
  const foreign = holders.find(({ cgroup }) => cgroup.some(({ path }) => isOutsideNamespace(path)));
  if (foreign !== undefined) return unknown(foreignPath(foreign.pid));
  const hostNetwork = holders.find(({ pid }) => pid === 1)?.network ?? null;
  if (hostNetwork === null) {
    return unknown({ code: "incomplete", text: "the network namespace of pid 1 could not be told", at: [] });
  }
  return known({
    ...node,
    hostNetwork,
    processes: holders
      .filter((process) => process.sockets.length > 0 || mayBeOfPod(process) || pids.has(process.pid))
      .map(asTold),
    sockets: withClosed(files, holders, networks, order),
    ...census.numbers(),
    unreadNetworks: unreadNetworks(holders, networks),
  });
}

/** Without the networks in which only processes of such pods live; the host's is not one of them. */
function withoutQuiet(files: KernelFiles, networks: TasksOfNetworks, quiet: ReadonlySet<string>): TasksOfNetworks {
  if (quiet.size === 0) return networks;
  const cgroupOf = cgroupParser();
  const isQuiet = (task: Task): boolean => {
    try {
      files.enter(task);
      const pods = outermostUids(cgroupOf(files.taskText("cgroup")) ?? []);
      return pods.size === 1 && [...pods].every((uid) => quiet.has(uid));
    } catch {
      // It has ended, or may not be looked into: then its network is read.
      return false;
    }
  };
  return new Map([...networks].filter(([, tasks]) => !tasks.every(isQuiet)));
}

/**
 * More than the processes of pods, on purpose: which of them are a pod's is judged from their paths later, by who
 * knows the kubelet's cgroup root. Every form has a pod's name, or an id of a container or sandbox.
 */
function mayBeOfPod({ cgroup }: Holder): boolean {
  return cgroup.some(({ path }) => /pod|[0-9a-f]{64}/.test(path));
}

function asTold({ pid, startTicks, name, parent, state, thread, network, cgroup, sockets }: Holder): Process {
  return { pid, startTicks, name, parent, state, thread, network, cgroup, sockets };
}

/** Looks up the sockets that nobody holds once more. */
function withClosed(
  files: KernelFiles,
  holders: readonly Holder[],
  networks: SocketsByNetwork,
  order: ByteOrder,
): readonly Socket[] {
  const sockets = [...networks.values()].flatMap((each) => each ?? []);
  const held = new Set(holders.flatMap((process) => process.sockets));
  const inQuestion = new Set(sockets.filter(({ inode }) => !held.has(inode)).map(({ network }) => network));
  const there = tasksByNetwork(holders.filter(({ network }) => network !== null && inQuestion.has(network)));
  const again = readNetworks(files, there, order);
  const left = new Map([...again].map(([id, each]) => [id, each && new Set(each.map(({ inode }) => inode))]));
  const isClosed = ({ network, inode }: Socket) => !held.has(inode) && left.get(network)?.has(inode) === false;
  return sockets.map((socket) => (isClosed(socket) ? { ...socket, closed: true } : socket));
}

/** Also those that were made after the tables were read. */
function unreadNetworks(holders: readonly Holder[], networks: SocketsByNetwork): readonly NamespaceId[] {
  const all = new Set([...networks.keys(), ...holders.flatMap(({ network }) => network ?? [])]);
  return [...all].filter((network) => (networks.get(network) ?? null) === null).toSorted((a, b) => a - b);
}
