import type { KubeKind, KubeTold, ObjectVersion, Update, UpdateOptions } from "../../model/kube-source.ts";
import { known } from "../../model/told.ts";
import { maybeDone, needs, noName } from "./objects.ts";
import { apiVersionOf, objectPath } from "./paths.ts";
import { notUnderstood } from "./refusal.ts";
import type { Status } from "./refusal.ts";
import type { Requests } from "./requests.ts";
import { servedObject } from "./served.ts";

/**
 * Puts an object in the place of one that was read. See {@link KubeSource.update}. Which one that is, uid and
 * resourceVersion say, whatever the object itself has: without the one an API server may make it anew, without the
 * other it replaces whatever is there [apiserver v0.36.3, pkg/registry/generic/registry/store.go, Update].
 */
export async function updateObject(
  requests: Requests,
  kind: KubeKind,
  { namespace, name, uid, resourceVersion }: ObjectVersion,
  object: object,
  { subresource, signal }: UpdateOptions = {},
): Promise<KubeTold<Update>> {
  const path = objectPath(kind, { namespace, name });
  if (path === null || uid === "" || resourceVersion === "") return noName;
  const inNamespace = namespace === null ? {} : { namespace };
  const reply = await requests.send({
    method: "PUT",
    path: subresource === undefined ? path : `${path}/${subresource}`,
    content: {
      ...object,
      apiVersion: apiVersionOf(kind),
      kind: kind.kind,
      metadata: { ...metadataOf(object), ...inNamespace, name, uid, resourceVersion },
    },
    // Once it is done, the same again is a conflict.
    repeatable: false,
    needs: needs("update", subresource === undefined ? kind : { ...kind, resource: `${kind.resource}/${subresource}` }),
    signal,
  });
  if ("reason" in reply)
    return isConflict(reply.status, kind, name) ? known("conflict") : { unknown: maybeDone(reply.reason, "changed") };
  const read = servedObject(reply.answer, kind, { namespace, name });
  if ("reason" in read) return { unknown: maybeDone(read.reason, "changed") };
  return read.identity.metadata.uid === uid ? known(read.served) : { unknown: maybeDone(anotherUid, "changed") };
}

function metadataOf(object: object): object {
  return "metadata" in object && typeof object.metadata === "object" && object.metadata !== null ? object.metadata : {};
}

/**
 * The API server's own word on this kind and name: a conflict over it [apimachinery v0.36.3, pkg/api/errors/errors.go,
 * NewConflict], or that it is not there. A quota or an admission may be in conflict over something else.
 */
function isConflict(served: Status | null, { group, resource }: KubeKind, name: string): boolean {
  const { details, reason, code } = served ?? {};
  const isSo = (reason === "Conflict" && code === 409) || (reason === "NotFound" && code === 404);
  return isSo && details?.name === name && details.kind === resource && (details.group ?? "") === group;
}

const anotherUid = notUnderstood("the answer is about an object with another uid", 200);
