import type { Bed, VmNode } from "../bed.ts";
import { launcherOf, notRunning } from "../launcher.ts";
import type { NodeControl, Service } from "../node-control.ts";
import { isAlive } from "../processes.ts";
import { run, type RunOptions } from "../run.ts";
import { emulatorCommand, makeOverlay } from "./emulator.ts";
import { writeVmFiles } from "./files.ts";
import { loadRuncProfile, runcProfileIsLoaded, unloadRuncProfile } from "./runc-profile.ts";
import { vmRuntime } from "./runtime.ts";
import { makeKey, sshCommand } from "./ssh.ts";

/** A node that is a whole emulated machine. */
export function vmNode(bed: Bed, node: VmNode): NodeControl {
  const exec = (argv: readonly string[], options?: RunOptions): Promise<string> =>
    run(sshCommand(bed, node, argv), options);
  const servicePid = async (service: Service): Promise<number | null> => {
    const pid = Number(await exec(["systemctl", "show", "--property=MainPID", "--value", service]));
    return pid === 0 ? null : pid;
  };
  return {
    runtime: vmRuntime,
    // One minute where nothing else runs, ten times that where much does.
    patience: 1_800_000,
    prepare: async () => {
      writeVmFiles(bed, node, await makeKey(node));
      await makeOverlay(bed, node);
    },
    startCommand: () => emulatorCommand(bed, node),
    mainProcess: () => {
      const emulator = launcherOf(bed, node);
      if (!isAlive(emulator)) throw notRunning(node);
      return emulator.pid;
    },
    execCommand: (argv, options) => sshCommand(bed, node, argv, options),
    servicePid,
    restartService: async (service) => {
      await exec(["systemctl", "restart", service]);
    },
    flush: async () => {
      await exec(["sync"]);
    },
    serviceLog: async (service) =>
      (await exec(["journalctl", `--unit=${service}`, "--lines=3", "--output=cat", "--no-pager"])).trimEnd(),
    // The one fault there is.
    setFault: (_, on) => (on ? loadRuncProfile(exec) : unloadRuncProfile(exec)),
    hasFault: () => runcProfileIsLoaded(exec),
  };
}
