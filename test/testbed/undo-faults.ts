import type { Bed } from "./bed.ts";
import { faults, hasFault, setFault } from "./faults.ts";
import { restartService } from "./nodes.ts";

/** Puts off every fault of a bed, and lets the kubelets there start anew: then they clear what the fault left behind. */
export async function undoFaults(bed: Bed): Promise<void> {
  for (const node of bed.nodes) {
    const on = faults.filter((fault) => hasFault(node, fault));
    for (const fault of on) setFault(node, fault, false);
    if (on.length > 0) await restartService(bed, node, "kubelet");
  }
}
