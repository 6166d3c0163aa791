import type { PodView } from "../ledger/node-view.ts";
import { lives } from "../ledger/places.ts";
import type { ProcessId } from "../model/node-actor.ts";
import { isKnown, type Reason } from "../model/told.ts";
import { judge } from "./judge.ts";
import { remembered, type Memory } from "./memory.ts";
import type { Policy } from "./policy.ts";
import type { Program } from "./requests.ts";
import { scan, type Scan } from "./scan.ts";
import type { Target } from "./target.ts";

export type Confirmed =
  /** The same target as it is now. */
  | { readonly target: Target; readonly memory: Memory }
  /** Nothing of it lives any more, and it was not ended by this. */
  | { readonly gone: true; readonly memory: Memory }
  /** `memory`: what was read counts all the same. */
  | { readonly reason: Reason; readonly memory: Memory };

/**
 * Reads and judges all of it again, just before something is done: the premises, and the target by the same rules that made it
 * one. How often it was tried, and what it waited for, is what is not asked again.
 */
export function* confirm(target: Target, memory: Memory, policy: Policy): Program<Confirmed> {
  const { uid } = target;
  const own: Policy = { ...policy, attempts: Number.POSITIVE_INFINITY };
  const now = yield* scan(memory, own);
  const { premises, leftovers } = judge(now, memory, own);
  // What is left over no more, for whatever reason, has to wait anew.
  const absences = new Map([...memory.absences].filter(([each]) => leftovers.some(({ pod }) => pod.uid === each)));
  const next: Memory = { ...remembered(memory, now), absences };
  const against = (reason: Reason): Confirmed => ({ reason, memory: next });
  const doubt = premises.find(({ state }) => state !== "holds");
  if (doubt !== undefined) return against(changed(`${doubt.id} does not hold: ${doubt.text}`));
  const leftover = leftovers.find(({ pod }) => pod.uid === uid);
  if (leftover === undefined) {
    const pod = now.view.pods.find((each) => each.uid === uid);
    if (isNotThere(pod, now)) return { gone: true, memory: next };
    const standing = pod?.standing ?? "not to be seen";
    return against(typeof standing === "string" ? changed(`it is ${standing} by now`) : standing.unknown);
  }
  const { verdict } = leftover;
  if (verdict.is === "unknown") return against(verdict.reason);
  if (verdict.is === "protected") return against(changed(verdict.text));
  const difference = differs(target, verdict.target);
  return difference === null
    ? { target: withEarlier(verdict.target, target), memory: next }
    : against(changed(difference));
}

/** Whether nothing of a pod lives any more, which only what was read can say. */
export function isNotThere(pod: PodView | undefined, { first, kernel, after, again }: Scan): boolean {
  if (!isKnown(first) || !isKnown(kernel) || !isKnown(after) || !isKnown(again) || kernel.known.unreadable > 0)
    return false;
  return pod === undefined || pod.standing === "dead" || (pod.standing === "overdue" && !pod.processes.some(lives));
}

/**
 * A socket that could not be read this time, or that another has open by now, is looked for all the same; and so is a process that left
 * the pod's cgroup.
 */
function withEarlier(is: Target, was: Target): Target {
  const open = new Set(is.listeners.map(({ inode }) => inode));
  const there = new Set(is.processes.map(processKey));
  return {
    ...is,
    processes: [...is.processes, ...was.processes.filter((each) => !there.has(processKey(each)))],
    listeners: [...is.listeners, ...was.listeners.filter(({ inode }) => !open.has(inode))],
  };
}

function processKey({ pid, startTicks }: ProcessId): string {
  return `${pid} ${startTicks}`;
}

/** What makes it another than it was; `null`: it is the same. Less of it than before is the same. */
function differs(was: Target, is: Target): string | null {
  if (was.bootId !== is.bootId) return "the node was booted meanwhile";
  if (was.kind !== is.kind) return `it is ${is.kind} by now`;
  const before = new Map(was.sandboxes.map(({ id, createdAt }) => [id, createdAt]));
  if (is.sandboxes.some(({ id, createdAt }) => before.get(id) !== createdAt)) return "it has another sandbox by now";
  const containers = new Map(was.containers.map(({ id, createdAt }) => [id, createdAt]));
  if (is.containers.some(({ id, createdAt }) => containers.get(id) !== createdAt))
    return "it has another container by now";
  const pids = new Set(was.processes.map(processKey));
  if (!is.processes.some((each) => pids.has(processKey(each)))) return "none of its processes is one of those before";
  const folders = new Set(was.cgroups.map(({ hierarchy, path }) => `${hierarchy} ${path}`));
  if (is.cgroups.some(({ hierarchy, path }) => !folders.has(`${hierarchy} ${path}`)))
    return "it is in another cgroup by now";
  return null;
}

function changed(text: string): Reason {
  return { code: "changed-meanwhile", text, at: [] };
}
