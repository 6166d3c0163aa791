import type { Reason } from "./told.ts";

/**
 * What may be done to a node. Every call answers what it was told, and no answer is an outcome: whoever asks looks
 * afterwards. None of it throws.
 */
export interface NodeActor {
  /**
   * StopContainer for each at the same time, with its grace, and a deadline of grace and two minutes: one that expires
   * before would return before the runtime's own SIGKILL.
   */
  stopContainers(containers: readonly ContainerStop[], signal: AbortSignal): Promise<Said>;
  stopSandbox(id: string, signal: AbortSignal): Promise<Said>;
  /** The last record of a pod: only once its cgroup is empty. */
  removeSandbox(id: string, signal: AbortSignal): Promise<Said>;
  /** Writes `cgroup.kill` in the cgroup of a pod, on the unified hierarchy. */
  killCgroup(target: CgroupTarget, signal: AbortSignal): Promise<Said>;
  /** Freezes the cgroup of a pod, signals its processes one by one, and thaws it: where there is no `cgroup.kill`. */
  killProcesses(target: CgroupTarget, signal: AbortSignal): Promise<Said>;
  restartKubelet(signal: AbortSignal): Promise<Said>;
  /** Writes the file that kured looks for. */
  requestReboot(signal: AbortSignal): Promise<Said>;
}

export interface ContainerStop {
  readonly id: string;
  /** What the container has to end by itself. */
  readonly graceSeconds: number;
}

/** The cgroup of one pod, and who is in it. All of it is checked once more against the kernel by whoever acts. */
export interface CgroupTarget {
  /** Of the pod, as the cgroup names it. */
  readonly uid: string;
  /** Of the pod's own cgroup, as /proc/PID/cgroup has it; one a hierarchy. */
  readonly cgroups: readonly { readonly hierarchy: number; readonly path: string }[];
  /** Those that were found there; another that is there by now has to be below the same cgroup. */
  readonly processes: readonly ProcessId[];
}

export interface ProcessId {
  readonly pid: number;
  /** Clock ticks after boot. */
  readonly startTicks: number;
}

/** `refused`: a guard of ours said no, and nothing was done. `silent`: nobody knows what was done. */
export type Said =
  | { readonly said: "done" }
  | { readonly said: "failed"; readonly text: string }
  | { readonly said: "refused"; readonly reason: Reason }
  | { readonly said: "silent"; readonly reason: Reason };
