import { outermostUids } from "../../ledger/outermost-pods.ts";
import type { CgroupLine } from "../../model/ledger.ts";
import { parseCgroup } from "../kernel/cgroup-lines.ts";
import { identify, isStill } from "../kernel/identify.ts";
import { kernelFiles, type KernelFiles } from "../kernel/kernel-files.ts";

/**
 * Ends the sandbox of the very pod that this process is in: its `pause`, which waits for a signal and for nothing else. The
 * runtime would send it, and on the node that matters what the runtime sends is refused; then the pod would stay, dead and
 * Terminating, with each reading another one. No other process is ever signalled: it has to be named `pause`, be in the cgroup
 * of the pod with this uid, on every hierarchy that names a pod, as this process itself is, and still be the one that was looked at.
 *
 * @param uid of the pod, as the kubelet says it
 */
export function endOwnSandbox(
  uid: string,
  files: KernelFiles = kernelFiles("/", () => {}),
  end: (pid: number) => void = terminate,
): void {
  files.enter("self");
  if (!isInPod(parseCgroup(files.taskText("cgroup")), uid)) return;
  for (const pid of files.pids()) {
    const found = identify(files, pid, parseCgroup);
    if (typeof found === "string" || found.name !== "pause" || !isInPod(found.cgroup, uid)) continue;
    if (isStill(files, found)) end(pid);
  }
}

function terminate(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch {
    // It has ended, or may not be signalled: then the kubelet has to do it.
  }
}

function isInPod(cgroup: readonly CgroupLine[] | null, uid: string): boolean {
  const pods = outermostUids(cgroup ?? []);
  return pods.size === 1 && pods.has(uid);
}
