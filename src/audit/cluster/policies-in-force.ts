import type { RunningCluster, RunningKind } from "../../model/running-cluster.ts";
import type { Span } from "../../model/span.ts";
import { isKnown, unknown, type Reason } from "../../model/told.ts";
import { field, itemsOf, textOf } from "../../repository/manifests/field.ts";
import type { Injection } from "../../repository/repository.ts";
import type { PrintedObject } from "../../repository/served-objects.ts";
import type { Value } from "../../repository/value.ts";

/** Whether what a policy of the repository does is done in the cluster. */
export type Force =
  | { readonly state: "in force" }
  /** `why`: a clause; `at`: the objects that tell so, if any. */
  | { readonly state: "absent"; readonly why: string; readonly at: readonly Span[] }
  /** It is there, and what it writes is not written: for certain, or whenever Kyverno does not answer. */
  | { readonly state: "not written"; readonly why: string; readonly at: readonly Span[] }
  | { readonly state: "unknown"; readonly why: Reason };

const kindOfPolicy: ReadonlyMap<string, RunningKind> = new Map([
  ["ClusterPolicy", "clusterpolicies"],
  ["Policy", "policies"],
  ["MutatingPolicy", "mutatingpolicies"],
  ["NamespacedMutatingPolicy", "namespacedmutatingpolicies"],
  ["MutatingAdmissionPolicy", "mutatingadmissionpolicies"],
]);

/** Kyverno's registration for what is not its own [kyverno v1.19.0, pkg/config/config.go and pkg/controllers/webhook/utils.go]. */
const registered: ReadonlySet<string> = new Set(["ClusterPolicy", "Policy"]);
const resourceWebhooks = "kyverno-resource-mutating-webhook-cfg";
const webhookKind = "MutatingWebhookConfiguration";
const resourceWebhook = "mutate.kyverno.svc";

/** Looks a policy up in the cluster, and whether Kyverno is asked for what it mutates. */
export function forceOf(
  { policy, namespace, renamed, rule }: Injection,
  cluster: RunningCluster,
  objects: readonly PrintedObject[],
  running: readonly Injection[],
): Force {
  if (renamed !== undefined) return { state: "unknown", why: renamed };
  const [kind = "", name = ""] = policy.split("/", 2);
  const list = listOf(cluster, kindOfPolicy.get(kind));
  if (!isKnown(list)) return { state: "unknown", why: list.unknown };
  const isHere = (of: string | null): boolean => namespace === undefined || of === namespace;
  const found = objects.filter((one) => isNamed(one, kind, name) && isHere(one.file.object?.namespace ?? null));
  const [object] = found;
  if (object === undefined) {
    const why = `the cluster has no ${policy}${namespace === undefined ? "" : ` in the namespace ${namespace}`}`;
    return list.known.unparsed === 0 ? { state: "absent", why, at: [] } : notUnderstood(`some ${kind} objects`);
  }
  if (found.length > 1) return notUnderstood(`which of ${found.length} objects ${policy} is`);
  if (!running.some((one) => one.policy === policy && one.rule === rule && isHere(one.namespace ?? null)))
    return {
      state: "absent",
      why: `${policy} of the cluster has no rule ${rule} of this kind`,
      at: [object.manifest.at],
    };
  return registered.has(kind) ? writingForce(object, policy, cluster, objects) : { state: "in force" };
}

function writingForce(
  object: PrintedObject,
  policy: string,
  cluster: RunningCluster,
  objects: readonly PrintedObject[],
): Force {
  const ready = itemsOf(field(object.manifest.value, "status", "conditions")).find((one) =>
    isText(field(one, "type"), "Ready"),
  );
  if (ready !== undefined && !isText(field(ready, "status"), "True"))
    return { state: "not written", why: `Kyverno says that ${policy} is not ready`, at: ready.at };
  const list = listOf(cluster, "mutatingwebhookconfigurations");
  if (!isKnown(list)) return { state: "unknown", why: list.unknown };
  const webhooks = objects.find((one) => isNamed(one, webhookKind, resourceWebhooks));
  const failing = webhooks === undefined ? null : failsOn(webhooks);
  if (failing === null)
    return {
      state: "not written",
      why: `Kyverno is not asked: the cluster has no webhook for it in ${resourceWebhooks}`,
      at: [object.manifest.at],
    };
  const written = field(object.manifest.value, "spec", "webhookConfiguration", "failurePolicy");
  const own = written.kind === "null" ? field(object.manifest.value, "spec", "failurePolicy") : written;
  if (failing && !isText(own, "Ignore")) return { state: "in force" };
  return {
    state: "not written",
    why: `the failure policy of ${policy} is Ignore: while Kyverno does not answer, objects are let in without it`,
    at: [own.at[0] ?? object.manifest.at],
  };
}

/** Whether objects are refused while Kyverno does not answer; `null`: it is not asked at all. */
function failsOn({ manifest }: PrintedObject): boolean | null {
  const asked = itemsOf(field(manifest.value, "webhooks")).filter((one) => nameOf(one).startsWith(resourceWebhook));
  if (asked.length === 0) return null;
  return asked.some(
    (one) => nameOf(one).startsWith(`${resourceWebhook}-fail`) && !isText(field(one, "failurePolicy"), "Ignore"),
  );
}

function isNamed({ file: { object } }: PrintedObject, kind: string, name: string): boolean {
  return object?.kind === kind && object.name === name;
}

function nameOf(webhook: Value): string {
  const told = textOf(field(webhook, "name"));
  return isKnown(told) ? (told.known ?? "") : "";
}

function isText(value: Value, text: string): boolean {
  const told = textOf(value);
  return isKnown(told) && told.known === text;
}

function listOf({ objects }: RunningCluster, kind: RunningKind | undefined) {
  const list = kind === undefined ? undefined : objects.get(kind);
  return list ?? unknown({ code: "not-served", text: "objects of its kind are not read of a cluster", at: [] });
}

function notUnderstood(what: string): Force {
  return { state: "unknown", why: { code: "not-understood", text: `${what} could not be told`, at: [] } };
}
