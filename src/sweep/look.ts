import { isKnown } from "../model/told.ts";
import { ask, type Program } from "./requests.ts";
import type { Remains, Target } from "./target.ts";

/**
 * Looks what is left of a target: in its cgroups, in the sockets that it listened on, in the runtime's records. `null`: it could
 * not be told, which is not nothing.
 */
export function* look(target: Target): Program<Remains | null> {
  const pids = target.processes.map(({ pid }) => pid);
  const kernel = yield* ask({ kind: "kernel", quiet: [], pids });
  const runtime = yield* ask({ kind: "runtime" });
  if (!isKnown(kernel) || !isKnown(runtime) || kernel.known.unreadable > 0) return null;
  const unread = new Set(kernel.known.unreadNetworks);
  if (target.listeners.some(({ network }) => unread.has(network))) return null;
  const known = new Set(target.processes.map(({ pid, startTicks }) => `${pid} ${startTicks}`));
  // Its own folder, and what a runtime of another cgroup driver makes of the uid elsewhere. To name it falsely gains nothing.
  const names = [target.uid, target.uid.replaceAll("-", "_")];
  const inPod = ({ path }: { readonly path: string }) => names.some((name) => path.includes(name));
  // One that left the cgroup is still one of its processes.
  const processes = kernel.known.processes
    .filter(({ state, thread }) => thread !== null || (state !== "Z" && state !== "X"))
    .filter(({ pid, startTicks, cgroup }) => known.has(`${pid} ${startTicks}`) || cgroup.some(inPod))
    .map(({ pid, startTicks }) => ({ pid, startTicks }));
  const open = new Set(kernel.known.sockets.filter(({ closed }) => !closed).map(({ inode }) => inode));
  const ids = new Set(runtime.known.sandboxes.map(({ id }) => id));
  return {
    processes,
    listeners: target.listeners.filter(({ inode }) => open.has(inode)),
    sandboxes: target.sandboxes.map(({ id }) => id).filter((id) => ids.has(id)),
  };
}

/** Nothing lives and nothing listens. */
export function isQuiet({ processes, listeners }: Remains): boolean {
  return processes.length === 0 && listeners.length === 0;
}

/** Nor is there a record. */
export function isGone(remains: Remains): boolean {
  return isQuiet(remains) && remains.sandboxes.length === 0;
}
