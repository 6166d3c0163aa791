import * as z from "zod";
import { isKnown, known, unknown, type Told } from "../../model/told.ts";
import { jsonOf } from "../json-of.ts";

/**
 * The uids of all pods on a kubelet's page `/pods`, which is a PodList; of a node without pods its items are null
 * [kubernetes v1.36.3, pkg/kubelet/server/server.go, encodePods]. Static pods are there with the hash of their file as
 * their uid, and not their mirrors [pkg/kubelet/pod/pod_manager.go].
 */
export function podsOnPage(text: string, node: string): Told<readonly string[]> {
  const items = itemsOf(text, node);
  return isKnown(items) ? known(items.known.map(({ metadata }) => metadata.uid)) : items;
}

/** The pods themselves, as the kubelet has them. */
export function podObjectsOnPage(text: string, node: string): Told<readonly unknown[]> {
  return itemsOf(text, node);
}

function itemsOf(text: string, node: string): Told<readonly z.infer<typeof podItem>[]> {
  const read = podList.safeParse(jsonOf(text));
  if (!read.success) return unknown({ code: "not-understood", text: "the answer is no list of pods", at: [] });
  const items = read.data.items ?? [];
  if (items.some(({ spec }) => spec.nodeName !== node))
    return unknown({
      code: "contradicted",
      text: `it has a pod that is not of the node ${node}`,
      at: [],
      supply: "name the node whose kubelet it is (--node)",
    });
  return known(items);
}

const podItem = z.looseObject({
  metadata: z.looseObject({ uid: z.string().min(1) }),
  spec: z.looseObject({ nodeName: z.string() }),
});
const podList = z.object({
  kind: z.literal("PodList"),
  apiVersion: z.literal("v1"),
  items: z.array(podItem).nullable(),
});
