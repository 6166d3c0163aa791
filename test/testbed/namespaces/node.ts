import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bed, NamespaceNode } from "../bed.ts";
import { launcherOf, notRunning } from "../launcher.ts";
import { inNetwork } from "../network.ts";
import type { Fault, NodeControl, Service } from "../node-control.ts";
import { childrenOf, isAlive, killProcess, readOrNull } from "../processes.ts";
import { runtimes } from "../runtimes.ts";
import { makeCgroups } from "./cgroups.ts";
import { writeNodeRoot } from "./root.ts";

/** A node in namespaces of this machine. */
export function namespaceNode(bed: Bed, node: NamespaceNode): NodeControl {
  const servicePid = (service: Service): number | null =>
    childrenOf(pidOne(bed, node)).find((pid) => commandName(pid) === service) ?? null;
  const fileOf = (fault: Fault): string => join(node.root, "var/lib/testbed/faults", fault);
  return {
    runtime: runtimes[bed.runtime],
    patience: 300_000,
    prepare: async () => {
      makeCgroups(bed, node);
      writeNodeRoot(bed, node);
    },
    startCommand: () => {
      const namespaces = ["--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child"];
      const init = [join(bed.programs.node, "init"), `${node.root}.json`];
      return inNetwork(node, ["unshare", ...namespaces, "--", ...init]);
    },
    mainProcess: () => pidOne(bed, node),
    execCommand: (argv) => {
      const namespaces = ["--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd"];
      return ["nsenter", `--target=${pidOne(bed, node)}`, ...namespaces, "--", ...argv];
    },
    servicePid: async (service) => servicePid(service),
    restartService: async (service) => {
      const pid = servicePid(service);
      // Pid 1 starts it again.
      if (pid !== null) await killProcess(pid);
    },
    // This machine keeps its power.
    flush: async () => {},
    serviceLog: async (service) => {
      const printed = readOrNull(join(node.root, `var/log/${service}.log`)) ?? "";
      return printed.trimEnd().split("\n").slice(-3).join("\n");
    },
    // While the file is there, go/node/runc-fault refuses as runc does under AppArmor.
    setFault: async (fault, on) => {
      if (on) writeFileSync(fileOf(fault), "");
      else rmSync(fileOf(fault), { force: true });
    },
    hasFault: async (fault) => existsSync(fileOf(fault)),
  };
}

/** The id, on this machine, of a node's pid 1. Throws where the node is not running. */
export function pidOne(bed: Bed, node: NamespaceNode): number {
  // The launcher made the namespaces, and waits for the pid 1 in them.
  const launcher = launcherOf(bed, node);
  const [pid] = isAlive(launcher) ? childrenOf(launcher.pid) : [];
  if (pid === undefined) throw notRunning(node);
  return pid;
}

/** The file name of the program that a process was started as. */
function commandName(pid: number): string | undefined {
  return readOrNull(`/proc/${pid}/cmdline`)?.split("\0")[0]?.split("/").at(-1);
}
