import { isJsonObject, valueAt, type JsonObject } from "../model/json.ts";
import type { SchedulingNode, SchedulingPod } from "../model/scheduling.ts";
import type { Reason } from "../model/told.ts";
import { areInConflict, hostPortsOf } from "../scheduling/host-ports.ts";
import { matchesNode } from "../scheduling/node-affinity.ts";
import { countedOfNode, takenBy } from "../scheduling/requests.ts";
import { untolerated } from "../scheduling/taints.ts";
import { objectsOf } from "./workloads.ts";

/** What the filters of the scheduler say of a pod on a node, and of how many such pods. */
export type Fit =
  | { readonly fits: number }
  | { readonly rejectedBy: string; readonly why: string }
  /** No filter that is simulated stands in the way, of at most so many. */
  | { readonly unknown: Reason; readonly atMost: number };

/**
 * Whether pods like this one fit on a node beside `others`, in the order of the default profile [kubernetes v1.36.3,
 * pkg/scheduler/apis/config/v1/default_plugins.go]: taints, node affinity, host ports, resources. `doubt` is why another filter may reject it.
 */
export function fitOn(
  pod: SchedulingPod,
  node: SchedulingNode,
  others: readonly SchedulingPod[],
  doubt: Reason | null,
): Fit {
  const taint =
    untolerated(node.taints, pod.tolerations, "NoSchedule") ?? untolerated(node.taints, pod.tolerations, "NoExecute");
  if (taint !== null)
    return { rejectedBy: "TaintToleration", why: `it does not tolerate the taint ${taint.key}:${taint.effect}` };
  if (!matchesNode(pod, node))
    return { rejectedBy: "NodeAffinity", why: "its node selector or affinity is not for this node" };
  const ports = hostPortsOf(pod);
  for (const other of others) {
    const taken = ports.find((port) => hostPortsOf(other).some((each) => areInConflict(port, each)));
    if (taken !== undefined)
      return { rejectedBy: "NodePorts", why: `${other.namespace}/${other.name} has host port ${taken.port} there` };
  }
  const room = roomFor(pod, node, others);
  if ("lacks" in room) return { rejectedBy: "NodeResourcesFit", why: `too little ${room.lacks} is left there` };
  const copies = ports.length > 0 ? Math.min(1, room.copies) : room.copies;
  return doubt === null ? { fits: copies } : { unknown: doubt, atMost: copies };
}

/** [kubernetes v1.36.3, pkg/scheduler/framework/plugins/noderesources/fit.go, fitsRequest] */
function roomFor(
  pod: SchedulingPod,
  node: SchedulingNode,
  others: readonly SchedulingPod[],
): { readonly copies: number } | { readonly lacks: string } {
  const allocatable = countedOfNode(node.allocatable);
  const taken = new Map<string, bigint>([["pods", BigInt(others.length)]]);
  for (const other of others)
    for (const [resource, amount] of takenBy(other)) taken.set(resource, (taken.get(resource) ?? 0n) + amount);
  let copies = Number.MAX_SAFE_INTEGER;
  for (const [resource, amount] of new Map([["pods", 1n], ...takenBy(pod)])) {
    if (amount <= 0n) continue;
    const left = (allocatable.get(resource) ?? 0n) - (taken.get(resource) ?? 0n);
    if (left < amount) return { lacks: resource };
    copies = Math.min(copies, Number(left / amount));
  }
  return { copies };
}

/** Why a filter that is not simulated may reject a pod somewhere; `null`: none looks at it. */
export function doubtOf(pod: JsonObject, running: readonly JsonObject[]): Reason | null {
  const spec = isJsonObject(pod["spec"]) ? pod["spec"] : {};
  const required = "requiredDuringSchedulingIgnoredDuringExecution";
  const affinity = (of: JsonObject, kind: string): boolean =>
    objectsOf(valueAt(of, `/spec/affinity/${kind}/${required}`)).length > 0;
  const scheduler = spec["schedulerName"];
  if (typeof scheduler === "string" && scheduler !== "" && scheduler !== "default-scheduler")
    return notSimulated("another scheduler places it");
  if (affinity(pod, "podAffinity") || affinity(pod, "podAntiAffinity"))
    return notSimulated("its affinity to other pods is not simulated yet");
  if (running.some((each) => affinity(each, "podAntiAffinity")))
    return notSimulated("pods that run have an anti-affinity, which is not simulated yet");
  if (objectsOf(spec["topologySpreadConstraints"]).some((each) => each["whenUnsatisfiable"] !== "ScheduleAnyway"))
    return notSimulated("its topology spread constraints are not simulated yet");
  const volumes = objectsOf(spec["volumes"]);
  if (volumes.some((each) => ["persistentVolumeClaim", "ephemeral", "csi"].some((key) => each[key] !== undefined)))
    return notSimulated("it has volumes whose place and limits are not simulated yet");
  if (objectsOf(spec["resourceClaims"]).length > 0) return notSimulated("it claims devices");
  return null;
}

export function notSimulated(text: string): Reason {
  return { code: "not-simulated", text, at: [] };
}
