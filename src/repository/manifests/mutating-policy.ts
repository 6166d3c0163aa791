import type { KeelMark } from "../../model/release.ts";
import type { Span } from "../../model/span.ts";
import type { Reason, Told } from "../../model/told.ts";
import { isKnown, known, unknown } from "../../model/told.ts";
import type { Injection, ManifestObject, ResourceFilter } from "../repository.ts";
import type { Value } from "../value.ts";
import { field, itemsOf, textList, textOf } from "./field.ts";
import { anyResource, bothFilters, labelSelector } from "./filters.ts";
import { ownNamespaceOf, notEvaluated, withCondition, type Reach } from "./reach.ts";

const kinds = new Set(["MutatingPolicy", "NamespacedMutatingPolicy", "MutatingAdmissionPolicy"]);

/**
 * What a MutatingPolicy (Kyverno) or MutatingAdmissionPolicy (Kubernetes) tells Keel about other people's
 * workloads. The mutation is an expression: the policy that it writes is read where it stands as plain text.
 * `objects` are searched for the bindings without which Kubernetes applies no such policy.
 */
export function mutatingPolicyInjections(object: ManifestObject, objects: readonly ManifestObject[]): Injection[] {
  const kind = textOf(field(object.value, "kind"));
  if (!isKnown(kind) || kind.known === null || !kinds.has(kind.known)) return [];
  const spec = field(object.value, "spec");
  const name = textOf(field(object.value, "metadata", "name"));
  const native = kind.known === "MutatingAdmissionPolicy";
  const policy = `${kind.known}/${isKnown(name) ? (name.known ?? "?") : "?"}`;
  const constraints = constraintsOf(field(spec, "matchConstraints"), object.at);
  const scope = kind.known === "NamespacedMutatingPolicy" ? namespaceFilter(object) : null;
  const bound = native ? boundReach(constraints, isKnown(name) ? name.known : null, objects, object.at) : constraints;
  const conditions = celConditions(field(spec, "matchConditions"));
  return itemsOf(field(spec, "mutations")).flatMap((mutation, index) => {
    const expression = expressionOf(mutation);
    const policyMark = markOf(expression);
    const mark = policyMark ?? triggerMark(expression);
    if (mark === undefined) return [];
    return [
      {
        policy,
        ...ownNamespaceOf(scope?.namespaces ?? null),
        rule: `mutations[${index}]`,
        engine: native ? ("mutating-admission-policy" as const) : ("kyverno" as const),
        at: mutation.at[0] ?? object.at,
        mark,
        ...(policyMark === undefined ? { triggerOnly: true as const } : {}),
        addOnly: false,
        match: scope === null ? bound.match : bound.match.map((filter) => bothFilters(filter, scope) ?? filter),
        exclude: bound.exclude,
        furtherConditions: [...bound.furtherConditions, ...conditions, ...expressionConditions(expression)],
        targets: targetsOf(spec, constraints, object.at),
      },
    ];
  });
}

/** Kinds by the plural that resource rules use. */
const kindsByPlural = new Map([
  ["deployments", "Deployment"],
  ["daemonsets", "DaemonSet"],
  ["statefulsets", "StatefulSet"],
  ["replicasets", "ReplicaSet"],
  ["cronjobs", "CronJob"],
  ["jobs", "Job"],
  ["pods", "Pod"],
  ["*", "*"],
]);

function constraintsOf(value: Value, at: Span): Reach {
  if (value.kind === "unknown")
    return { match: [{ ...anyResource(at), kinds: unknown(value.reason) }], exclude: [], furtherConditions: [] };
  const selector = labelSelector(field(value, "objectSelector"));
  const namespaceSelector = labelSelector(field(value, "namespaceSelector"));
  const rules = field(value, "resourceRules");
  const filters = rules.kind === "null" ? [anyResource(value.at[0] ?? at)] : ruleFilters(rules, at);
  const match = filters.map((filter) => ({ ...filter, selector, namespaceSelector }));
  return { match, exclude: ruleFilters(field(value, "excludeResourceRules"), at), furtherConditions: [] };
}

function ruleFilters(rules: Value, at: Span): ResourceFilter[] {
  return itemsOf(rules).map((rule) => {
    const names = field(rule, "resourceNames");
    return {
      ...anyResource(rule.at[0] ?? at),
      kinds: kindsOf(field(rule, "resources")),
      names: names.kind === "null" ? null : textList(names),
    };
  });
}

function kindsOf(resources: Value): Told<readonly string[]> {
  const plurals = textList(resources);
  if (!isKnown(plurals)) return plurals;
  return known(
    plurals.known.map((plural) => kindsByPlural.get(plural) ?? plural),
    plurals.at,
  );
}

function namespaceFilter(object: ManifestObject): ResourceFilter {
  return { ...anyResource(object.at), namespaces: textList(field(object.value, "metadata", "namespace")) };
}

/** A binding narrows the policy further; without one in sight it may be applied or not. */
function boundReach(constraints: Reach, name: string | null, objects: readonly ManifestObject[], at: Span): Reach {
  const bindings = objects.filter((object) => isBindingOf(object, name));
  const [binding, ...others] = bindings;
  if (binding === undefined) {
    return withCondition(constraints, {
      code: "environment",
      text: "no binding of this policy is in the repository",
      at: [at],
    });
  }
  const resources = field(binding.value, "spec", "matchResources");
  if (resources.kind === "null" && others.length === 0) return constraints;
  if (others.length > 0)
    return withCondition(constraints, notEvaluated("several bindings decide where the policy applies", [binding.at]));
  const narrower = constraintsOf(resources, binding.at);
  const [only = anyResource(binding.at), ...more] = narrower.match;
  const match = constraints.match.map((filter) => bothFilters(filter, only));
  if (more.length > 0 || match.some((filter) => filter === undefined)) {
    return withCondition(constraints, notEvaluated("the binding narrows where the policy applies", [binding.at]));
  }
  const joined = match.filter((filter) => filter !== undefined);
  return { ...constraints, match: joined, exclude: [...constraints.exclude, ...narrower.exclude] };
}

function isBindingOf(object: ManifestObject, name: string | null): boolean {
  const kind = textOf(field(object.value, "kind"));
  if (!isKnown(kind) || kind.known !== "MutatingAdmissionPolicyBinding") return false;
  const policy = textOf(field(object.value, "spec", "policyName"));
  return !isKnown(policy) || policy.known === name;
}

function celConditions(conditions: Value): Reason[] {
  return itemsOf(conditions).map((condition) => notEvaluated("a condition written in CEL decides", condition.at));
}

/** `mutateExisting`: the target constraints if they name resources, else the same constraints. */
function targetsOf(spec: Value, constraints: Reach, at: Span): readonly ResourceFilter[] | null {
  const enabled = field(spec, "evaluation", "mutateExisting", "enabled");
  if (enabled.kind !== "bool" || !enabled.value) return null;
  const targets = field(spec, "targetMatchConstraints");
  return field(targets, "resourceRules").kind === "null" ? constraints.match : constraintsOf(targets, at).match;
}

function expressionOf(mutation: Value): Value {
  const apply = field(mutation, "applyConfiguration", "expression");
  return apply.kind === "null" ? field(mutation, "jsonPatch", "expression") : apply;
}

const policyEntry = /["'](?:keel\.(?:sh|observer)\/policy)["']\s*:\s*(?:"([^"\\]*)"|'([^'\\]*)')/g;
const policyPointer = /keel\.(?:sh|observer)~1policy["'][^}]{0,300}?\bvalue\s*:\s*(?:"([^"\\]*)"|'([^'\\]*)')/g;
const namesPolicy = /keel\.(?:sh|observer)(?:\/|~1)policy/g;
const triggerEntry = /["']keel\.sh\/trigger["']\s*:\s*(?:"([^"\\]*)"|'([^'\\]*)')/g;
const triggerPointer = /keel\.sh~1trigger["'][^}]{0,300}?\bvalue\s*:\s*(?:"([^"\\]*)"|'([^'\\]*)')/g;
const namesTrigger = /trigger/gi;

function markOf(expression: Value): KeelMark | undefined {
  const text = textOf(expression);
  if (!isKnown(text)) return markWith(unknown(text.unknown), text.unknown.at, "workload");
  const written = text.known ?? "";
  const mentions = [...written.matchAll(namesPolicy)].length;
  if (mentions === 0) return undefined;
  const found = [...written.matchAll(policyEntry), ...written.matchAll(policyPointer)].map(
    (match) => match[1] ?? match[2] ?? "",
  );
  const [only] = found;
  const policy: Told<string> =
    only !== undefined && mentions === 1 && found.length === 1
      ? known(only, text.at)
      : unknown(notEvaluated("the policy is computed by an expression", text.at));
  return { ...markWith(policy, text.at, placeIn(written)), trigger: triggerIn(written, text.at) };
}

/** A trigger without a policy counts beside a policy that stands elsewhere. */
function triggerMark(expression: Value): KeelMark | undefined {
  const text = textOf(expression);
  if (!isKnown(text) || text.known === null || !/keel\.sh(?:\/|~1)trigger/.test(text.known)) return undefined;
  const mark = markWith(known(""), text.at, placeIn(text.known));
  return { ...mark, trigger: triggerIn(text.known, text.at) };
}

function placeIn(written: string): "pod template" | "workload" {
  return /\btemplate\b/.test(written) ? "pod template" : "workload";
}

/** Known where it stands as plain text, and where no word of a trigger is to be seen. */
function triggerIn(written: string, at: readonly Span[]): KeelMark["trigger"] {
  const mentions = [...written.matchAll(namesTrigger)].length;
  if (mentions === 0) return known(null);
  const found = [...written.matchAll(triggerEntry), ...written.matchAll(triggerPointer)];
  const [only] = found;
  return only !== undefined && mentions === 1
    ? known(only[1] ?? only[2] ?? "", at)
    : unknown(notEvaluated("the trigger is written by an expression", at));
}

function markWith(policy: Told<string>, at: readonly Span[], place: NonNullable<KeelMark["place"]>): KeelMark {
  const trigger = unknown(notEvaluated("the trigger is written by an expression", at));
  return { policy, trigger, from: "annotation", at, place };
}

/** A `?` makes part of the mutation depend on the object. */
function expressionConditions(expression: Value): Reason[] {
  const text = textOf(expression);
  if (!isKnown(text) || !(text.known ?? "").includes("?")) return [];
  return [notEvaluated("an expression decides what is written", text.at)];
}
