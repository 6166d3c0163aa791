import * as z from "zod";
import type { SchedulingNode } from "../model/scheduling.ts";
import { known, unknown, type Told } from "../model/told.ts";
import { mapOf, resources, strings, text } from "./scheduling-fields.ts";

/** What a Node as it was served has to give, and to whom. */
export function projectSchedulingNode(object: unknown): Told<SchedulingNode> {
  const read = node.safeParse(object);
  if (!read.success) return unknown({ code: "not-understood", text: "the Node has not the form of one", at: [] });
  const { metadata, spec, status } = read.data;
  const conditions = status.conditions ?? [];
  return known({
    name: metadata.name,
    labels: mapOf(metadata.labels),
    taints: (spec?.taints ?? []).map(({ key, value, effect }) => ({ key, value: value ?? "", effect })),
    allocatable: mapOf(status.allocatable),
    supplementalGroups: status.features?.supplementalGroupsPolicy === true,
    conditions: new Set(conditions.filter((each) => each.status === "True").map(({ type }) => type)),
    readyMessage: conditions.find(({ type }) => type === "Ready")?.message ?? null,
  });
}

const node = z.object({
  metadata: z.object({ name: z.string().min(1), labels: strings }),
  spec: z
    .object({ taints: z.array(z.object({ key: z.string(), value: text, effect: z.string() })).nullish() })
    .nullish(),
  status: z.object({
    // A node without any takes no pods: it is not one that a kubelet has written.
    allocatable: resources.unwrap().unwrap(),
    features: z.object({ supplementalGroupsPolicy: z.boolean().nullish() }).nullish(),
    conditions: z.array(z.object({ type: z.string(), status: z.string(), message: text })).nullish(),
  }),
});
