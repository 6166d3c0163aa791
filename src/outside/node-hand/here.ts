import type { ProcessId } from "../../model/node-actor.ts";
import type { NodeHand } from "../../model/node-hand.ts";
import type { Cause } from "../../model/node-word.ts";
import { isKnown, mapTold, unknown, type Reason, type Told } from "../../model/told.ts";
import { connectRuntimeActor } from "../cri/actor.ts";
import { connectCri } from "../cri/connect.ts";
import { apparmorProfiles } from "../kernel/apparmor-profiles.ts";
import { causeOf } from "../kernel/cause-of.ts";
import { sendErrand } from "../kernel/errands/send-errand.ts";
import { cgroupActor } from "../kernel/kill/actor.ts";
import { kernelLog } from "../kernel/kernel-log.ts";
import { machineIds } from "../kernel/machine.ts";
import { readKernel } from "../kernel/read-kernel.ts";
import type { NodeCommand } from "../node-services/node-command.ts";
import { restartKubelet } from "../node-services/restart-kubelet.ts";
import { makeSentinel } from "../node-services/sentinel-file.ts";

export interface HandOptions {
  /** Where the node's root file system is: `/`, or in a pod `/proc/1/root`. */
  readonly root: string;
  /** `null`: the well-known one that is there. */
  readonly criSocket: string | null;
  readonly services: NodeServices;
  readonly sequence: () => number;
  readonly now: () => Date;
}

/** What of the node is not of one pod: how its kubelet is restarted, and its reboot asked for. */
export interface NodeServices {
  /** The folder of this program's own files on the node. */
  readonly stateFolder: string;
  /** A program and its arguments. */
  readonly kubeletRestart: NodeCommand["argv"];
  /** The file that asks for a reboot, as the node names it. */
  readonly sentinel: string;
}

/** The hand of the node that this runs on. */
export function handHere({ root, criSocket, services, ...run }: HandOptions): NodeHand {
  const runtime = connectCri(criSocket, { ...run, root });
  const actor = connectRuntimeActor(criSocket, { root });
  const cgroups = cgroupActor(root);
  let endpoint: string | null = null;
  return {
    runtime: async (signal) => {
      const told = await runtime.list(signal);
      if (isKnown(told)) ({ endpoint } = told.known);
      return told;
    },
    details: (ids, signal) => runtime.inspect(ids, signal),
    kernel: (quiet, _, pids = []) => readKernel(root, { ...run, quiet, pids }),
    machine: () => Promise.resolve(mapTold(machineIds(root), (ids) => ({ ...ids, at: run.now().toISOString() }))),
    peers: async (signal) => {
      if (endpoint === null) return unknown(noEndpoint);
      return flat(await sendErrand({ kind: "peers", root, socket: endpoint, asker: process.pid }, { signal }));
    },
    serving: async (uid, processes, signal) =>
      flat(await sendErrand({ kind: "serving", root, uid, processes }, { signal })),
    cause: async (asked, { said, tried, recordLost }): Promise<Cause> => {
      const processes = await statesOf(root, run, asked);
      const profiles = apparmorProfiles(
        root,
        processes.map(({ pid }) => pid),
      );
      const since = run.now().getTime() / 1000 - (tried === null ? lately : tried + slack);
      return causeOf({ processes, said, recordLost, log: kernelLog(), since, profiles });
    },
    stopContainers: (containers, signal) => actor.stopContainers(containers, signal),
    stopSandbox: (id, signal) => actor.stopSandbox(id, signal),
    removeSandbox: (id, signal) => actor.removeSandbox(id, signal),
    killCgroup: (target, signal) => cgroups.killCgroup(target, signal),
    killProcesses: (target, signal) => cgroups.killProcesses(target, signal),
    restartKubelet: (signal) => {
      const { stateFolder, kubeletRestart: command } = services;
      return restartKubelet({ root, stateFolder, command, now: run.now }, signal);
    },
    requestReboot: () => Promise.resolve(makeSentinel(root, services.sentinel)),
  };
}

/** Seconds within which a kubelet that cannot end a pod has tried it again. */
const lately = 600;
/** Seconds between the beginning of what was tried and who measures it. */
const slack = 2;

async function statesOf(
  root: string,
  run: Pick<HandOptions, "sequence">,
  processes: readonly ProcessId[],
): Promise<Parameters<typeof causeOf>[0]["processes"]> {
  const told = await readKernel(root, { ...run, pids: processes.map(({ pid }) => pid) });
  if (!isKnown(told)) return [];
  const asked = new Set(processes.map(({ pid, startTicks }) => `${pid} ${startTicks}`));
  return told.known.processes.filter(({ pid, startTicks }) => asked.has(`${pid} ${startTicks}`));
}

function flat<T>(told: Told<Told<T>>): Told<T> {
  return isKnown(told) ? told.known : told;
}

const noEndpoint: Reason = { code: "incomplete", text: "the runtime was not asked yet", at: [] };
