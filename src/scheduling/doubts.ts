import type { SchedulingNode, SchedulingPod } from "../model/scheduling.ts";
import type { Objection } from "./admission.ts";
import { isCritical } from "./preemption.ts";
import { isExtended } from "./requests.ts";
import { isTolerated } from "./taints.ts";

type Doubt = Pick<Objection, "reason" | "text">;

/** What a kubelet may have against a pod that fits: it depends on how far it is with starting. `null`: nothing. */
export function doubtOf(pod: SchedulingPod, node: SchedulingNode): Doubt | null {
  return underPressure(pod, node) ?? shuttingDown(node) ?? devicesMissing(pod);
}

/**
 * A kubelet that starts knows no pressure on its node, and finds it again within seconds; then it takes no pod but critical
 * ones [kubernetes v1.36.3, pkg/kubelet/eviction/eviction_manager.go, Admit].
 */
function underPressure(pod: SchedulingPod, { conditions }: SchedulingNode): Doubt | null {
  const pressures = ["MemoryPressure", "DiskPressure", "PIDPressure"].filter((type) => conditions.has(type));
  if (pressures.length === 0 || isCritical(pod)) return null;
  const isOfMemoryAlone = pressures.length === 1 && pressures[0] === "MemoryPressure";
  const isBestEffort = (pod.qos ?? "BestEffort") === "BestEffort";
  if (isOfMemoryAlone && (!isBestEffort || isTolerated(memoryPressure, pod.tolerations))) return null;
  return { reason: "Evicted", text: `the node has ${pressures.join(", ")}` };
}

const memoryPressure = { key: "node.kubernetes.io/memory-pressure", value: "", effect: "NoSchedule" };

/** So says the condition Ready then [pkg/kubelet/nodeshutdown/nodeshutdown_manager_linux.go, ShutdownStatus]. */
function shuttingDown({ readyMessage }: SchedulingNode): Doubt | null {
  return readyMessage?.includes("node is shutting down") === true
    ? { reason: "NodeShutdown", text: "the node is shutting down" }
    : null;
}

/**
 * A container that runs keeps its devices. One that does not needs them anew, and no plugin has told the kubelet of any when it
 * starts [pkg/kubelet/cm/devicemanager/manager.go, devicesToAllocate].
 */
function devicesMissing({ containers, claimed }: SchedulingPod): Doubt | null {
  for (const { name, limits, running } of containers) {
    if (running) continue;
    for (const [resource, amount] of limits) {
      if (!isExtended(resource) || amount <= 0n || claimed.has(`${name}/${resource}`)) continue;
      const text = `its container ${name} does not run, and needs ${resource}, of which a kubelet that starts may not know yet`;
      return { reason: "UnexpectedAdmissionError", text };
    }
  }
  return null;
}
