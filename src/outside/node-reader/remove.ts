import { pods } from "../../model/kube-kinds.ts";
import type { KubeSource } from "../../model/kube-source.ts";
import type { Reason } from "../../model/told.ts";
import { readerDeadline, readerLabels, type ReaderRequest } from "./pod.ts";
import { servedPod } from "./pod-state.ts";
import { podNow, type MadePod } from "./start.ts";
import type { Waiting } from "../waiting.ts";

export interface Removal {
  readonly waiting: Waiting;
  /** Milliseconds for a pod to end by itself, and as many for it to be gone. */
  readonly within: number;
}

/**
 * Removes a reader, and looks whether it is gone; or why it is not, what to do included. One that was asked ends by itself: it
 * is waited for, since on the node that matters no signal may reach it, and the API server removes what has ended at once
 * [kubernetes v1.36.3, pkg/registry/core/pod/strategy.go, CheckGracefulDelete]. It is deleted plainly, and by its uid.
 */
export async function removePod(
  kube: KubeSource,
  pod: MadePod,
  { wasAsked, ...removal }: Removal & { readonly wasAsked: boolean },
): Promise<Reason | null> {
  if (wasAsked)
    await seenSo(kube, pod, removal, (phase) => phase === null || phase === "Succeeded" || phase === "Failed");
  const why = await deleteSeen(kube, pod, removal);
  return why === null ? null : left(pod, why);
}

/** Deletes a pod and looks whether it is gone, also where no answer came: that says nothing of what was done. `null`: it is. */
async function deleteSeen(kube: KubeSource, pod: MadePod, removal: Removal): Promise<string | null> {
  const deleted = await kube.delete(pods, pod, { signal: AbortSignal.timeout(removal.within) });
  if ("unknown" in deleted) {
    const found = await podNow(kube, pod, AbortSignal.timeout(removal.within));
    return "known" in found && found.known === null ? null : deleted.unknown.text;
  }
  const isGone = await seenSo(kube, pod, removal, (phase) => phase === null);
  return isGone ? null : `it is still there ${removal.within / 1000} s after it was deleted`;
}

/** Whether a pod came so far in time; `null` as its phase: it is gone. What cannot be told is asked again. */
async function seenSo(
  kube: KubeSource,
  pod: MadePod,
  { waiting, within }: Removal,
  isSo: (phase: string | null) => boolean,
): Promise<boolean> {
  const signal = AbortSignal.timeout(within);
  const end = waiting.now() + within;
  for (;;) {
    const found = await podNow(kube, pod, signal);
    if ("known" in found && isSo(found.known === null ? null : (found.known.status?.phase ?? "Pending"))) return true;
    if (signal.aborted || waiting.now() > end) return false;
    await waiting.sleep(250, signal);
  }
}

/**
 * Removes what earlier runs left on this node because nobody lived to remove it: readers with our labels that are older
 * than `own` by more than they may live. Gives those that could not be removed.
 */
export async function removeLeft(
  kube: KubeSource,
  { namespace, node }: Pick<ReaderRequest, "namespace" | "node">,
  own: MadePod,
  removal: Removal,
): Promise<readonly Reason[]> {
  const reasons: Reason[] = [];
  for (const pod of await leftOf(kube, namespace, node, own, removal)) {
    const why = await deleteSeen(kube, pod, removal);
    if (why !== null) reasons.push(left(pod, why));
  }
  return reasons;
}

async function leftOf(
  kube: KubeSource,
  namespace: string,
  node: string,
  own: MadePod,
  { within }: Removal,
): Promise<readonly MadePod[]> {
  const labelSelector = Object.entries(readerLabels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  const options = { freshness: "most-recent", namespace, labelSelector, limit: 100 } as const;
  const list = kube.list(pods, {
    ...options,
    fieldSelector: `spec.nodeName=${node}`,
    signal: AbortSignal.timeout(within),
  });
  const found: MadePod[] = [];
  for await (const step of list) {
    if (step.step !== "page") continue;
    for (const served of step.objects) {
      const read = servedPod.safeParse(served.unredacted().object);
      if (!read.success) continue;
      const { name, uid, creationTimestamp: created } = read.data.metadata;
      const age = (Date.parse(own.created) - Date.parse(created)) / 1000;
      const mayLive = read.data.spec.activeDeadlineSeconds ?? readerDeadline;
      if (uid !== own.uid && age > mayLive) found.push({ namespace, name, uid, created });
    }
  }
  return [...new Map(found.map((pod) => [pod.uid, pod])).values()];
}

function left({ namespace, name }: MadePod, why: string): Reason {
  return {
    code: "incomplete",
    text: `the pod ${namespace}/${name}, through which the node was read, could not be removed: ${why}`,
    at: [],
    supply: `kubectl -n ${namespace} delete pod ${name}; it ends by itself, and a later run of this removes it too`,
  };
}
