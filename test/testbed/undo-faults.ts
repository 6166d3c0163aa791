import type { Bed } from "./bed.ts";
import { hasFault, setFault } from "./faults.ts";
import { faults } from "./node-control.ts";
import { restartService } from "./nodes.ts";

/** Puts off every fault of a bed, and lets the kubelets there start anew: then they clear what the fault left behind. */
export async function undoFaults(bed: Bed): Promise<void> {
  for (const node of bed.nodes) {
    for (const fault of faults) {
      if (!(await hasFault(bed, node, fault))) continue;
      await setFault(bed, node, fault, false);
      await restartService(bed, node, "kubelet");
    }
  }
}
