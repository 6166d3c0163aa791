import type { RunningCluster, RunningKind } from "../../model/running-cluster.ts";
import { isKnown } from "../../model/told.ts";
import type { Injection } from "../../repository/repository.ts";
import type { PrintedObject } from "../../repository/served-objects.ts";
import { admissionPolicyForce } from "./admission-policy.ts";
import { notUnderstood, type Force } from "./force.ts";
import { isNamed, listOf } from "./printed.ts";
import { kyvernoForce, mutatingPolicyForce } from "./writing-force.ts";

const kindOfPolicy: ReadonlyMap<string, RunningKind> = new Map([
  ["ClusterPolicy", "clusterpolicies"],
  ["Policy", "policies"],
  ["MutatingPolicy", "mutatingpolicies"],
  ["NamespacedMutatingPolicy", "namespacedmutatingpolicies"],
  ["MutatingAdmissionPolicy", "mutatingadmissionpolicies"],
]);

/** Looks a policy up in the cluster, and whether what it mutates comes to it. */
export function forceOf(
  { policy, namespace, renamed, rule }: Injection,
  cluster: RunningCluster,
  objects: readonly PrintedObject[],
  running: readonly Injection[],
): Force {
  if (renamed !== undefined) return { state: "unknown", of: "presence", why: renamed };
  const [kind = "", name = ""] = policy.split("/", 2);
  const list = listOf(cluster, kindOfPolicy.get(kind));
  if (!isKnown(list)) return { state: "unknown", of: "presence", why: list.unknown };
  const isHere = (of: string | null): boolean => namespace === undefined || of === namespace;
  const found = objects.filter((one) => isNamed(one, kind, name) && isHere(one.file.object?.namespace ?? null));
  const [object] = found;
  if (object === undefined) {
    const why = `the cluster has no ${policy}${namespace === undefined ? "" : ` in the namespace ${namespace}`}`;
    return list.known.unparsed === 0
      ? { state: "absent", why, at: [] }
      : notUnderstood("presence", `some ${kind} objects`);
  }
  if (found.length > 1) return notUnderstood("presence", `which of ${found.length} objects ${policy} is`);
  if (!running.some((one) => one.policy === policy && one.rule === rule && isHere(one.namespace ?? null)))
    return {
      state: "absent",
      why: `${policy} of the cluster has no rule ${rule} of this kind`,
      at: [object.manifest.at],
    };
  const asked = { object, policy, cluster, objects };
  switch (kind) {
    case "MutatingAdmissionPolicy":
      return admissionPolicyForce(asked);
    case "MutatingPolicy":
    case "NamespacedMutatingPolicy":
      return mutatingPolicyForce(asked);
    default:
      return kyvernoForce(asked);
  }
}
