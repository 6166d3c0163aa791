import { readFile } from "node:fs/promises";
import type { Task } from "./kernel-files.ts";
import { parseStat } from "./stat-line.ts";

/** How far the process that reads a kernel is. */
export interface Progress {
  /** What it is about to read: `at pid 42`. */
  readonly place: string;
  /** Clock ticks of processor time that it took: while these or the place change, it gets on. */
  readonly ticks: number;
}

/**
 * Says which task is about to be read, in the name of this process: it is told before each of thousands, costs next to
 * nothing, and wakes nobody up. The kernel keeps 15 characters of a name, as many as two pids take.
 */
export function sayTask(task: Task): void {
  process.title = `${task.replace("/task/", "/")} holdfast`;
}

/** Where the process of that pid is; `null`: this cannot be told, as where no /proc is mounted. */
export async function progressOf(pid: number): Promise<Progress | null> {
  try {
    const stat = parseStat(await readFile(`/proc/${pid}/stat`, "utf8"));
    return stat === null ? null : { place: placeIn(stat.name), ticks: stat.cpuTicks };
  } catch {
    return null;
  }
}

/** What a name that `sayTask` gave says; a process that has not begun has another. */
export function placeIn(name: string): string {
  const [, pid, thread] = /^(\d{1,7})(?:\/(\d{1,7}))?(?: |$)/.exec(name) ?? [];
  if (pid === undefined) return "before the first process";
  return thread === undefined ? `at pid ${pid}` : `at pid ${pid}, thread ${thread}`;
}
