import { accessSync, closeSync, openSync, readdirSync, readlinkSync, readSync } from "node:fs";

/**
 * Everything that is read below a root, and nothing else: these wait for no lock that a stuck process holds longer
 * than it takes to print them. `cmdline`, `environ`, `maps`, `stack`, `syscall`, `mountinfo` and the like can wait for
 * ever, and what an fd link leads to may lie on a server that does not answer.
 */
export const nodeFiles = ["proc/sys/kernel/random/boot_id", "proc/stat"] as const;
/** Whether they are there is asked; they are not opened. */
export const cgroupFiles = ["sys/fs/cgroup/cgroup.controllers", "sys/fs/cgroup/unified/cgroup.controllers"] as const;
export const taskFiles = ["stat", "cgroup", "net/tcp", "net/tcp6", "net/udp", "net/udp6"] as const;
export const taskLinks = ["ns/net", "ns/cgroup", "ns/pid"] as const;
/** `task` is listed; `fd` is listed, and its links are read and never followed. */
export const taskFolders = ["task", "fd"] as const;

/** A folder below /proc: a process, the reader itself, or a thread. */
export type Task = `${number}` | "self" | `${number}/task/${number}`;

/** The files of one root. Each function throws the error of the system as it is; `fateOf` says what it means. */
export interface KernelFiles {
  nodeText(file: (typeof nodeFiles)[number]): string;
  hasCgroupFile(file: (typeof cgroupFiles)[number]): boolean;
  /** The pids that /proc lists, in ascending order. */
  pids(): number[];
  taskText(task: Task, file: (typeof taskFiles)[number]): string;
  /** The bytes of a file in pieces, as the kernel gives them. A piece is valid until the next one is asked for. */
  taskBytes(task: Task, file: (typeof taskFiles)[number]): Iterable<Uint8Array>;
  taskLink(task: Task, link: (typeof taskLinks)[number]): string;
  threads(task: Task): number[];
  /** What each open file of a process leads to, as `socket:[4711]`. What was closed meanwhile is left out. */
  openFiles(task: Task): Iterable<string>;
}

/** `announce` is told whose files are about to be read, each time that it is another task than before. */
export function kernelFiles(root: string, announce: (task: Task) => void): KernelFiles {
  const below = root.endsWith("/") ? root : `${root}/`;
  const proc = `${below}proc/`;
  let announced: Task | null = null;
  function folder(task: Task): string {
    if (task !== announced) {
      announced = task;
      announce(task);
    }
    return proc + task;
  }
  return {
    nodeText: (file) => textOf(below + file),
    hasCgroupFile: (file) => isThere(below + file),
    pids: () => numbersIn(proc),
    taskText: (task, file) => textOf(`${folder(task)}/${file}`),
    taskBytes: (task, file) => bytesOf(`${folder(task)}/${file}`),
    taskLink: (task, link) => readlinkSync(`${folder(task)}/${link}`),
    threads: (task) => numbersIn(`${folder(task)}/task`),
    openFiles: (task) => linksIn(`${folder(task)}/fd`),
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

function* linksIn(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    try {
      yield readlinkSync(`${folder}/${name}`);
    } catch (error) {
      // A name that does not fit into a page is a file's.
      const isFile = error instanceof Error && "code" in error && error.code === "ENAMETOOLONG";
      if (!isFile && fateOf(error) !== "ended") throw error;
    }
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
