import { readdirSync, readFileSync } from "node:fs";
import type { Containerd } from "./containerd.ts";

/** A process of the pods, by the machine's pid and by the one that containerd sees. */
export interface PodProcess {
  /** Of the sandbox or container: the last part of its cgroup. */
  readonly id: string;
  readonly pid: number;
  readonly innerPid: number;
}

/** What the kernel has in the cgroups of a containerd's pods. */
export function podProcesses({ cgroup }: Containerd): PodProcess[] {
  const found: PodProcess[] = [];
  for (const { pid, file } of processes()) {
    const path =
      file("cgroup")
        .split("\n")
        .find((line) => line.includes(`:${cgroup}/pod`)) ?? "";
    const [, , innerPid] = /^NSpid:\t(\d+)\t(\d+)/m.exec(file("status")) ?? [];
    if (path !== "") found.push({ id: path.slice(path.lastIndexOf("/") + 1), pid, innerPid: Number(innerPid) });
  }
  return found;
}

/** The machine's pid of the shim of a sandbox. */
export function shimOf(sandbox: string): number {
  const shim = processes().find(({ file }) => {
    const [program = "", ...args] = file("cmdline").split("\0");
    return program.endsWith("containerd-shim-runc-v2") && args.includes(sandbox);
  });
  if (shim === undefined) throw new Error(`there is no shim of ${sandbox}`);
  return shim.pid;
}

/** The machine's pid of containerd itself: the child of what started it. */
export function daemonOf({ pid }: Containerd): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim());
}

function processes(): { pid: number; file: (name: string) => string }[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => ({ pid: Number(pid), file: (name) => readOrEmpty(`/proc/${pid}/${name}`) }));
}

/** Processes end while they are looked at. */
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
