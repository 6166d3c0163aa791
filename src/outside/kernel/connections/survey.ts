import { spawnSync } from "node:child_process";
import { outermostPod } from "../../../ledger/pod-place.ts";
import type { NamespaceId } from "../../../model/ledger.ts";
import { known, unknown, type Told } from "../../../model/told.ts";
import { parseCgroup } from "../cgroup-lines.ts";
import { identify } from "../identify.ts";
import { fateOf, type KernelFiles } from "../kernel-files.ts";
import { nodeFacts } from "../node-facts.ts";
import { tcpRows, type TcpRow } from "./tcp-rows.ts";
import { acceptedRows, unixRows, type AcceptedRow, type UnixRow } from "./unix-rows.ts";

/** Who is connected to whom on a node, as far as /proc and `ss` say it. */
export interface Survey {
  readonly processes: readonly SurveyedProcess[];
  /** Of the network namespace that this ran in. */
  readonly unix: readonly UnixRow[];
  /** By namespace. */
  readonly tcp: ReadonlyMap<NamespaceId, readonly TcpRow[]>;
  readonly accepted: ReadonlyMap<NamespaceId, readonly AcceptedRow[]>;
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
  const unix = unixSockets(root);
  if ("unknown" in unix) return unix;
  const facts = nodeFacts(files);
  if (typeof facts === "string") return unknown({ code: "not-reached", text: facts, at: [] });
  const processes: SurveyedProcess[] = [];
  const tcp = new Map<NamespaceId, readonly TcpRow[]>();
  const accepted = new Map<NamespaceId, readonly AcceptedRow[]>();
  for (const pid of files.pids()) {
    const who = identify(files, pid, parseCgroup);
    if (who === "ended") continue;
    if (who === "unreadable") return unknown(notRead(pid));
    const targets = openFiles(files);
    if (targets === "unreadable") return unknown(notRead(pid));
    const { startTicks, name, network } = who;
    if (network !== null && !tcp.has(network)) {
      const rows = tablesOf(files);
      if (rows !== null) {
        tcp.set(network, rows.tcp);
        accepted.set(network, rows.accepted);
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
  return known({ processes, unix: unix.known, tcp, accepted });
}

function openFiles(files: KernelFiles): readonly (string | null)[] | "unreadable" {
  try {
    return files.openFiles();
  } catch (error) {
    return fateOf(error) === "ended" ? [] : "unreadable";
  }
}

/** The tables of the namespace of the task that was entered; `null`: it ended meanwhile. */
function tablesOf(
  files: KernelFiles,
): { readonly tcp: readonly TcpRow[]; readonly accepted: readonly AcceptedRow[] } | null {
  const text = (file: "net/tcp" | "net/tcp6" | "net/unix"): string => {
    let all = "";
    // A piece is valid until the next one is asked for.
    for (const piece of files.taskBytes(file)) all += Buffer.from(piece).toString("latin1");
    return all;
  };
  try {
    const four = tcpRows(text("net/tcp"));
    const accepted = acceptedRows(text("net/unix"));
    return { tcp: [...four, ...sixth(text)], accepted };
  } catch {
    return null;
  }
}

/** Where IPv6 is off there is no such table. */
function sixth(text: (file: "net/tcp6") => string): readonly TcpRow[] {
  try {
    return tcpRows(text("net/tcp6"));
  } catch {
    return [];
  }
}

/** Milliseconds, and bytes of what it prints. */
const ssTakes = 10_000;
const ssPrints = 64 * 1024 * 1024;

/** The node's own `ss`: in a pod it is found through the mounts of pid 1, whose network the pod has. */
function unixSockets(root: string): Told<readonly UnixRow[]> {
  const words = [...(root === "/" ? [] : ["nsenter", "--target", "1", "--mount", "--"]), "ss", "-xanH"];
  const [program = "ss", ...args] = words;
  const ran = spawnSync(program, args, {
    encoding: "latin1",
    timeout: ssTakes,
    maxBuffer: ssPrints,
    stdio: ["ignore", "pipe", "ignore"],
  });
  if (ran.error !== undefined || ran.status !== 0)
    return unknown({
      code: "not-reached",
      text: "ss could not be run on this node, which tells who is connected to whom",
      at: [],
      supply: "install iproute2 there",
    });
  const rows = unixRows(ran.stdout);
  return rows === null
    ? unknown({ code: "not-understood", text: "what ss printed was not understood", at: [] })
    : known(rows);
}

function notRead(pid: number): { readonly code: "not-permitted"; readonly text: string; readonly at: [] } {
  return { code: "not-permitted", text: `process ${pid} could not be looked into`, at: [] };
}
