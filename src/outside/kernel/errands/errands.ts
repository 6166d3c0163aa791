import { kernelFiles, type KernelFiles } from "../kernel-files.ts";
import { cgroupFolders } from "../kill/cgroup-folders.ts";
import { killCgroup } from "../kill/cgroup-kill.ts";
import { ownLabels } from "../kill/confinement.ts";
import { killProcesses } from "../kill/kill-processes.ts";
import type { Hands } from "../kill/pod-cgroup.ts";
import type { CgroupTarget, ProcessId, Said } from "../../../model/node-actor.ts";
import type { RuntimePeers, ServingTold } from "../../../model/node-word.ts";
import { isKnown, type Told } from "../../../model/told.ts";
import { peersIn } from "../connections/peers-in.ts";
import { servingIn } from "../connections/serving-in.ts";
import { survey } from "../connections/survey.ts";

/** What a child process is sent for, below a root; each answer is plain data. */
export interface Errands {
  readonly "kill-cgroup": { readonly asks: { readonly target: CgroupTarget }; readonly answer: Said };
  readonly "kill-processes": { readonly asks: { readonly target: CgroupTarget }; readonly answer: Said };
  /** `socket`: of the runtime; `asker`: who must not be counted. */
  readonly peers: {
    readonly asks: { readonly socket: string; readonly asker: number };
    readonly answer: Told<RuntimePeers>;
  };
  readonly serving: {
    readonly asks: { readonly uid: string; readonly processes: readonly ProcessId[] };
    readonly answer: ServingTold;
  };
}

export type ErrandKind = keyof Errands;
export type Errand<K extends ErrandKind> = { readonly kind: K; readonly root: string } & Errands[K]["asks"];

/** Where an errand is run, and by whom. */
export interface Place {
  readonly files: KernelFiles;
  readonly root: string;
  /** Pids of this program. */
  readonly own: readonly number[];
}

type Runs = { readonly [K in ErrandKind]: (errand: Errand<K>, place: Place) => Errands[K]["answer"] };

export const errands: Runs = {
  "kill-cgroup": ({ target }, place) => killCgroup(handsAt(place), target),
  "kill-processes": ({ target }, place) =>
    killProcesses(
      { ...handsAt(place), labels: ownLabels, kill: (pid) => void process.kill(pid, "SIGKILL"), pause },
      target,
    ),
  peers: ({ socket, asker }, { files, root, own }) => {
    const told = survey(files, root);
    return isKnown(told) ? peersIn(told.known, socket, new Set([...own, asker])) : told;
  },
  serving: ({ uid, processes }, { files, root }) => {
    const told = survey(files, root);
    return isKnown(told) ? servingIn(told.known, uid, processes) : told;
  },
};

export function placeAt(root: string): Place {
  return { files: kernelFiles(root, () => {}), root, own: [process.pid, process.ppid] };
}

function handsAt({ files, root, own }: Place): Hands {
  return { files, folders: cgroupFolders, root, own };
}

/** Nothing else runs in the process meanwhile. */
function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
