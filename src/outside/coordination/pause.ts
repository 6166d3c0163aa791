import * as z from "zod";
import { configMaps } from "../../model/kube-kinds.ts";
import type { KubeCall, KubeSource } from "../../model/kube-source.ts";
import type { ServedObject } from "../../model/served-object.ts";
import { isKnown, known, type Told } from "../../model/told.ts";
import { printable } from "../../report/safe.ts";

/** A ConfigMap: while it is there, nothing is swept in the cluster. */
const pauseObject = { namespace: "kube-system", name: "holdfast-pause" } as const;

/** What the ConfigMap says of itself, in one line each, safe to print; `null`: nothing. */
export interface Pause {
  /** ISO 8601 in UTC, by the API server's clock. */
  readonly since: string | null;
  /** `data.by`. */
  readonly by: string | null;
  /** `data.reason`. */
  readonly reason: string | null;
}

/**
 * The pause that there is now; `null`: the API server itself says that there is none. Whatever it is that is there pauses. Who
 * could not be told must take it for a pause.
 */
export async function pauseNow(kube: KubeSource, call?: KubeCall): Promise<Told<Pause | null>> {
  const told = await kube.get(configMaps, pauseObject, call);
  if (!isKnown(told)) return told;
  return known(told.known === null ? null : pauseIn(told.known));
}

function pauseIn(object: ServedObject): Pause {
  const { metadata, data } = configMap.parse(object.unredacted().object);
  return { since: metadata?.creationTimestamp ?? null, by: shown(data?.by), reason: shown(data?.reason) };
}

const word = z.string().optional().catch(undefined);
const configMap = z.object({
  metadata: z.object({ creationTimestamp: z.iso.datetime().optional().catch(undefined) }).optional(),
  data: z.object({ by: word, reason: word }).nullish().catch(null),
});

function shown(text: string | undefined): string | null {
  if (text === undefined || text.trim() === "") return null;
  const line = printable(text.trim());
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
