import type { KubeCall, KubeKind, KubeSource, ObjectVersion } from "../../model/kube-source.ts";
import type { ServedObject } from "../../model/served-object.ts";
import { isKnown, known, unknown, type Told } from "../../model/told.ts";
import { versionOf } from "../kube/version-of.ts";

/** An object that this program wrote, in the state that the API server answered with. */
export interface Written extends ObjectVersion {
  readonly kind: KubeKind;
}

/** What to keep of the answer to a write. */
export function writtenAs(kind: KubeKind, answer: ServedObject): Written {
  return { kind, ...versionOf(answer) };
}

/**
 * Whether what was written is still there: the same object, in that state or a later one. A database that was restored from
 * before has neither. resourceVersions of one object are compared as numbers [KEP-5504]. An object that others write too says
 * less: what they wrote since stands for what was written before. So it should be one that nobody else writes.
 */
export async function stands(kube: KubeSource, written: Written, call?: KubeCall): Promise<Told<"there" | "lost">> {
  const { kind, namespace, name } = written;
  const told = await kube.get(kind, { namespace, name }, call);
  if (!isKnown(told)) return told;
  if (told.known === null) return known("lost");
  const { uid, resourceVersion } = versionOf(told.known);
  if (uid !== written.uid) return known("lost");
  if (!isRevision(resourceVersion) || !isRevision(written.resourceVersion))
    return unknown({ code: "not-understood", text: `the resourceVersion of ${name} is no number`, at: [] });
  return known(BigInt(resourceVersion) < BigInt(written.resourceVersion) ? "lost" : "there");
}

function isRevision(text: string): boolean {
  return /^[1-9]\d{0,39}$/.test(text);
}
