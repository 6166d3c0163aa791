import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Node } from "./bed.ts";

/**
 * What can be made to fail on a node. `kill`: runc cannot kill a container whose init runs, as under AppArmor
 * (go/node/runc-fault); it stays on over a restart and a reboot, until it is put off.
 */
export type Fault = "kill";

export const faults: readonly Fault[] = ["kill"];

export function setFault(node: Node, fault: Fault, on: boolean): void {
  const file = fileOf(node, fault);
  if (on) writeFileSync(file, "");
  else rmSync(file, { force: true });
}

export function hasFault(node: Node, fault: Fault): boolean {
  return existsSync(fileOf(node, fault));
}

function fileOf(node: Node, fault: Fault): string {
  return join(node.root, "var/lib/testbed/faults", fault);
}
