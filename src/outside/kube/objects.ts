import type { Deletion, KubeCall, KubeKind, KubeReason, KubeTold, ObjectName } from "../../model/kube-source.ts";
import type { ServedObject } from "../../model/served-object.ts";
import { known } from "../../model/told.ts";
import { collectionPath, objectPath } from "./paths.ts";
import { notUnderstood, status } from "./refusal.ts";
import type { Status } from "./refusal.ts";
import type { Requests } from "./requests.ts";
import { jsonOf } from "../json-of.ts";
import { servedObject } from "./served.ts";
import type { Identified } from "./served.ts";

/** Reads one object. See {@link KubeSource.get}. */
export async function getObject(
  requests: Requests,
  kind: KubeKind,
  object: ObjectName,
  call?: KubeCall,
): Promise<KubeTold<ServedObject | null>> {
  const told = await getIdentified(requests, kind, object, call);
  return "unknown" in told ? told : known(told.known?.served ?? null);
}

async function getIdentified(
  requests: Requests,
  kind: KubeKind,
  object: ObjectName,
  { signal }: KubeCall = {},
): Promise<KubeTold<Identified | null>> {
  const path = objectPath(kind, object);
  if (path === null) return noName;
  const reply = await requests.send({ method: "GET", path, needs: needs("get", kind), signal });
  if ("reason" in reply) return isAbsent(reply, kind, object) ? known(null) : { unknown: reply.reason };
  const read = servedObject(reply.answer, kind, object);
  return "reason" in read ? { unknown: read.reason } : known(read);
}

/** Makes one object. See {@link KubeSource.create}. */
export async function createObject(
  requests: Requests,
  kind: KubeKind,
  namespace: string | null,
  object: unknown,
  { signal }: KubeCall = {},
): Promise<KubeTold<ServedObject>> {
  const reply = await requests.send({
    method: "POST",
    path: collectionPath(kind, namespace),
    content: object,
    repeatable: false,
    needs: needs("create", kind),
    signal,
  });
  if ("reason" in reply) return { unknown: maybeDone(reply.reason, "made") };
  const read = servedObject(reply.answer, kind, { namespace });
  return "reason" in read ? { unknown: maybeDone(read.reason, "made") } : known(read.served);
}

/** Deletes one object if it is still that one. See {@link KubeSource.delete}. */
export async function deleteObject(
  requests: Requests,
  kind: KubeKind,
  object: ObjectName & { readonly uid: string },
  call: KubeCall & { readonly graceSeconds?: number } = {},
): Promise<KubeTold<Deletion>> {
  const path = objectPath(kind, object);
  if (path === null) return noName;
  const { uid } = object;
  // 0 would be a forced delete, which leaves what runs to nobody.
  const grace = call.graceSeconds === undefined ? {} : { gracePeriodSeconds: Math.max(1, call.graceSeconds) };
  const content = { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid }, ...grace };
  const asked = { method: "DELETE", path, content, needs: needs("delete", kind), signal: call.signal } as const;
  const reply = await requests.send(asked);
  if (!("reason" in reply)) return accepted(reply.answer, kind, object);
  if (isAbsent(reply, kind, object)) return known("absent");
  return reply.reason.said === "Conflict"
    ? afterConflict(await getIdentified(requests, kind, object, call), object, reply.reason)
    : { unknown: reply.reason };
}

export function needs(verb: string, { group, resource }: KubeKind): { verb: string; group: string; resource: string } {
  return { verb, group, resource };
}

export const noName = { unknown: notUnderstood("what was asked for is no name of an object", null) };

/**
 * Only the API server's own word on this kind and name counts [apimachinery v0.36.3, pkg/api/errors/errors.go,
 * NewNotFound]: a kind that is not served, a proxy and another server answer 404 as well.
 */
function isAbsent(
  { reason, status: served }: { readonly reason: KubeReason; readonly status: Status | null },
  { group, resource }: KubeKind,
  { name }: ObjectName,
): boolean {
  const { details, reason: said, code } = served ?? {};
  return (
    reason.status === 404 &&
    said === "NotFound" &&
    code === 404 &&
    details?.name === name &&
    details.kind === resource &&
    (details.group ?? "") === group
  );
}

/** Where the request may have been done though its answer did not come or says nothing. */
export function maybeDone(reason: KubeReason, done: "made" | "changed"): KubeReason {
  const isOpen = reason.code === "timed-out" || reason.code === "incomplete" || reason.code === "not-understood";
  if (!isOpen && (reason.status ?? 0) < 500) return reason;
  return { ...reason, text: `${reason.text}; whether the object was ${done} is not known` };
}

/** The object as it is now, or a Status of success [apiserver v0.36.3, pkg/endpoints/handlers/delete.go]. */
function accepted(text: string, kind: KubeKind, object: ObjectName & { readonly uid: string }): KubeTold<Deletion> {
  const parsed = jsonOf(text);
  const said = status.safeParse(parsed);
  if (
    said.success &&
    typeof parsed === "object" &&
    parsed !== null &&
    "status" in parsed &&
    parsed.status === "Success"
  )
    return known("accepted");
  const read = servedObject(text, kind, object);
  if ("reason" in read) return { unknown: read.reason };
  return read.identity.metadata.uid === object.uid ? known("accepted") : { unknown: anotherUid };
}

const anotherUid = notUnderstood("the answer is about an object with another uid", 200);

/** A conflict says that something was not as asked; which it was, the object itself tells. */
function afterConflict(
  now: KubeTold<Identified | null>,
  object: { readonly uid: string },
  reason: KubeReason,
): KubeTold<Deletion> {
  if ("unknown" in now) return now;
  if (now.known === null) return known("absent");
  return now.known.identity.metadata.uid === object.uid ? { unknown: reason } : known("replaced");
}
