import type { ApiPod, CgroupLine, KernelLedger, Sandbox } from "../model/ledger.ts";
import { isKnown, mapTold, type Told } from "../model/told.ts";
import { attribute } from "./attribute.ts";
import { findCgroupRoot } from "./cgroup-root.ts";
import type { ProcessPlace, ProcessView } from "./node-view.ts";
import { localUid } from "./sightings.ts";

/** Every process of the kernel's ledger with its pod, its age and its sockets. */
export function placeProcesses(kernel: KernelLedger, cgroupRoot: Told<string>): readonly ProcessView[] {
  const sockets = new Map(kernel.sockets.map((socket) => [socket.inode, socket]));
  const readAt = Date.parse(kernel.reading.at) / 1000;
  const placeOf = isKnown(cgroupRoot) ? placesBelow(cgroupRoot.known) : () => cgroupRoot;
  return kernel.processes.map((process) => {
    const startedAt = kernel.bootTime + process.startTicks / kernel.ticksPerSecond;
    return {
      process,
      startedAt,
      ageSeconds: readAt - startedAt,
      place: placeOf(process.cgroup),
      sockets: process.sockets.flatMap((inode) => sockets.get(inode) ?? []),
    };
  });
}

type Lines = readonly CgroupLine[];

/** What was told last of an array of lines, below which root: one reading of a node is joined more than once. */
const toldBefore = new WeakMap<Lines, { readonly root: string; readonly place: Told<ProcessPlace> }>();

/** A node has thousands of processes, and those of a container share their cgroups: as one array, or as equal ones. */
function placesBelow(root: string): (lines: Lines) => Told<ProcessPlace> {
  const byPaths = new Map<string, Told<ProcessPlace>>();
  return (lines) => {
    const before = toldBefore.get(lines);
    if (before?.root === root) return before.place;
    const paths = lines.map(({ path }) => path).join("\n");
    const place = byPaths.get(paths) ?? placeIn(lines, root);
    byPaths.set(paths, place);
    toldBefore.set(lines, { root, place });
    return place;
  };
}

function placeIn(cgroup: Lines, root: string): Told<ProcessPlace> {
  return mapTold(attribute(cgroup, root), (place) => ({ ...place, cgroup: lineOf(cgroup, place) }));
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
  const cgroups = new Set(kernel.processes.map(({ cgroup }) => cgroup));
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

/** The line of a process's cgroups that names its pod: the first that has the container, or else the first that has the pod. */
function lineOf(cgroup: Lines, { pod, container }: Omit<ProcessPlace, "cgroup">): ProcessPlace["cgroup"] {
  if (pod === null) return cgroup.find(({ controllers }) => controllers === "") ?? cgroup[0] ?? null;
  const naming = cgroup.filter(({ path }) => path.includes(pod) || path.includes(pod.replaceAll("-", "_")));
  return naming.find(({ path }) => container !== null && path.includes(container)) ?? naming[0] ?? null;
}
