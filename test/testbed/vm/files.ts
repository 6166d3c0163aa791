import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { controlPlane, type Bed, type VmNode } from "../bed.ts";
import { checkout } from "../checkout.ts";
import { apiAddressRules, nodeAddressing } from "../network.ts";
import { kubeletOptions, nodeFiles, writeFiles } from "../node-files.ts";
import { vmRuntime } from "./runtime.ts";
import { shellCommand } from "./shell.ts";

/** A folder of this machine that a whole machine has too, read-only. */
export interface SharedFolder {
  /** What names it to the machine's kernel; at most 31 characters. */
  readonly tag: string;
  readonly folder: string;
}

/**
 * Writes what a machine lays over its disk whenever it starts (vm/disk: testbed.service): a node's configuration, and a
 * script that makes its network and mounts what else is shared. `key`: the public one that it lets in.
 */
export function writeVmFiles(bed: Bed, node: VmNode, key: string): void {
  mkdirSync(join(node.root, "etc/kubernetes/manifests"), { recursive: true });
  writeFiles(node.root, {
    ...nodeFiles(bed, node, vmRuntime),
    "/etc/default/kubelet": `KUBELET_OPTIONS="${kubeletOptions(node).join(" ")}"\n`,
    "/etc/testbed/start": startScript(bed, node),
    "/root/.ssh/authorized_keys": key,
  });
  mkdirSync(join(node.root, "usr/local/bin"), { recursive: true });
  symlinkSync(join(bed.programs.kubernetes, "kubelet"), join(node.root, "usr/local/bin/kubelet"));
}

/** The first one is what is laid over the disk; the others are found at the same paths as here. */
export function sharedFolders(bed: Bed, node: VmNode): SharedFolder[] {
  return [{ tag: "files", folder: node.root }, ...programFolders(bed)];
}

function programFolders(bed: Bed): SharedFolder[] {
  return [
    { tag: "kubernetes", folder: bed.programs.kubernetes },
    { tag: "checkout", folder: checkout },
  ];
}

function startScript(bed: Bed, node: VmNode): string {
  // What is read from these does not change while the machine runs, or does so for a person who tries things.
  const options = "trans=virtio,version=9p2000.L,ro,cache=loose,msize=524288";
  const commands = [
    ...programFolders(bed).flatMap(({ tag, folder }) => [
      ["mkdir", "-p", folder],
      ["mount", "-t", "9p", "-o", options, tag, folder],
    ]),
    ["modprobe", "virtio_net"],
    ...nodeAddressing(node, controlPlane(bed)).map((command) => ["ip", ...command.split(" ")]),
    ["sysctl", "-q", "-w", "net.ipv4.ip_forward=1"],
    ...apiAddressRules(bed),
  ];
  return commands.map((command) => `${shellCommand(command)}\n`).join("");
}
