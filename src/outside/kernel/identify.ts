import type { NamespaceId, Process } from "../../model/ledger.ts";
import type { parseCgroup } from "./cgroup-lines.ts";
import { fateOf, type KernelFiles, type Task } from "./kernel-files.ts";
import { hasEnded, parseStat } from "./stat-line.ts";

/** A process before its open files were looked at. */
export interface Identity extends Omit<Process, "sockets"> {
  /** Where its files, cgroup and namespaces are read: the process, or a thread that lives where the leader does not. */
  readonly task: Task;
}

export type Identified = Identity | "ended" | "unreadable";

/**
 * Who a pid is; where it is somebody, its task is entered by then. The leader of a thread group that ended while others
 * live is a zombie: its files are closed, its namespaces are gone, and on cgroup v1 its cgroup reads `/` [linux,
 * kernel/cgroup/cgroup.c, proc_cgroup_show]. All of that is read through the first thread that lives.
 */
export function identify(files: KernelFiles, pid: number, cgroupOf: typeof parseCgroup): Identified {
  try {
    files.enter(`${pid}`);
    const leader = parseStat(files.taskText("stat"));
    if (leader === null) return "unreadable";
    const thread = hasEnded(leader) ? enterLivingThread(files, pid) : null;
    const cgroup = cgroupOf(files.taskText("cgroup"));
    const network = hasEnded(leader) && thread === null ? null : networkIfTold(files);
    if (cgroup === null) return "unreadable";
    const { startTicks, name, parent, state } = leader;
    const task: Task = thread === null ? `${pid}` : `${pid}/task/${thread}`;
    return { pid, startTicks, name, parent, state, task, thread, cgroup, network };
  } catch (error) {
    return fateOf(error);
  }
}

/** The task that lives in a process, which is entered then, and its network namespace; `null`: it has none. */
export function networkOf(
  files: KernelFiles,
  pid: number,
): { readonly task: Task; readonly network: NamespaceId } | null {
  try {
    files.enter(`${pid}`);
    const network = networkIfTold(files);
    return network === null ? null : { task: `${pid}`, network };
  } catch {
    return networkOfThread(files, pid);
  }
}

/**
 * Whether the task that was entered still lives: one that ends loses its namespaces, right after its files are closed
 * [linux, kernel/exit.c, do_exit].
 */
export function isStill(files: KernelFiles, { network }: Pick<Identity, "network">): boolean {
  try {
    files.taskLink("ns/net");
    return true;
  } catch (error) {
    // Who ends in this very moment may not be looked into [linux, fs/proc/namespaces.c, proc_ns_readlink].
    return network === null && fateOf(error) !== "ended";
  }
}

function networkOfThread(files: KernelFiles, pid: number): ReturnType<typeof networkOf> {
  try {
    const thread = enterLivingThread(files, pid);
    const network = thread === null ? null : networkIfTold(files);
    return network === null ? null : { task: `${pid}/task/${thread ?? pid}`, network };
  } catch {
    return null;
  }
}

function enterLivingThread(files: KernelFiles, pid: number): number | null {
  const thread = files.threads().find((each) => each !== pid && isAlive(files, each));
  if (thread === undefined) return null;
  files.enterThread(thread);
  return thread;
}

function isAlive(files: KernelFiles, thread: number): boolean {
  try {
    const stat = parseStat(files.threadStat(thread));
    return stat !== null && !hasEnded(stat);
  } catch {
    return false;
  }
}

/** `null`: it may not be told. */
function networkIfTold(files: KernelFiles): NamespaceId | null {
  try {
    const [, inode] = /^net:\[(\d{1,15})\]$/.exec(files.taskLink("ns/net")) ?? [];
    return inode === undefined ? null : Number(inode);
  } catch (error) {
    if (fateOf(error) === "ended") throw error;
    return null;
  }
}
