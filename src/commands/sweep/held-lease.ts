import type { KubeSource } from "../../model/kube-source.ts";
import { isKnown, type Told } from "../../model/told.ts";
import { clusterLease, type ClusterLease } from "../../outside/coordination/cluster-lease.ts";
import type { Parties } from "./world.ts";

/** Milliseconds for one question to the API server. */
const apiDeadline = 15_000;

/** Milliseconds between two renewals: a third of what a lease lasts. */
const renewal = 20_000;

/** The cluster's Lease, renewed for as long as it is held: an act may take as long as a pod has to end. */
export function heldLease(kube: KubeSource, holder: string): Parties["lease"] {
  const lease: ClusterLease = clusterLease(kube, {
    holder,
    elapsed: () => performance.now(),
    now: () => new Date(),
  });
  const ask = (): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(apiDeadline) });
  let renewing: NodeJS.Timeout | null = null;
  return async (want): Promise<Told<string | null>> => {
    if (renewing !== null) clearInterval(renewing);
    renewing = null;
    if (want === "give-back") return lease.giveBack(ask());
    const taken = await lease.take(ask());
    if (isKnown(taken) && taken.known === null) renewing = setInterval(() => void lease.renew(ask()), renewal).unref();
    return taken;
  };
}
