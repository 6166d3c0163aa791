import type { HostPort, SchedulingPod } from "../model/scheduling.ts";

/**
 * The host ports of a pod for as long as it runs: those of its containers and sidecars [kubernetes v1.36.3,
 * pkg/scheduler/util/utils.go, GetHostPorts].
 */
export function hostPortsOf({ containers }: Pick<SchedulingPod, "containers">): readonly HostPort[] {
  return containers.filter(({ kind }) => kind !== "init").flatMap(({ hostPorts }) => hostPorts);
}

/**
 * Whether two pods cannot both have them [kube-scheduler v0.36.3, framework/types.go, CheckConflict]: `::` is an address as
 * any other there, and only 0.0.0.0 stands for all.
 */
export function areInConflict(one: HostPort, other: HostPort): boolean {
  if (one.port !== other.port || one.protocol !== other.protocol) return false;
  const [left, right] = [one.ip || everyAddress, other.ip || everyAddress];
  return left === right || left === everyAddress || right === everyAddress;
}

const everyAddress = "0.0.0.0";
