import { findCgroupRoot } from "../../ledger/cgroup-root.ts";
import { outermostPod } from "../../ledger/pod-place.ts";
import type { NodeObservation, Reading } from "../../model/ledger.ts";
import { isKnown, mapTold, type Told } from "../../model/told.ts";

/** Numbers of readings are of the run that counted: all that is known here is between which of ours they were. */
export function withReading(observation: NodeObservation, { began, ended }: Omit<Reading, "at">): NodeObservation {
  const here = <T extends { readonly reading: Reading }>(told: Told<T>): Told<T> =>
    mapTold(told, (ledger) => ({ ...ledger, reading: { ...ledger.reading, began, ended } }));
  return { ...observation, runtime: here(observation.runtime), kernel: here(observation.kernel) };
}

/** The cgroup below which the kubelet has its pods, as this pod's own processes show it; `null`: they do not. */
export function rootOf({ kernel }: NodeObservation, uid: string): string | null {
  if (!isKnown(kernel)) return null;
  const root = findCgroupRoot(
    kernel.known.processes.map(({ cgroup }) => cgroup),
    new Set([uid]),
  );
  return isKnown(root) ? root.known : null;
}

/** Without the pod that the node was read through: what is left is the node as it is when nobody looks. */
export function withoutPod({ node, runtime, kernel, details }: NodeObservation, uid: string): NodeObservation {
  const ids = new Set<string>();
  const rest = mapTold(runtime, (ledger) => {
    for (const sandbox of ledger.sandboxes) if (sandbox.uid === uid) ids.add(sandbox.id);
    for (const { id, sandboxId } of ledger.containers) if (ids.has(sandboxId)) ids.add(id);
    const others = <T extends { readonly id: string }>(all: readonly T[]): T[] => all.filter(({ id }) => !ids.has(id));
    const { sandboxes, containers, tasks } = ledger;
    return { ...ledger, sandboxes: others(sandboxes), containers: others(containers), tasks: mapTold(tasks, others) };
  });
  return {
    node,
    runtime: rest,
    kernel: mapTold(kernel, (ledger) => ({
      ...ledger,
      processes: ledger.processes.filter(({ cgroup }) => !cgroup.some(({ path }) => outermostPod(path)?.uid === uid)),
    })),
    details: new Map([...details].filter(([id]) => !ids.has(id))),
  };
}
