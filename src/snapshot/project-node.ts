import * as z from "zod";

const node = z.object({ status: z.object({ nodeInfo: z.object({ bootID: z.string().min(1) }) }) });

/** The boot id that the kubelet wrote into a Node as it was served; `null`: it has none. */
export function bootIdOf(object: unknown): string | null {
  const read = node.safeParse(object);
  return read.success ? read.data.status.nodeInfo.bootID : null;
}
