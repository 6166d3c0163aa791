import { isKnown } from "../../model/told.ts";
import { field, textOf } from "../../repository/manifests/field.ts";
import type { PrintedObject } from "../../repository/served-objects.ts";
import { notUnderstood, type AskedPolicy, type Force } from "./force.ts";
import { isNamed, isText, listOf } from "./printed.ts";

/**
 * Whether Kubernetes writes what a MutatingAdmissionPolicy says: it has no status, and it is applied once for each binding
 * that names it [apiserver v0.36.3, pkg/admission/plugin/policy/generic/policy_dispatcher.go, Dispatch and CollectParams].
 */
export function admissionPolicyForce(asked: AskedPolicy): Force {
  const { object, policy, cluster, objects } = asked;
  const list = listOf(cluster, "mutatingadmissionpolicybindings");
  if (!isKnown(list)) return { state: "unknown", of: "writing", why: list.unknown };
  const name = object.file.object?.name ?? "";
  const bindings = objects.filter((one) => one.file.object?.kind === bindingKind);
  const own = bindings.filter((one) => isText(policyNameOf(one), name));
  if (own.length === 0) {
    const isWhole = list.known.unparsed === 0 && bindings.every((one) => isKnown(textOf(policyNameOf(one))));
    if (!isWhole) return notUnderstood("writing", `some ${bindingKind} objects`);
    return {
      state: "not written",
      why: `the cluster has no ${bindingKind} of ${policy}, and Kubernetes applies none without`,
      at: [object.manifest.at],
      mend: `apply a ${bindingKind} whose policyName is ${name}, and audit again`,
    };
  }
  const { value } = object.manifest;
  const failurePolicy = field(value, "spec", "failurePolicy");
  if (isText(failurePolicy, "Ignore"))
    return {
      state: "not written",
      why: `the failure policy of ${policy} is Ignore: where it fails, objects are let in without it`,
      at: failurePolicy.at,
      mend: "let Kubernetes refuse what it could not be applied to: failurePolicy: Fail",
    };
  const hasParameters = field(value, "spec", "paramKind").kind !== "null";
  if (hasParameters && own.every(goesWithout))
    return notUnderstood("writing", `whether the parameters of ${policy} are there, without which it is passed over,`);
  return { state: "in force" };
}

const bindingKind = "MutatingAdmissionPolicyBinding";

function policyNameOf({ manifest }: PrintedObject) {
  return field(manifest.value, "spec", "policyName");
}

/** Whether nothing is done, and nothing refused, where its parameters are not there. */
function goesWithout({ manifest }: PrintedObject): boolean {
  return isText(field(manifest.value, "spec", "paramRef", "parameterNotFoundAction"), "Allow");
}

/**
 * Of a MutatingPolicy that Kyverno has made one of Kubernetes of, and is not asked for any more [kyverno v1.19.0,
 * pkg/controllers/admissionpolicygenerator/generate-map.go, pkg/controllers/webhook/controller.go, getMutatingPolicies].
 */
export function generatedForce(asked: AskedPolicy): Force {
  const { object, policy, cluster, objects } = asked;
  const list = listOf(cluster, "mutatingadmissionpolicies");
  if (!isKnown(list)) return { state: "unknown", of: "writing", why: list.unknown };
  const name = `mpol-${object.file.object?.name ?? ""}`;
  const made = objects.find((one) => isNamed(one, madeKind, name));
  if (made !== undefined) return admissionPolicyForce({ ...asked, object: made, policy: `${madeKind}/${name}` });
  if (list.known.unparsed > 0) return notUnderstood("writing", `some ${madeKind} objects`);
  return {
    state: "not written",
    why: `the cluster has no ${madeKind}/${name}, which Kyverno says that it made of ${policy}`,
    at: [object.manifest.at],
    mend: "look what removed it: kubectl -n kyverno logs deployment/kyverno-admission-controller",
  };
}

const madeKind = "MutatingAdmissionPolicy";
