import * as z from "zod";
import { known, unknown, type Told } from "../../model/told.ts";

/**
 * The uids of all pods on a kubelet's page `/pods`, which is a PodList; of a node without pods its items are null
 * [kubernetes v1.36.3, pkg/kubelet/server/server.go, encodePods]. Static pods are there with the hash of their file as
 * their uid, and not their mirrors [pkg/kubelet/pod/pod_manager.go].
 */
export function podsOnPage(text: string, node: string): Told<readonly string[]> {
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
  return known(items.map(({ metadata }) => metadata.uid));
}

const podList = z.object({
  kind: z.literal("PodList"),
  apiVersion: z.literal("v1"),
  items: z
    .array(z.object({ metadata: z.object({ uid: z.string().min(1) }), spec: z.object({ nodeName: z.string() }) }))
    .nullable(),
});

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
