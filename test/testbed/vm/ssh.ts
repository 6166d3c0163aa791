import { readFileSync } from "node:fs";
import { controlPlane, type Bed, type VmNode } from "../bed.ts";
import { launcherOf } from "../launcher.ts";
import { inNetwork } from "../network.ts";
import type { ExecOptions } from "../node-control.ts";
import { run } from "../run.ts";
import { shellCommand } from "./shell.ts";

/** Makes the key that opens a machine, for the bed alone; gives its public half. */
export async function makeKey(node: VmNode): Promise<string> {
  await run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "testbed", "-f", keyOf(node)]);
  return readFileSync(`${keyOf(node)}.pub`, "utf8");
}

/**
 * The command that runs a program on a machine as root: its exit code, standard input, output and error are the
 * program's. 255: the machine could not be reached, or a signal ended the program.
 */
export function sshCommand(
  bed: Bed,
  node: VmNode,
  argv: readonly string[],
  { terminal = false }: ExecOptions = {},
): string[] {
  const options = {
    BatchMode: "yes",
    // Who answers at this address can only be the bed's machine.
    StrictHostKeyChecking: "no",
    UserKnownHostsFile: "/dev/null",
    LogLevel: "ERROR",
    // An emulated machine on a busy one may be silent for a while.
    ConnectTimeout: "60",
    ServerAliveInterval: "20",
    ServerAliveCountMax: "15",
    // In emulation a handshake takes seconds: the first command leaves its connection to those that follow it, in a
    // process that ends with the bed's network. Each start of the machine has one of its own.
    ControlMaster: "auto",
    ControlPersist: "yes",
    ControlPath: `${node.root}-${launcherOf(bed, node).pid}.ssh`,
    RequestTTY: terminal ? "force" : "no",
  };
  const settings = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  const ssh = ["ssh", "-F", "none", "-i", keyOf(node), ...settings, "-l", "root", node.address];
  return inNetwork(controlPlane(bed), [...ssh, "--", shellCommand(argv)]);
}

function keyOf(node: VmNode): string {
  return `${node.root}.key`;
}
