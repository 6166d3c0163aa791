import type { KernelLedger, NamespaceId, Process } from "../../model/ledger.ts";
import { cgroupParser } from "./cgroup-lines.ts";
import { identify, isStill, networkOf, type Identity } from "./identify.ts";
import { fateOf, type KernelFiles, type Task } from "./kernel-files.ts";
import { hasEnded } from "./stat-line.ts";

/** A process and the listed sockets that it holds. */
export type Holder = Identity & Process;

/** The tasks through which the tables of a network namespace can be read. */
export type TasksOfNetworks = ReadonlyMap<NamespaceId, readonly Task[]>;

/** So many visits meet everybody, unless something forks and ends as fast as it can. */
const mostVisits = 12;

/**
 * The processes of a node, by what is known of them so far. `networks` says where they live, `visitAll` who they are and what
 * they hold. All that is told of a process is read in one visit: who ended before its end is not told, and whoever has its
 * pid then is met at the next one.
 */
export class Census {
  readonly #files: KernelFiles;
  readonly #holders = new Map<number, Holder>();
  /** Pid and start, or the pid alone of those that ended before they were asked. */
  readonly #ended = new Set<string>();
  readonly #unreadable = new Set<number>();
  readonly #cgroupOf = cgroupParser();
  #pids: readonly number[];
  /** Those that ended in the last visit: what they left behind was not met. */
  #unmet = 0;

  constructor(files: KernelFiles) {
    this.#files = files;
    this.#pids = files.pids();
  }

  /** The network namespaces of those who are there, each with who lives in it, by pid. */
  networks(): TasksOfNetworks {
    return tasksByNetwork(this.#pids.map((pid) => networkOf(this.#files, pid)));
  }

  /**
   * Looks at everybody who is there: who it is, and which of the listed sockets it holds. Twice at least, for those who came
   * meanwhile; and again for as long as some end before they are met, since each may have left a child that was not listed yet.
   */
  visitAll(listed: ReadonlySet<number>): void {
    this.#visitNew(listed);
    for (let visits = 1; visits < mostVisits; visits++) {
      this.#unmet = this.#visitNew(listed);
      if (this.#unmet === 0) return;
    }
  }

  /** Looks at everybody who was not met before. Gives how many more ended meanwhile. */
  #visitNew(listed: ReadonlySet<number>): number {
    const before = this.#ended.size;
    for (const pid of this.#pids) {
      if (!this.#holders.has(pid) && !this.#unreadable.has(pid)) this.#visit(pid, listed);
    }
    this.#pids = this.#files.pids();
    return Math.max(0, this.#ended.size - before);
  }

  /** Those whose files were looked at, by pid. */
  holders(): readonly Holder[] {
    return [...this.#holders.values()].toSorted((a, b) => a.pid - b.pid);
  }

  numbers(): Pick<KernelLedger, "seen" | "vanished" | "unreadable"> {
    const unnamed = [...this.#unreadable].filter((pid) => !this.#holders.has(pid)).length;
    const vanished = this.#ended.size;
    return { seen: this.#holders.size + unnamed + vanished, vanished, unreadable: this.#unreadable.size + this.#unmet };
  }

  #visit(pid: number, listed: ReadonlySet<number>): void {
    const identity = identify(this.#files, pid, this.#cgroupOf);
    if (identity === "ended") {
      this.#ended.add(`${pid}`);
      return;
    }
    // Who was met while it ended, and is a zombie by now, is one process.
    this.#ended.delete(`${pid}`);
    if (identity === "unreadable") {
      this.#unreadable.add(pid);
      return;
    }
    const key = `${pid} since ${identity.startTicks}`;
    const { sockets, isSure } = holding(this.#files, identity, listed);
    if (!isSure) {
      this.#ended.add(key);
      return;
    }
    this.#ended.delete(key);
    this.#holders.set(pid, { ...identity, sockets: sockets ?? [] });
    if (sockets === null || (identity.network === null && !hasEnded(identity))) this.#unreadable.add(pid);
  }
}

export function tasksByNetwork(
  each: Iterable<{ readonly task: Task; readonly network: NamespaceId | null } | null>,
): TasksOfNetworks {
  const networks = new Map<NamespaceId, Task[]>();
  for (const one of each) {
    if (one === null || one.network === null) continue;
    const tasks = networks.get(one.network);
    if (tasks === undefined) networks.set(one.network, [one.task]);
    else tasks.push(one.task);
  }
  return networks;
}

/**
 * The listed sockets that the process that was entered holds; `null`: they may not be looked into. `isSure`: it lived, with
 * its files, when the last of them was read. That is so where each that was listed led somewhere, and has to be asked else:
 * who ends has no files any more.
 */
function holding(
  files: KernelFiles,
  identity: Identity,
  listed: ReadonlySet<number>,
): { readonly sockets: readonly number[] | null; readonly isSure: boolean } {
  const targets = openFilesOf(files);
  const isWhole = typeof targets === "object" && targets.length > 0 && !targets.includes(null);
  const hasNone = hasEnded(identity) && identity.thread === null;
  const isSure = isWhole || hasNone || isStill(files, identity);
  return { sockets: targets === "unreadable" ? null : heldOf(targets === "ended" ? [] : targets, listed), isSure };
}

function openFilesOf(files: KernelFiles): ReturnType<KernelFiles["openFiles"]> | "ended" | "unreadable" {
  try {
    return files.openFiles();
  } catch (error) {
    return fateOf(error);
  }
}

function heldOf(targets: readonly (string | null)[], listed: ReadonlySet<number>): readonly number[] {
  const held = new Set<number>();
  for (const target of targets) {
    if (target === null || !target.startsWith(socketPrefix)) continue;
    const inode = Number(target.slice(socketPrefix.length, -1));
    if (listed.has(inode)) held.add(inode);
  }
  return [...held].toSorted((a, b) => a - b);
}

const socketPrefix = "socket:[";
