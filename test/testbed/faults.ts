import type { Bed, Node } from "./bed.ts";
import type { Fault } from "./node-control.ts";
import { controlOf } from "./nodes.ts";

/** Makes something fail on a node, or lets it work again. Throws where that is not how the node is afterwards. */
export async function setFault(bed: Bed, node: Node, fault: Fault, on: boolean): Promise<void> {
  const control = controlOf(bed, node);
  await control.setFault(fault, on);
  if ((await control.hasFault(fault)) !== on) {
    throw new Error(`fault ${fault} on ${node.name} is ${on ? "off" : "on"} still`);
  }
}

export async function hasFault(bed: Bed, node: Node, fault: Fault): Promise<boolean> {
  return controlOf(bed, node).hasFault(fault);
}
