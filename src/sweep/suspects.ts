import { outermostPods } from "../ledger/outermost-pods.ts";
import { localUid } from "../ledger/sightings.ts";
import type { ApiLedger, KernelLedger, RuntimeLedger } from "../model/ledger.ts";
import type { ProcessId } from "../model/node-actor.ts";
import { isKnown, type Told } from "../model/told.ts";

/** A pod that may be left over, by one list alone: worth asking about, and no more. */
export interface Suspect {
  readonly uid: string;
  readonly processes: readonly ProcessId[];
}

/** What the runtime has and a list has not, or has as being deleted. Judging comes later, with another list. */
export function suspectsOf(
  list: Told<ApiLedger>,
  runtime: Told<RuntimeLedger>,
  kernel: Told<KernelLedger>,
): readonly Suspect[] {
  if (!isKnown(list) || !isKnown(runtime) || !isKnown(kernel)) return [];
  const healthy = new Set(
    list.known.pods.filter(({ deletion }) => deletion === null).flatMap((pod) => [pod.uid, localUid(pod)]),
  );
  const uids = new Set(
    runtime.known.sandboxes
      .filter(({ configSource, uid }) => configSource === "api" && !healthy.has(uid))
      .map(({ uid }) => uid),
  );
  if (uids.size === 0) return [];
  const byUid = new Map<string, ProcessId[]>();
  for (const process of kernel.known.processes) {
    const uid = uidOf(process, uids);
    if (uid === null || hasEnded(process)) continue;
    const own = byUid.get(uid) ?? [];
    own.push({ pid: process.pid, startTicks: process.startTicks });
    byUid.set(uid, own);
  }
  return [...byUid].map(([uid, processes]) => ({ uid, processes }));
}

function uidOf({ cgroup }: KernelLedger["processes"][number], uids: ReadonlySet<string>): string | null {
  return outermostPods(cgroup).find(({ uid }) => uids.has(uid))?.uid ?? null;
}

function hasEnded({ state, thread }: KernelLedger["processes"][number]): boolean {
  return thread === null && (state === "Z" || state === "X");
}
