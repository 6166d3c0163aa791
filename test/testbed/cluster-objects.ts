import { z } from "zod";

/** Names of the nodes whose Ready condition is True, from `kubectl get nodes -o json`. */
export function readyNodes(list: unknown): string[] {
  return nodeList
    .parse(list)
    .items.filter(({ status }) => status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"))
    .map(({ metadata }) => metadata.name);
}

const nodeList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).optional() }),
    }),
  ),
});
