import { processIds, readOrNull } from "./processes.ts";

/** Ids, on this machine, of the processes in a pod's cgroups. */
export function processesOfPod(uid: string): number[] {
  return processIds().filter((pid) => podOf(pid) === uid);
}

/** The UID of the pod that a process is in, by its cgroup's path; `null` where it is in none. */
export function podOf(pid: number): string | null {
  return /\/pod([0-9a-f-]{36})(?:\/|$)/m.exec(readOrNull(`/proc/${pid}/cgroup`) ?? "")?.[1] ?? null;
}
