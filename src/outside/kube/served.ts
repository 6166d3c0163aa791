import * as z from "zod";
import type { KubeKind, KubeReason, ObjectName } from "../../model/kube-source.ts";
import { ServedObject } from "../../model/served-object.ts";
import { jsonOf } from "../json-of.ts";
import { apiVersionOf } from "./paths.ts";
import { notUnderstood } from "./refusal.ts";

const identity = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({
    name: z.string(),
    namespace: z.string().optional(),
    uid: z.string().min(1),
    resourceVersion: z.string().min(1),
  }),
});

type Identity = z.infer<typeof identity>;

export interface Identified {
  readonly served: ServedObject;
  readonly identity: Identity;
}

/** The one object that was asked for, or why what came is not it. */
export function servedObject(
  json: string,
  kind: KubeKind,
  asked: Partial<ObjectName>,
): Identified | { readonly reason: KubeReason } {
  const object = jsonOf(json);
  const read = identity.safeParse(object);
  if (!read.success) return { reason: notUnderstood(`the answer is no ${kind.kind}`, 200) };
  const { apiVersion, kind: name, metadata } = read.data;
  const isAsked =
    apiVersion === apiVersionOf(kind) &&
    name === kind.kind &&
    (asked.name === undefined || metadata.name === asked.name) &&
    (asked.namespace === undefined || (metadata.namespace ?? null) === asked.namespace);
  if (!isAsked) return { reason: notUnderstood(`the answer is not the ${kind.kind} that was asked for`, 200) };
  return { served: new ServedObject(json, object), identity: read.data };
}
