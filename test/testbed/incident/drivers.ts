import { z } from "zod";
import type { Bed, Node } from "../bed.ts";
import { getJson } from "../clients.ts";

/** Names of the CSI drivers that the kubelet of a node has registered, from its CSINode. */
export async function driversOn(bed: Bed, node: Node): Promise<string[]> {
  const { spec } = csiNode.parse(await getJson(bed, ["csinode", node.name]));
  return (spec.drivers ?? []).map(({ name }) => name);
}

const csiNode = z.object({
  spec: z.object({ drivers: z.array(z.object({ name: z.string() })).nullish() }),
});
