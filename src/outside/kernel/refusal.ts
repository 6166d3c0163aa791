import type { Reason } from "../../model/told.ts";
import { fateOf, type KernelFiles } from "./kernel-files.ts";

/**
 * Why nothing may be concluded from what this reader sees: it is in another cgroup or pid namespace than pid 1, so that
 * paths and pids are not the node's; or /proc hides processes from it. `null`: it sees what pid 1 sees.
 */
export function refusal(files: KernelFiles): Reason | null {
  for (const [link, name] of [
    ["ns/pid", "pid"],
    ["ns/cgroup", "cgroup"],
  ] as const) {
    try {
      const [first, own] = [linkOf(files, "1", link), linkOf(files, "self", link)];
      if (first !== own) return elsewhere(`the reader is in another ${name} namespace than pid 1 (${own}, ${first})`);
    } catch (error) {
      return fateOf(error) === "ended" ? hidden() : notPermitted();
    }
  }
  return null;
}

function linkOf(files: KernelFiles, task: "1" | "self", link: "ns/pid" | "ns/cgroup"): string {
  files.enter(task);
  return files.taskLink(link);
}

export function foreignPath(pid: number): Reason {
  return elsewhere(`the cgroup of pid ${pid} lies outside the reader's cgroup namespace`);
}

function elsewhere(text: string): Reason {
  return {
    code: "not-reached",
    text,
    at: [],
    supply: "run it on the node itself, or in a pod with hostPID that is privileged",
  };
}

function hidden(): Reason {
  return {
    code: "not-permitted",
    text: "/proc shows no pid 1: it is not mounted, or it hides the processes of others (hidepid)",
    at: [],
    supply: "run it as root, with the /proc of the node",
  };
}

function notPermitted(): Reason {
  return {
    code: "not-permitted",
    text: "the namespaces of pid 1 may not be read",
    at: [],
    supply: "run it as root (CAP_SYS_PTRACE)",
  };
}
