import { nodeReports } from "../../model/kube-kinds.ts";
import type { KubeSource } from "../../model/kube-source.ts";
import type { ServedObject } from "../../model/served-object.ts";
import { isKnown, known, type Told } from "../../model/told.ts";
import { versionOf } from "../../outside/kube/version-of.ts";
import { writtenAs, type Written } from "../../outside/cluster/written.ts";

/** Writes the report of a node, as its agent alone may; gives what was written, so that it can be looked for later. */
export async function publishReport(
  kube: KubeSource,
  node: string,
  status: object,
  signal: AbortSignal,
): Promise<Told<Written>> {
  const object = { apiVersion: "holdfast.dev/v1alpha1", kind: "NodeReport", metadata: { name: node } };
  const served = await reportThere(kube, object, signal);
  if (!isKnown(served)) return served;
  const version = versionOf(served.known);
  const next = {
    ...object,
    metadata: { name: node, uid: version.uid, resourceVersion: version.resourceVersion },
    status,
  };
  const updated = await kube.update(nodeReports, version, next, { signal, subresource: "status" });
  if (!isKnown(updated)) return updated;
  if (updated.known === "conflict")
    return {
      unknown: { code: "changed-meanwhile", text: `the NodeReport ${node} was changed by another`, at: [] },
    };
  return known(writtenAs(nodeReports, updated.known));
}

async function reportThere(
  kube: KubeSource,
  object: { readonly metadata: { readonly name: string } },
  signal: AbortSignal,
): Promise<Told<ServedObject>> {
  const { name } = object.metadata;
  const there = await kube.get(nodeReports, { namespace: null, name }, { signal });
  if (!isKnown(there)) return there;
  return there.known === null ? kube.create(nodeReports, null, object, { signal }) : known(there.known);
}
