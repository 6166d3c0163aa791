import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { MachineIds } from "../../model/node-word.ts";
import { known, unknown, type Told } from "../../model/told.ts";
import { failureText, readNamed } from "../files/read.ts";

/** Which machine this is, and which boot of it. `root`: where its files are. */
export function machineIds(root: string): Told<MachineIds> {
  const bootId = bootIdBelow(root);
  if (bootId === null || "failure" in bootId) {
    const text = `the boot id could not be read: ${bootId?.failure ?? "it is empty"}`;
    return unknown({ code: "not-reached", text, at: [] });
  }
  const machine = readNamed(join(root, "etc/machine-id"));
  const machineId = "text" in machine ? machine.text.trim() : "";
  return known({ bootId: bootId.text, machineId: /^[0-9a-f]{32}$/.test(machineId) ? machineId : null });
}

/** Of files in /proc the kernel says that they have no bytes: they are read until there is no more. `null`: it is empty. */
function bootIdBelow(root: string): { readonly text: string } | { readonly failure: string } | null {
  try {
    const text = readFileSync(join(root, "proc/sys/kernel/random/boot_id"), "utf8").trim();
    return text === "" ? null : { text };
  } catch (error) {
    return { failure: failureText(error) };
  }
}
