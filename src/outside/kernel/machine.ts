import { join } from "node:path";
import type { MachineIds } from "../../model/node-word.ts";
import { known, unknown, type Told } from "../../model/told.ts";
import { readNamed } from "../files/read.ts";

/** Which machine this is, and which boot of it. `root`: where its files are. */
export function machineIds(root: string): Told<MachineIds> {
  const boot = readNamed(join(root, "proc/sys/kernel/random/boot_id"));
  if ("failure" in boot)
    return unknown({ code: "not-reached", text: `the boot id could not be read: ${boot.failure}`, at: [] });
  const machine = readNamed(join(root, "etc/machine-id"));
  const machineId = "text" in machine ? machine.text.trim() : "";
  return known({ bootId: boot.text.trim(), machineId: /^[0-9a-f]{32}$/.test(machineId) ? machineId : null });
}
