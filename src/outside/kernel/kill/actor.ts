import type { CgroupTarget, NodeActor, Said } from "../../../model/node-actor.ts";
import { isKnown } from "../../../model/told.ts";
import { sendErrand, type Sending } from "../errands/send-errand.ts";

/** What is done to the cgroup of a pod. */
export type CgroupActor = Pick<NodeActor, "killCgroup" | "killProcesses">;

/**
 * Kills in cgroups below a root: `/`, or where a node's is mounted. Each in a process of its own, which goes on to its end
 * where it is not waited for any more: then the answer is `silent`.
 */
export function cgroupActor(root: string, { deadline }: Pick<Sending, "deadline"> = {}): CgroupActor {
  const send = async (
    kind: "kill-cgroup" | "kill-processes",
    target: CgroupTarget,
    signal: AbortSignal,
  ): Promise<Said> => {
    const told = await sendErrand({ kind, root, target }, { signal, ...(deadline === undefined ? {} : { deadline }) });
    return isKnown(told) ? told.known : { said: "silent", reason: told.unknown };
  };
  return {
    killCgroup: (target, signal) => send("kill-cgroup", target, signal),
    killProcesses: (target, signal) => send("kill-processes", target, signal),
  };
}
