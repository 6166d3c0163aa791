import { isKnown, type Reason } from "../model/told.ts";
import type { PodRow } from "./rows.ts";
import type { Sightings } from "./sightings.ts";
import type { Judged } from "./standing.ts";

/** More orphans than this, and of the pods of the API fewer known than this share: the premise is doubted. */
const mostOrphans = 3;
const leastKnown = 0.8;

export interface BrakeOptions {
  /** The pod that this runs in: that it is known says nothing of the others. */
  readonly self?: string | null;
  /** A person named the orphans by their uids: then many are no reason for doubt, but that none is known is. */
  readonly named?: boolean;
}

/**
 * Whether what would be called orphans says more of the list than of the node: another cluster's API server, another
 * node's name, a database that was restored. `null`: nothing says so.
 *
 * What is counted are the pods that came from the API and have a ready sandbox or would be orphans. None of them known,
 * or more than three orphans and fewer than 80 % known, and no orphan is believed.
 */
export function brake(
  judged: readonly (readonly [PodRow, Judged])[],
  sightings: Sightings,
  { self = null, named = false }: BrakeOptions = {},
): Reason | null {
  const orphans = judged.filter(isOrphan).length;
  if (orphans === 0) return null;
  const counted = judged.filter(
    ([row, each]) => row.uid !== self && (isOrphan([row, each]) || isReadyFromApi([row, each])),
  );
  const inApi = counted.filter(([, { api }]) => api !== null).length;
  const fewKnown = !named && orphans > mostOrphans && inApi / counted.length < leastKnown;
  if (inApi > 0 && !fewKnown) return null;
  const asked = isKnown(sightings.after) ? sightings.after.known.pods.length : 0;
  return {
    code: "wrong-cluster",
    text:
      `the wrong cluster? ${orphans} of ${counted.length} pods that live here would be orphans: ` +
      `the API server has ${inApi} of them, and listed ${asked}`,
    at: [],
    supply: "name the right cluster (--kubeconfig, --context), and the node as the API has it",
  };
}

export function isOrphan([, { standing }]: readonly [PodRow, Judged]): boolean {
  return standing === "orphan" || standing === "replaced";
}

function isReadyFromApi([{ sandboxes }]: readonly [PodRow, Judged]): boolean {
  return sandboxes.some(({ sandbox }) => sandbox.state === "ready" && sandbox.configSource === "api");
}
