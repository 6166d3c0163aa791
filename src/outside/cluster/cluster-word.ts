import { namespaces, nodes } from "../../model/kube-kinds.ts";
import type { KubeCall, KubeSource } from "../../model/kube-source.ts";
import type { ClusterWord } from "../../model/node-word.ts";
import { isKnown, known, type Told } from "../../model/told.ts";
import { versionOf } from "../kube/version-of.ts";
import { identityOf } from "./node-identity.ts";
import { stands, type Written } from "./written.ts";

export interface ClusterQuestion {
  /** The name of the Node. */
  readonly node: string;
  /** What this program wrote last; `null`: it writes nothing. */
  readonly written: Written | "not-yet" | null;
}

/**
 * Which cluster it is that the API server has, what it has of a node, and whether it still has what this program wrote. Each
 * is read by itself and fresh: a GET without a resourceVersion comes from etcd.
 */
export async function clusterWord(
  kube: KubeSource,
  { node, written }: ClusterQuestion,
  call?: KubeCall,
): Promise<Told<ClusterWord>> {
  const system = await kube.get(namespaces, { namespace: null, name: "kube-system" }, call);
  if (!isKnown(system)) return system;
  const served = await kube.get(nodes, { namespace: null, name: node }, call);
  if (!isKnown(served)) return served;
  const identity = served.known === null ? known(null) : identityOf(served.known);
  if (!isKnown(identity)) return identity;
  const ownWrite = await standingOf(kube, written, call);
  if (!isKnown(ownWrite)) return ownWrite;
  const clusterUid = system.known === null ? null : versionOf(system.known).uid;
  return known({ clusterUid, node: identity.known, ownWrite: ownWrite.known });
}

function standingOf(
  kube: KubeSource,
  written: ClusterQuestion["written"],
  call?: KubeCall,
): Promise<Told<ClusterWord["ownWrite"]>> {
  if (written === null) return Promise.resolve(known("none"));
  return written === "not-yet" ? Promise.resolve(known("not-yet")) : stands(kube, written, call);
}
