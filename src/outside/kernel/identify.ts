import type { NamespaceId, Process } from "../../model/ledger.ts";
import type { parseCgroup } from "./cgroup-lines.ts";
import { fateOf, type KernelFiles, type Task } from "./kernel-files.ts";
import { hasEnded, parseStat, type TaskStat } from "./stat-line.ts";

/** A process before its open files were looked at. */
export interface Identity extends Omit<Process, "sockets"> {
  /** Where its files, cgroup and namespaces are read: the process, or a thread that lives where the leader does not. */
  readonly task: Task;
}

export type Identified = Identity | "ended" | "unreadable";

/**
 * Who a pid is. The leader of a thread group that ended while others live is a zombie: its files are closed, its
 * namespaces are gone, and on cgroup v1 its cgroup reads `/` [linux, kernel/cgroup/cgroup.c, proc_cgroup_show]. All of
 * that is read through the first thread that lives.
 */
export function identify(files: KernelFiles, pid: number, cgroupOf: typeof parseCgroup): Identified {
  try {
    const leader = statOf(files, `${pid}`);
    if (leader === null) return "unreadable";
    const thread = hasEnded(leader) ? livingThread(files, pid) : null;
    const task: Task = thread === null ? `${pid}` : `${pid}/task/${thread}`;
    const cgroup = cgroupOf(files.taskText(task, "cgroup"));
    const network = hasEnded(leader) && thread === null ? null : networkOf(files, task);
    if (cgroup === null) return "unreadable";
    return { ...leader, pid, task, thread, cgroup, network };
  } catch (error) {
    return fateOf(error);
  }
}

/** Whether the pid is still the process that it was: a pid is used again, a start is not. */
export function isStill(files: KernelFiles, identity: Identity): boolean {
  try {
    const now = statOf(files, `${identity.pid}`);
    if (now === null || now.startTicks !== identity.startTicks || hasEnded(now) !== hasEnded(identity)) return false;
    if (identity.thread === null) return true;
    const thread = statOf(files, identity.task);
    return thread !== null && !hasEnded(thread);
  } catch {
    return false;
  }
}

function statOf(files: KernelFiles, task: Task): TaskStat | null {
  return parseStat(files.taskText(task, "stat"));
}

function livingThread(files: KernelFiles, pid: number): number | null {
  for (const thread of files.threads(`${pid}`)) {
    if (thread !== pid && isAlive(files, `${pid}/task/${thread}`)) return thread;
  }
  return null;
}

function isAlive(files: KernelFiles, thread: Task): boolean {
  try {
    const stat = statOf(files, thread);
    return stat !== null && !hasEnded(stat);
  } catch {
    return false;
  }
}

/** `null`: it may not be told. */
function networkOf(files: KernelFiles, task: Task): NamespaceId | null {
  try {
    const [, inode] = /^net:\[(\d{1,15})\]$/.exec(files.taskLink(task, "ns/net")) ?? [];
    return inode === undefined ? null : Number(inode);
  } catch (error) {
    if (fateOf(error) === "ended") throw error;
    return null;
  }
}
