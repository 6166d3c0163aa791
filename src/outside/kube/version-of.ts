import * as z from "zod";
import type { ObjectVersion } from "../../model/kube-source.ts";
import type { ServedObject } from "../../model/served-object.ts";

/** Which object was served, and in which state: all that another write needs, and that tells later whether it is lost. */
export function versionOf(object: ServedObject): ObjectVersion {
  return version.parse(object.unredacted().object).metadata;
}

/** Without these nothing becomes a served object: served.ts. */
const version = z.object({
  metadata: z.object({
    namespace: z
      .string()
      .optional()
      .transform((namespace) => namespace ?? null),
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
  }),
});
