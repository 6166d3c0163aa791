import * as z from "zod";
import type { ObjectVersion } from "../../model/kube-source.ts";
import type { ServedObject } from "../../model/served-object.ts";
import { known, unknown, type Told } from "../../model/told.ts";
import { versionOf } from "../../outside/kube/version-of.ts";
import type { Order } from "../../sweep/order.ts";

/** A Sweep as the API server has it: an order, and how far it has come. */
export interface OrderObject {
  readonly version: ObjectVersion;
  readonly order: Order;
  /** `null`: nobody has said anything of it yet. */
  readonly phase: "Running" | "Refused" | "Done" | null;
  /** When it was begun, as it was written; `null`: it was not. */
  readonly startedAt: string | null;
}

/** Whoever may write one wrote this; the CRD has been over it, if it is ours. */
export function orderIn(object: ServedObject): Told<OrderObject> {
  const version = versionOf(object);
  const read = sweep.safeParse(object.unredacted().object);
  if (!read.success) {
    const text = `the Sweep ${version.name} is not understood: ${z.prettifyError(read.error).split("\n", 1)[0]}`;
    return unknown({ code: "not-understood", text, at: [] });
  }
  const { metadata, spec, status } = read.data;
  const order = { ...spec, uid: spec.uid ?? null, orderedAt: Date.parse(metadata.creationTimestamp) };
  return known({ version, order, phase: status?.phase ?? null, startedAt: status?.startedAt ?? null });
}

const sweep = z.object({
  metadata: z.object({ creationTimestamp: z.iso.datetime() }),
  spec: z.object({
    node: z.string(),
    uid: z.uuid().optional(),
    maxRung: z.union([z.literal(1), z.literal(2)]).default(1),
    overdue: z.boolean().default(false),
    dryRun: z.boolean().default(false),
    ttlSeconds: z.int().min(10).max(3600).default(300),
  }),
  status: z.object({ phase: z.enum(["Running", "Refused", "Done"]), startedAt: z.string().optional() }).optional(),
});
