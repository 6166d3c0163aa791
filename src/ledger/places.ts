import type { ApiPod, KernelLedger, Process, Sandbox } from "../model/ledger.ts";
import { isKnown, mapTold, type Told } from "../model/told.ts";
import { attribute } from "./attribute.ts";
import { findCgroupRoot } from "./cgroup-root.ts";
import type { ProcessPlace, ProcessView } from "./node-view.ts";
import { localUid } from "./sightings.ts";

/** Every process of the kernel's ledger with its pod, its age and its sockets. */
export function placeProcesses(kernel: KernelLedger, cgroupRoot: Told<string>): readonly ProcessView[] {
  const sockets = new Map(kernel.sockets.map((socket) => [socket.inode, socket]));
  const readAt = Date.parse(kernel.reading.at) / 1000;
  return kernel.processes.map((process) => {
    const started = kernel.bootTime + process.startTicks / kernel.ticksPerSecond;
    return {
      process,
      startedAt: isoSeconds(started),
      ageSeconds: readAt - started,
      place: isKnown(cgroupRoot)
        ? mapTold(attribute(process.cgroup, cgroupRoot.known), (place) => ({
            ...place,
            cgroup: lineOf(process, place),
          }))
        : cgroupRoot,
      sockets: process.sockets.flatMap((inode) => sockets.get(inode) ?? []),
    };
  });
}

/**
 * The cgroup below which this kubelet has its pods: found by the uids that the API has on this node, or else by those of
 * the runtime's sandboxes that a kubelet made. A node whose API was not told is told at least by its runtime.
 */
export function cgroupRootOf(
  kernel: KernelLedger,
  inApi: readonly ApiPod[],
  sandboxes: readonly Sandbox[],
): Told<string> {
  const cgroups = kernel.processes.map(({ cgroup }) => cgroup);
  const byApi = findCgroupRoot(cgroups, new Set(inApi.flatMap((pod) => [pod.uid, localUid(pod)])));
  if (isKnown(byApi)) return byApi;
  return findCgroupRoot(
    cgroups,
    new Set(sandboxes.filter(({ uid, labelUid }) => uid === labelUid).map(({ uid }) => uid)),
  );
}

/**
 * A zombie whose threads have all ended holds nothing and waits to be reaped. A zombie leader with a living thread is
 * alive: what was read of it came from that thread.
 */
export function lives({ process }: ProcessView): boolean {
  return !((process.state === "Z" || process.state === "X") && process.thread === null);
}

/** The pod of a process; `null` where it is in none, or that could not be told. */
export function podOf({ place }: ProcessView): string | null {
  return isKnown(place) ? place.known.pod : null;
}

/** The line of a process's cgroups that names its pod: the first that has the container, or else the deepest. */
function lineOf({ cgroup }: Process, { pod, container }: Omit<ProcessPlace, "cgroup">): ProcessPlace["cgroup"] {
  if (pod === null) return cgroup.find(({ controllers }) => controllers === "") ?? cgroup[0] ?? null;
  const naming = cgroup.filter(({ path }) => path.includes(pod) || path.includes(pod.replaceAll("-", "_")));
  return naming.find(({ path }) => container !== null && path.includes(container)) ?? naming[0] ?? null;
}

function isoSeconds(seconds: number): string {
  const milliseconds = seconds * 1000;
  return Math.abs(milliseconds) <= 8.64e15 ? new Date(milliseconds).toISOString() : "";
}
