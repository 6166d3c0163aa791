import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { record, type MadeProcess } from "./journal.ts";
import type { Look } from "./until.ts";

/** A program that outlives this process, and the file that it prints into. */
export type Daemon = MadeProcess & { readonly log: string };

/** Starts a program that outlives this process, in a session of its own, and records it in the bed's journal. */
export function startDaemon(directory: string, name: string, argv: readonly string[], log: string): Daemon {
  const [program = "", ...args] = argv;
  const output = openSync(log, "a");
  try {
    const child = spawn(program, args, { cwd: directory, detached: true, stdio: ["ignore", output, output] });
    // What it prints is in its log; that it could not be started shows there as nothing, and in the wait that follows.
    child.on("error", () => {});
    child.unref();
    if (child.pid === undefined) throw new Error(`${program} could not be started`);
    const made = { kind: "process", name, pid: child.pid, startTime: startTime(child.pid) ?? "gone" } as const;
    record(directory, made);
    return { ...made, log };
  } finally {
    closeSync(output);
  }
}

/** Clock ticks from boot to the start of a process (field 22 of /proc/PID/stat); `null` where there is none. */
export function startTime(pid: number): string | null {
  return statFields(pid)?.[19] ?? null;
}

/** For a wait on something that a daemon does: hopeless once it has ended, with the end of what it said. */
export function lookAtDaemon(daemon: Daemon, done: boolean, saw: string): Look {
  if (done || isAlive(daemon)) return { done, saw };
  return { done, saw: `${daemon.name} has ended:\n${(readOrNull(daemon.log) ?? "").slice(-1_500)}`, hopeless: true };
}

export function isAlive({ pid, startTime: started }: Pick<MadeProcess, "pid" | "startTime">): boolean {
  const fields = statFields(pid);
  return fields !== null && fields[0] !== "Z" && fields[19] === started;
}

/** The fields after the command's name, which may itself hold blanks and parentheses: state, parent, ... */
function statFields(pid: number): string[] | null {
  const text = readOrNull(`/proc/${pid}/stat`);
  return text === null ? null : text.slice(text.lastIndexOf(")") + 2).split(" ");
}

/** Processes that live in one of the network namespaces that are mounted at `networks`; never those of our own. */
export function processesIn(networks: readonly string[]): number[] {
  const ids = new Set(networks.map(namespaceId));
  ids.delete(namespaceId("/proc/self/ns/net"));
  return processIds().filter((pid) => {
    const id = namespaceId(`/proc/${pid}/ns/net`);
    return id !== null && ids.has(id) && statFields(pid)?.[0] !== "Z";
  });
}

export function processIds(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Ids of a process's children, whichever of its threads started them. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      (readOrNull(`/proc/${pid}/task/${task}/children`) ?? "").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** Kills one process with SIGKILL, and waits until it has ended. */
export async function killProcess(pid: number): Promise<void> {
  const started = startTime(pid) ?? "gone";
  await killAll(() => (isAlive({ pid, startTime: started }) ? [pid] : []));
}

/** Kills with SIGKILL until none of what `find` finds is left. Throws after 20 s, naming what still lives. */
export async function killAll(find: () => readonly number[]): Promise<void> {
  for (let left = 100; ; left--) {
    const pids = find();
    if (pids.length === 0) return;
    if (left === 0) throw new Error(`still alive after 20 s of SIGKILL: ${pids.map(describeProcess).join(", ")}`);
    for (const pid of pids) kill(pid);
    await sleep(left > 90 ? 20 : 200);
  }
}

function describeProcess(pid: number): string {
  return `${pid} (${(readOrNull(`/proc/${pid}/comm`) ?? "gone").trim()})`;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself in between.
  }
}

/** Device and inode, which name a namespace; `null` where the process or the file has gone. */
function namespaceId(path: string): string | null {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

export function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
