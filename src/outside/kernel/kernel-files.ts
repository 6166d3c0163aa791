import { accessSync, closeSync, openSync, readdirSync, readlinkSync, readSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * Everything that is read below a root, and nothing else: these wait for no lock that a stuck process holds longer
 * than it takes to print them. `cmdline`, `environ`, `maps`, `stack`, `syscall`, `mountinfo` and the like can wait for
 * ever, and what an fd link leads to may lie on a server that does not answer.
 */
export const nodeFiles = ["proc/sys/kernel/random/boot_id", "proc/stat"] as const;
/** Whether they are there is asked; they are not opened. */
export const cgroupFiles = ["sys/fs/cgroup/cgroup.controllers", "sys/fs/cgroup/unified/cgroup.controllers"] as const;
export const taskFiles = ["stat", "cgroup", "net/tcp", "net/tcp6", "net/udp", "net/udp6", "net/unix"] as const;
export const taskLinks = ["ns/net", "ns/cgroup", "ns/pid"] as const;
/** `task` is listed; `fd` is listed, and its links are read and never followed. */
export const taskFolders = ["task", "fd"] as const;

/** A folder below /proc: a process, the reader itself, or a thread. */
export type Task = `${number}` | "self" | `${string}/task/${number}`;

/** The files of one root. Each function throws the error of the system as it is; `fateOf` says what it means. */
export interface KernelFiles {
  nodeText(file: (typeof nodeFiles)[number]): string;
  hasCgroupFile(file: (typeof cgroupFiles)[number]): boolean;
  /** The pids that /proc lists, in ascending order. */
  pids(): number[];
  /**
   * Goes into the folder of a task, as the working directory of this whole process. What the functions below read from
   * then on is read of that very task, until another is entered: a folder of /proc belongs to one task for ever, and once
   * that has ended nothing is found in it, whoever gets its pid [linux, fs/proc/base.c, get_proc_task, pid_revalidate].
   */
  enter(task: Task): void;
  /** From the process that was entered into one of its threads. */
  enterThread(thread: number): void;
  taskText(file: (typeof taskFiles)[number]): string;
  /** `stat` of a thread of the process that was entered. */
  threadStat(thread: number): string;
  /** The bytes of a file in pieces, as the kernel gives them. A piece is valid until the next one is asked for. */
  taskBytes(file: (typeof taskFiles)[number]): Iterable<Uint8Array>;
  taskLink(link: (typeof taskLinks)[number]): string;
  threads(): number[];
  /** What each open file leads to, as `socket:[4711]`; `null`: it is not there any more, and perhaps nor is the task. */
  openFiles(): readonly (string | null)[];
}

/** `announce` is told whose files are about to be read. */
export function kernelFiles(root: string, announce: (task: Task) => void): KernelFiles {
  // It has to mean the same wherever this process is.
  const below = resolve(root);
  const proc = join(below, "proc");
  let entered: string = "self";
  function go(task: Task, path: string): void {
    announce(task);
    process.chdir(path);
    entered = task;
  }
  const threadOf = (thread: number): Task => `${entered}/task/${thread}`;
  return {
    nodeText: (file) => textOf(join(below, file)),
    hasCgroupFile: (file) => isThere(join(below, file)),
    pids: () => numbersIn(proc),
    enter: (task) => go(task, `${proc}/${task}`),
    enterThread: (thread) => go(threadOf(thread), `task/${thread}`),
    taskText: textOf,
    threadStat: (thread) => {
      announce(threadOf(thread));
      return textOf(`task/${thread}/stat`);
    },
    taskBytes: bytesOf,
    taskLink: (link) => readlinkSync(link),
    threads: () => numbersIn("task"),
    openFiles: linksOfFiles,
  };
}

/** What an error of the system says of the task that was read: it ended, or it may not be looked into. */
export function fateOf(error: unknown): "ended" | "unreadable" {
  const code = error instanceof Error && "code" in error ? error.code : null;
  // ESRCH: the file was open already when its process ended.
  return code === "ENOENT" || code === "ESRCH" ? "ended" : "unreadable";
}

/** Far above a line of `stat` and above thirteen paths of 4,096 bytes. */
const maximumText = 1 << 20;
const piece = 1 << 16;
const buffer = Buffer.allocUnsafe(piece);

function textOf(path: string): string {
  const descriptor = openSync(path, "r");
  try {
    // What the kernel prints as one record comes whole where the buffer holds it [linux, fs/seq_file.c, seq_read_iter].
    const length = readSync(descriptor, buffer);
    return length < piece ? buffer.toString("utf8", 0, length) : longText(descriptor, Buffer.from(buffer));
  } finally {
    closeSync(descriptor);
  }
}

function longText(descriptor: number, start: Buffer): string {
  const pieces = [start];
  for (let total = start.length; total <= maximumText;) {
    const length = readSync(descriptor, buffer);
    if (length === 0) return Buffer.concat(pieces).toString("utf8");
    pieces.push(Buffer.from(buffer.subarray(0, length)));
    total += length;
  }
  throw new Error(`more than ${maximumText} bytes`);
}

function* bytesOf(path: string): Generator<Uint8Array> {
  const descriptor = openSync(path, "r");
  try {
    for (;;) {
      const length = readSync(descriptor, buffer);
      if (length === 0) return;
      yield buffer.subarray(0, length);
    }
  } finally {
    closeSync(descriptor);
  }
}

function linksOfFiles(): readonly (string | null)[] {
  return readdirSync("fd").map(linkOfFile);
}

function linkOfFile(name: string): string | null {
  try {
    return readlinkSync(`fd/${name}`);
  } catch (error) {
    if (fateOf(error) === "ended") return null;
    // A name that does not fit into a page is a file's.
    if (error instanceof Error && "code" in error && error.code === "ENAMETOOLONG") return "";
    throw error;
  }
}

function numbersIn(folder: string): number[] {
  return readdirSync(folder)
    .filter((name) => /^[1-9]\d{0,9}$/.test(name))
    .map(Number)
    .toSorted((a, b) => a - b);
}

function isThere(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}
