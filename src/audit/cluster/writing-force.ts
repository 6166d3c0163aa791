import { isKnown } from "../../model/told.ts";
import { field, itemsOf, textOf } from "../../repository/manifests/field.ts";
import type { PrintedObject } from "../../repository/served-objects.ts";
import type { Value } from "../../repository/value.ts";
import { generatedForce } from "./admission-policy.ts";
import { notUnderstood, type AskedPolicy, type Force } from "./force.ts";
import { isNamed, isText, listOf } from "./printed.ts";

/** Whether Kyverno writes what a ClusterPolicy or Policy of it says. */
export function kyvernoForce(asked: AskedPolicy): Force {
  const { object, policy } = asked;
  const ready = itemsOf(field(object.manifest.value, "status", "conditions")).find((one) =>
    isText(field(one, "type"), "Ready"),
  );
  if (ready !== undefined && !isText(field(ready, "status"), "True")) return notReady(policy, ready);
  const written = field(object.manifest.value, "spec", "webhookConfiguration", "failurePolicy");
  const own = written.kind === "null" ? field(object.manifest.value, "spec", "failurePolicy") : written;
  return askedForce(asked, own, ["mutate.kyverno.svc"]);
}

/**
 * Whether Kyverno writes what a MutatingPolicy or NamespacedMutatingPolicy says. Its webhooks are named `validate` though they
 * mutate; up to 1.18 those of one namespace are among the others, so that only the policy's own status tells of it [kyverno
 * v1.19.0, pkg/config/config.go, pkg/controllers/webhook/controller.go, pkg/controllers/policystatus/controller.go].
 */
export function mutatingPolicyForce(asked: AskedPolicy): Force {
  const { object, policy } = asked;
  const { value } = object.manifest;
  const admission = field(value, "spec", "evaluation", "admission", "enabled");
  if (isText(admission, "false"))
    return {
      state: "not written",
      why: `${policy} is switched off for what is admitted (evaluation.admission.enabled: false)`,
      at: admission.at,
      mend: "switch it on: evaluation.admission.enabled: true",
    };
  const ready = field(value, "status", "conditionStatus", "ready");
  if (isText(ready, "false")) return notReady(policy, ready);
  if (!isText(ready, "true"))
    return notUnderstood("writing", `whether ${policy} is ready, of which Kyverno says nothing,`);
  if (isText(field(value, "status", "generated"), "true")) return generatedForce(asked);
  const webhooks = ["mpol.validate.kyverno.svc"];
  if (policy.startsWith("Namespaced")) webhooks.unshift("nmpol.validate.kyverno.svc");
  return askedForce(asked, field(value, "spec", "failurePolicy"), webhooks);
}

function notReady(policy: string, { at }: Value): Force {
  return { state: "not written", why: `Kyverno says that ${policy} is not ready`, at, mend };
}

const mend =
  "let Kyverno refuse what it could not be asked for: failurePolicy: Fail; and look whether it runs: kubectl -n kyverno get pods";

/** Kyverno's registration for what is not its own [kyverno v1.19.0, pkg/config/config.go and pkg/controllers/webhook/utils.go]. */
const resourceWebhooks = "kyverno-resource-mutating-webhook-cfg";
const webhookKind = "MutatingWebhookConfiguration";

/** Whether Kyverno is asked for what is admitted. `own`: the policy's failure policy; `names`: what its webhooks' names begin with. */
function askedForce({ object, policy, cluster, objects }: AskedPolicy, own: Value, names: readonly string[]): Force {
  const list = listOf(cluster, "mutatingwebhookconfigurations");
  if (!isKnown(list)) return { state: "unknown", of: "writing", why: list.unknown };
  const webhooks = objects.find((one) => isNamed(one, webhookKind, resourceWebhooks));
  if (webhooks === undefined && list.known.unparsed > 0) return notUnderstood("writing", `some ${webhookKind} objects`);
  const failing = webhooks === undefined ? null : failsOn(webhooks, names);
  if (failing === null)
    return {
      state: "not written",
      why: `Kyverno is not asked: the cluster has no webhook for it in ${resourceWebhooks}`,
      at: [object.manifest.at],
      mend,
    };
  if (failing && !isText(own, "Ignore")) return { state: "in force" };
  return {
    state: "not written",
    why: `the failure policy of ${policy} is Ignore: while Kyverno does not answer, objects are let in without it`,
    at: [own.at[0] ?? object.manifest.at],
    mend,
  };
}

/** Whether objects are refused while Kyverno does not answer; `null`: it is not asked at all. */
function failsOn({ manifest }: PrintedObject, names: readonly string[]): boolean | null {
  const asked = itemsOf(field(manifest.value, "webhooks")).filter((one) =>
    names.some((name) => nameOf(one).startsWith(name)),
  );
  if (asked.length === 0) return null;
  return asked.some(
    (one) =>
      names.some((name) => nameOf(one).startsWith(`${name}-fail`)) && !isText(field(one, "failurePolicy"), "Ignore"),
  );
}

function nameOf(webhook: Value): string {
  const told = textOf(field(webhook, "name"));
  return isKnown(told) ? (told.known ?? "") : "";
}
