import * as z from "zod";
import { events } from "../../model/kube-kinds.ts";
import type { KubeSource } from "../../model/kube-source.ts";
import { shown } from "./pod-state.ts";
import type { MadePod } from "./start.ts";

/**
 * What the kubelet last warned of in connection with a pod: why a sandbox or a volume is not made is said nowhere else. `null`:
 * nothing, or who asks may not list events.
 */
export async function lastWarning(
  kube: KubeSource,
  { namespace, uid }: MadePod,
  signal: AbortSignal,
): Promise<string | null> {
  const fieldSelector = `involvedObject.uid=${uid},type=Warning`;
  const warnings: z.infer<typeof event>[] = [];
  for await (const step of kube.list(events, {
    freshness: "most-recent",
    namespace,
    fieldSelector,
    limit: 50,
    signal,
  })) {
    if (step.step === "begin") warnings.length = 0;
    if (step.step !== "page") continue;
    for (const served of step.objects) {
      const read = event.safeParse(served.unredacted().object);
      if (read.success) warnings.push(read.data);
    }
  }
  const last = warnings.toSorted((a, b) => (a.lastTimestamp < b.lastTimestamp ? -1 : 1)).at(-1);
  return last === undefined ? null : `${last.reason}${shown(last.message)}`;
}

const event = z.object({ reason: z.string(), message: z.string().optional(), lastTimestamp: z.string() });
