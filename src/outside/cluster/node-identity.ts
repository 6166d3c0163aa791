import * as z from "zod";
import type { ClusterWord } from "../../model/node-word.ts";
import type { ServedObject } from "../../model/served-object.ts";
import { known, unknown, type Told } from "../../model/told.ts";

/** Which machine a Node stands for, and which boot of it, as its kubelet wrote [api v0.36.3, core/v1/types.go, NodeSystemInfo]. */
export function identityOf(object: ServedObject): Told<NonNullable<ClusterWord["node"]>> {
  const read = node.safeParse(object.unredacted().object);
  if (!read.success)
    return unknown({
      code: "not-understood",
      text: "the API's node does not say which machine and boot it is of",
      at: [],
    });
  const { metadata, status } = read.data;
  const { bootID: bootId, machineID: machineId } = status.nodeInfo;
  return known({ uid: metadata.uid, bootId, machineId: machineId === "" ? null : machineId });
}

const node = z.object({
  metadata: z.object({ uid: z.string().min(1) }),
  status: z.object({ nodeInfo: z.object({ bootID: z.string().min(1), machineID: z.string() }) }),
});
