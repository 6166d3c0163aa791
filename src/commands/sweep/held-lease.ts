import type { KubeSource } from "../../model/kube-source.ts";
import { isKnown, known, type Told } from "../../model/told.ts";
import { clusterLease } from "../../outside/coordination/cluster-lease.ts";
import type { Parties } from "./world.ts";

/** Milliseconds for one question to the API server. */
const apiDeadline = 15_000;

/** Seconds for which the lease is ours after each renewal. */
const term = 60;
/** Milliseconds between two renewals: a third of the term. */
const renewal = 20_000;
/** Milliseconds after a renewal for which its word is taken: what is begun on it has the other half of the term before another may. */
const fresh = (term * 1000) / 2;

/**
 * The cluster's Lease, renewed for as long as it is held: an act may take as long as a pod has to end. To take it again asks
 * whether it is ours still: nobody is asked where the last renewal is fresh, and it is renewed first where that failed, found
 * another holder or is a while ago. One that was lost is not taken back: what was begun under it ends.
 */
export function heldLease(kube: KubeSource, holder: string): Parties["lease"] {
  const elapsed = (): number => performance.now();
  const lease = clusterLease(kube, { holder, seconds: term, elapsed, now: () => new Date() });
  const call = (): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(apiDeadline) });
  let timer: NodeJS.Timeout | null = null;
  /** Since when it is known to be ours; `null`: what was told last is something else. */
  let ours: number | null = null;
  let asking: Promise<Told<string | null>> | null = null;

  /** One question at a time: of two, one would be told that the other had changed it. */
  function ask(how: "take" | "renew"): Promise<Told<string | null>> {
    asking ??= (async () => {
      const asked = elapsed();
      const told = await lease[how](call());
      ours = isKnown(told) && told.known === null ? asked : null;
      asking = null;
      return told;
    })();
    return asking;
  }

  return async (want): Promise<Told<string | null>> => {
    if (want === "give-back") {
      if (timer !== null) clearInterval(timer);
      timer = null;
      await asking;
      ours = null;
      return lease.giveBack(call());
    }
    if (timer !== null) return ours !== null && elapsed() - ours < fresh ? known(null) : ask("renew");
    const taken = await ask("take");
    if (ours !== null) timer ??= setInterval(() => void ask("renew"), renewal).unref();
    return taken;
  };
}
