import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Bed, NamespaceNode } from "../bed.ts";
import { ctrCommand, exec } from "../nodes.ts";

/** A task of containerd's that CRI knows nothing of, as docker has them in its namespace `moby`. */
export interface ForeignTask {
  readonly id: string;
  /** Of busybox. */
  readonly command: readonly string[];
}

/** Runs one in the network of the node, and in a cgroup of its own that is named as it is. */
export async function runMobyTask(bed: Bed, node: NamespaceNode, { id, command }: ForeignTask): Promise<void> {
  const files = join("/var/lib/testbed/tasks", id);
  mkdirSync(join(node.root, files, "bin"), { recursive: true });
  copyFileSync("/bin/busybox", join(node.root, files, "bin/busybox"));
  const options = ["--detach", "--net-host", `--cgroup=${node.cgroup}/${id}`, "--rootfs"];
  const run = ["--namespace=moby", "run", ...options, files, id, "/bin/busybox", ...command];
  await exec(bed, node, ctrCommand(bed, node, run));
}
