import * as z from "zod";
import { events } from "../../model/kube-kinds.ts";
import type { KubeCall, KubeSource } from "../../model/kube-source.ts";
import type { Killing } from "../../model/node-word.ts";
import { known, unknown, type Told } from "../../model/told.ts";

const time = z.iso.datetime({ offset: true });
const event = z.object({
  involvedObject: z.object({ uid: z.string() }),
  reason: z.literal("Killing"),
  message: z.string(),
  source: z.object({ component: z.literal("kubelet"), host: z.string() }),
  firstTimestamp: time,
  lastTimestamp: time,
});

interface EndedPod {
  readonly namespace: string;
  readonly uid: string;
  readonly node: string;
}

/**
 * Where the kubelet of this node says that it stops a container for good: one that it starts again has another message [kubernetes v1.36.3,
 * pkg/kubelet/kuberuntime/kuberuntime_container.go, killContainer; kuberuntime_manager.go, computePodActions]. Events are kept for an hour
 * after the last attempt, and any client that may write events of the namespace may write one: what is told is used to wait less for
 * what is to end, and never to act on another pod.
 */
export async function killingsOf(
  kube: KubeSource,
  { namespace, uid, node }: EndedPod,
  { signal }: KubeCall = {},
): Promise<Told<readonly Killing[]>> {
  let killings: Killing[] = [];
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
    if (step.step === "begin") killings = [];
    if (step.step !== "page") continue;
    for (const served of step.objects) {
      const read = event.safeParse(served.unredacted().object);
      if (!read.success || read.data.involvedObject.uid !== uid || read.data.source.host !== node) continue;
      const { message, firstTimestamp: first, lastTimestamp: last } = read.data;
      const container = stopping.exec(message)?.[1];
      if (container !== undefined) killings.push({ container, first, last });
    }
  }
  return known(killings);
}

const stopping = /^Stopping container (\S+)$/;
