import type { Span } from "../../model/span.ts";
import type { Reason, Told } from "../../model/told.ts";
import { isKnown, known, unknown } from "../../model/told.ts";
import type { Injection, ManifestObject, ResourceFilter } from "../repository.ts";
import type { Value } from "../value.ts";
import { field, itemsOf, textList, textMap, textOf } from "./field.ts";
import { anyResource, bothFilters, labelSelector } from "./filters.ts";
import type { KeelPatch } from "./keel-patch.ts";
import { jsonPatches, strategicPatches } from "./keel-patch.ts";
import { narrowedByPreconditions } from "./preconditions.ts";
import { ownNamespaceOf, notEvaluated, withCondition, type Reach } from "./reach.ts";

/** What a Kyverno ClusterPolicy or Policy tells Keel about other people's workloads, rule by rule. */
export function kyvernoInjections(object: ManifestObject): Injection[] {
  const kind = textOf(field(object.value, "kind"));
  if (!isKnown(kind) || (kind.known !== "ClusterPolicy" && kind.known !== "Policy")) return [];
  const name = textOf(field(object.value, "metadata", "name"));
  const policy = `${kind.known}/${isKnown(name) ? (name.known ?? "?") : "?"}`;
  const own = kind.known === "Policy" ? ownNamespace(object) : null;
  const spec = field(object.value, "spec");
  return itemsOf(field(spec, "rules")).flatMap((rule) => ruleInjections(rule, { policy, own, spec, at: object.at }));
}

function ownNamespace(object: ManifestObject): Told<readonly string[]> {
  const namespace = textOf(field(object.value, "metadata", "namespace"));
  if (!isKnown(namespace)) return namespace;
  if (namespace.known !== null) return known([namespace.known], namespace.at);
  return unknown({ code: "environment", text: "the policy has no namespace written", at: [object.at] });
}

interface PolicyFacts {
  readonly policy: string;
  /** The only namespace that a namespaced policy acts in. */
  readonly own: Told<readonly string[]> | null;
  readonly spec: Value;
  readonly at: Span;
}

function ruleInjections(rule: Value, facts: PolicyFacts): Injection[] {
  const mutate = field(rule, "mutate");
  const patches = patchesOf(mutate);
  if (patches.length === 0) return [];
  const at = rule.at[0] ?? facts.at;
  const name = textOf(field(rule, "name"));
  const reach = withAdmission(reachOf(rule, facts, at), facts.spec);
  const targets = targetsOf(field(mutate, "targets"), facts, at);
  return patches.map((patch) => ({
    policy: facts.policy,
    ...ownNamespaceOf(facts.own),
    rule: isKnown(name) ? (name.known ?? "") : "?",
    engine: "kyverno",
    at,
    mark: patch.mark,
    ...(patch.triggerOnly === undefined ? {} : { triggerOnly: patch.triggerOnly }),
    addOnly: patch.addOnly,
    match: reach.match,
    exclude: reach.exclude,
    furtherConditions: [...reach.furtherConditions, ...patch.furtherConditions, ...(targets?.furtherConditions ?? [])],
    targets: targets?.filters ?? null,
  }));
}

function patchesOf(mutate: Value): KeelPatch[] {
  if (mutate.kind === "unknown") return strategicPatches(mutate);
  const own = [
    ...strategicPatches(field(mutate, "patchStrategicMerge")),
    ...jsonPatches(field(mutate, "patchesJson6902")),
  ];
  const each = itemsOf(field(mutate, "foreach")).flatMap((item) =>
    patchesOf(item).map((patch) => underForeach(patch, item)),
  );
  return [...own, ...each];
}

function underForeach(patch: KeelPatch, item: Value): KeelPatch {
  const reason = notEvaluated("the patch is applied by a foreach over a list", item.at);
  return { ...patch, furtherConditions: [...patch.furtherConditions, reason] };
}

function reachOf(rule: Value, facts: PolicyFacts, at: Span): Reach {
  const match = blocks(field(rule, "match"), at);
  const exclude = blocks(field(rule, "exclude"), at);
  const reach: Reach = {
    match: match.filters.flatMap((filter) => ownOnly(filter, facts.own)),
    exclude: exclude.filters.filter((filter) => !isEmpty(filter) && !exclude.ofSomeWrites.has(filter)),
    furtherConditions: [...match.doubts, ...exclude.doubts],
  };
  return narrowedByPreconditions(reach, field(rule, "preconditions"), field(rule, "celPreconditions"));
}

function withAdmission(reach: Reach, spec: Value): Reach {
  const admission = field(spec, "admission");
  if (admission.kind !== "bool" || admission.value) return reach;
  return withCondition(reach, notEvaluated("the policy is not applied at admission", admission.at));
}

function ownOnly(filter: ResourceFilter, own: Told<readonly string[]> | null): ResourceFilter[] {
  if (own === null) return [filter];
  const both = bothFilters(filter, { ...anyResource(filter.at), namespaces: own });
  // With wildcards the two lists do not join; its own namespace is the tighter of both.
  return [both ?? { ...filter, namespaces: own }];
}

interface Blocks {
  readonly filters: ResourceFilter[];
  readonly doubts: Reason[];
  /** Filters of blocks that also ask for what operation: an exclusion by them leaves the others. */
  readonly ofSomeWrites: Set<ResourceFilter>;
}

/** `any`, else `all`, else the flat form; an empty list counts as none (kyverno v1.19.0, pkg/engine/utils/match.go). */
function blocks(value: Value, at: Span): Blocks {
  const found: Blocks = { filters: [], doubts: [], ofSomeWrites: new Set() };
  if (value.kind === "unknown") {
    found.filters.push({ ...anyResource(at), kinds: unknown(value.reason) });
    return found;
  }
  const any = field(value, "any");
  const all = field(value, "all");
  if (any.kind === "unknown" || all.kind === "unknown") {
    const reason = any.kind === "unknown" ? any.reason : all.kind === "unknown" ? all.reason : null;
    if (reason !== null) found.filters.push({ ...anyResource(at), kinds: unknown(reason) });
  } else if (itemsOf(any).length > 0) found.filters.push(...itemsOf(any).map((block) => blockFilter(block, found, at)));
  else if (itemsOf(all).length > 0) joinAll(itemsOf(all), found, at);
  else if (value.kind === "mapping" && value.entries.size > 0) found.filters.push(blockFilter(value, found, at));
  return found;
}

function joinAll(items: readonly Value[], found: Blocks, at: Span): void {
  const [first, ...others] = items.map((block) => blockFilter(block, found, at));
  if (first === undefined) return;
  let joined = first;
  for (const other of others) {
    const both = bothFilters(joined, other);
    if (both === undefined)
      found.doubts.push(notEvaluated("several blocks of `all` restrict the same thing", [other.at]));
    else joined = both;
  }
  found.filters.push(joined);
  if (found.ofSomeWrites.size > 0) found.ofSomeWrites.add(joined);
}

function blockFilter(block: Value, found: Blocks, at: Span): ResourceFilter {
  const resources = resourceFilter(field(block, "resources"), block.at[0] ?? at);
  const asking = ["subjects", "roles", "clusterRoles"].map((key) => field(block, key));
  const furtherConditions = asking
    .filter((who) => itemsOf(who).length > 0)
    .map((who) => notEvaluated("the rule also asks who sends the request", who.at));
  const filter = furtherConditions.length === 0 ? resources : { ...resources, furtherConditions };
  if (!takesAllWrites(field(block, "resources", "operations"))) found.ofSomeWrites.add(filter);
  return filter;
}

/** A block with `operations` fits no others (kyverno v1.19.0, pkg/engine/utils/match.go, doesResourceMatchConditionBlock). */
function takesAllWrites(operations: Value): boolean {
  const written = optionalList(operations);
  return written === null || (isKnown(written) && ["CREATE", "UPDATE"].every((one) => written.known.includes(one)));
}

/** A `resources` block. */
function resourceFilter(resources: Value, at: Span): ResourceFilter {
  if (resources.kind === "unknown") return { ...anyResource(at), kinds: unknown(resources.reason) };
  return {
    kinds: textList(field(resources, "kinds")),
    namespaces: optionalList(field(resources, "namespaces")),
    names: optionalList(field(resources, "names")) ?? optionalList(field(resources, "name")),
    selector: labelSelector(field(resources, "selector")),
    namespaceSelector: labelSelector(field(resources, "namespaceSelector")),
    annotations: annotationsOf(field(resources, "annotations")),
    at: resources.at[0] ?? at,
  };
}

/** An annotation that could not be told stands under a key that any annotation fits. */
function annotationsOf(value: Value): ResourceFilter["annotations"] {
  if (value.kind === "null") return null;
  const { entries, rest } = textMap(value);
  return rest === null ? entries : new Map([...entries, ["*", unknown(rest)]]);
}

function optionalList(value: Value): Told<readonly string[]> | null {
  if (value.kind === "null" || (value.kind === "list" && value.items.length === 0)) return null;
  return textList(value);
}

function isEmpty(filter: ResourceFilter): boolean {
  const { kinds, namespaces, names, selector, namespaceSelector, annotations } = filter;
  if (filter.furtherConditions !== undefined) return false;
  const open = isKnown(kinds) && kinds.known.length === 0 && namespaces === null && names === null;
  return open && selector === null && namespaceSelector === null && annotations === null;
}

interface Targets {
  readonly filters: ResourceFilter[];
  readonly furtherConditions: Reason[];
}

/** `mutate.targets`: named apart from `match`, which then only chooses what sets the rule off. */
function targetsOf(value: Value, facts: PolicyFacts, at: Span): Targets | null {
  if (value.kind === "null") return null;
  if (value.kind === "unknown")
    return { filters: [{ ...anyResource(at), kinds: unknown(value.reason) }], furtherConditions: [] };
  const furtherConditions: Reason[] = [];
  const filters = itemsOf(value).map((target) => {
    const preconditions = field(target, "preconditions");
    if (preconditions.kind !== "null")
      furtherConditions.push(notEvaluated("a target has preconditions", preconditions.at));
    return targetFilter(target, facts, at);
  });
  return { filters, furtherConditions };
}

function targetFilter(target: Value, facts: PolicyFacts, at: Span): ResourceFilter {
  const namespace = withoutVariables(optionalList(field(target, "namespace")));
  const name = withoutVariables(optionalList(field(target, "name")));
  // Kyverno fetches a target named whole by its name, and then ignores the selector.
  const isNamed = [namespace, name].every(
    (list) => list !== null && isKnown(list) && !/[*?]/.test(list.known.join("")),
  );
  return {
    ...anyResource(target.at[0] ?? at),
    kinds: textList(field(target, "kind")),
    namespaces: facts.own ?? namespace,
    names: name,
    selector: isNamed ? null : labelSelector(field(target, "selector")),
  };
}

/** `{{ request.object... }}` takes its text from what sets the rule off. */
function withoutVariables(list: Told<readonly string[]> | null): Told<readonly string[]> | null {
  if (list === null || !isKnown(list) || !list.known.some((text) => text.includes("{{"))) return list;
  return unknown(notEvaluated("a target is named by a variable", list.at));
}
