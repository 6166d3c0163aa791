import { processIds, readOrNull } from "./processes.ts";

/** Ids, on this machine, of the processes in a pod's cgroups. Of a static pod: by its `kubernetes.io/config.hash`. */
export function processesOfPod(uid: string): number[] {
  return processIds().filter((pid) => podOf(pid) === uid);
}

/** The UID of the pod that a process is in, by its cgroup's path; `null` where it is in none. */
export function podOf(pid: number): string | null {
  return /\/pod([0-9a-f-]{36}|[0-9a-f]{32})(?:\/|$)/m.exec(readOrNull(`/proc/${pid}/cgroup`) ?? "")?.[1] ?? null;
}

/** Ids, on this machine, of the processes below a cgroup of this name, wherever it is. */
export function processesInCgroup(name: string): number[] {
  return processIds().filter((pid) => (readOrNull(`/proc/${pid}/cgroup`) ?? "").split(/[\n/]/).includes(name));
}
