import * as z from "zod";
import { events } from "../../model/kube-kinds.ts";
import type { KubeCall, KubeSource } from "../../model/kube-source.ts";
import { known, unknown, type Told } from "../../model/told.ts";

const time = z.iso.datetime({ offset: true }).nullish();
const event = z.object({
  involvedObject: z.object({ uid: z.string() }),
  reason: z.string(),
  firstTimestamp: time,
  lastTimestamp: time,
  eventTime: time,
});

/**
 * Seconds since the kubelet first said that it ends a container of this pod [kubernetes v1.36.3, pkg/kubelet/kuberuntime/
 * kuberuntime_container.go, killContainer]; `null`: no event says so. Events are kept for an hour, and any client may write
 * one: what is told is used to wait less, and never to act on another pod.
 */
export async function secondsSinceKilling(
  kube: KubeSource,
  { namespace, uid }: { readonly namespace: string; readonly uid: string },
  now: Date,
  { signal }: KubeCall = {},
): Promise<Told<number | null>> {
  let first = Number.POSITIVE_INFINITY;
  const fieldSelector = `involvedObject.uid=${uid},reason=Killing`;
  const list = kube.list(events, {
    freshness: "most-recent",
    namespace,
    fieldSelector,
    limit: 100,
    ...(signal === undefined ? {} : { signal }),
  });
  for await (const step of list) {
    if (step.step === "failed") return unknown(step.reason);
    if (step.step === "begin") first = Number.POSITIVE_INFINITY;
    if (step.step !== "page") continue;
    for (const served of step.objects) {
      const read = event.safeParse(served.unredacted().object);
      if (!read.success || read.data.involvedObject.uid !== uid || read.data.reason !== "Killing") continue;
      const at = read.data.firstTimestamp ?? read.data.eventTime ?? read.data.lastTimestamp;
      if (at !== null && at !== undefined) first = Math.min(first, Date.parse(at));
    }
  }
  return known(Number.isFinite(first) ? Math.max(0, (now.getTime() - first) / 1000) : null);
}
