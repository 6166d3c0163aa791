import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ProcessId } from "../../src/model/node-actor.ts";
import { parseStat } from "../../src/outside/kernel/stat-line.ts";

/** Where hierarchies are mounted on this machine; `null`: not there. */
export const unifiedMount =
  ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].find((path) => existsSync(join(path, "cgroup.controllers"))) ?? null;
export const freezerMount = existsSync("/sys/fs/cgroup/freezer/cgroup.procs") ? "/sys/fs/cgroup/freezer" : null;

/** Cgroups as a kubelet makes them, in one real hierarchy below a root of their own, and programs in them. */
export interface PodCgroups extends AsyncDisposable {
  /** As /proc/PID/cgroup has it. */
  readonly root: string;
  /** Makes a cgroup below the root: `kubepods/podUID/ID`. */
  make(path: string): void;
  /** Starts a shell program that begins once it is in that cgroup. */
  run(path: string, program: string): Promise<Program>;
  write(path: string, text: string): void;
  text(path: string): string;
}

export interface Program {
  readonly id: ProcessId;
  /** Settles when it has ended: the signal that it ended by. */
  readonly ended: Promise<NodeJS.Signals | null>;
  isAlive(): boolean;
}

/** Needs root. `await using` ends all that runs in them, and removes them. */
export function podCgroups(mount: string): PodCgroups {
  const folder = mkdtempSync(join(mount, "holdfast-test-"));
  const children: ChildProcess[] = [];
  const path = (below: string): string => join(folder, below);
  return {
    root: `/${basename(folder)}`,
    make: (below) => void mkdirSync(path(below), { recursive: true }),
    write: (below, text) => writeFileSync(path(below), text),
    text: (below) => readFileSync(path(below), "utf8"),
    run: async (below, program) => {
      const child = spawn("/bin/sh", ["-c", `read -r _; echo ready; ${program}`], {
        stdio: ["pipe", "pipe", "ignore"],
      });
      children.push(child);
      const ended = once(child, "exit").then(() => child.signalCode);
      const pid = child.pid ?? 0;
      writeFileSync(path(`${below}/cgroup.procs`), `${pid}`);
      child.stdin.write("\n");
      await once(child.stdout, "data");
      const startTicks = parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"))?.startTicks ?? 0;
      return { id: { pid, startTicks }, ended, isAlive: () => isRunning(child) };
    },
    async [Symbol.asyncDispose]() {
      for (let tries = 0; existsSync(folder) && tries < 200; tries += 1) {
        for (const state of globSync(join(folder, "**/freezer.state"))) writeFileSync(state, "THAWED");
        for (const freeze of globSync(join(folder, "**/cgroup.freeze"))) writeFileSync(freeze, "0");
        for (const pid of globSync(join(folder, "**/cgroup.procs")).flatMap(pidsIn)) kill(pid);
        for (const below of globSync(`${folder}/**/`).toSorted().toReversed()) remove(below);
        await sleep(20);
      }
      await Promise.all(children.filter(isRunning).map((child) => once(child, "exit")));
    },
  };
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

function pidsIn(file: string): readonly number[] {
  return readFileSync(file, "utf8").split("\n").filter(Boolean).map(Number);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

function remove(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Busy until its last process is reaped.
  }
}
