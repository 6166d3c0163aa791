import type { Span } from "../../model/span.ts";
import type { Reason, Told } from "../../model/told.ts";
import { isKnown } from "../../model/told.ts";
import type { Injection, LabelSelector, ResourceFilter } from "../repository.ts";
import type { TextMap } from "./field.ts";
import { kindsKeelReads } from "./workloads.ts";

/** What is known of the workload that a policy may reach. */
export interface WorkloadFacts {
  /** `null`: a chart renders it, and which kinds is not known. */
  readonly kind: string | null;
  readonly namespace: Told<string>;
  /** `null`: a chart makes the name. */
  readonly name: Told<string> | null;
  /** A `rest` of code `chart-not-rendered` or `environment` leaves the answer conditional, any other unknown. */
  readonly labels: TextMap;
  readonly annotations: TextMap;
  /** Labels of its namespace, where the repository declares it; not given: not known here. */
  readonly namespaceLabels?: TextMap;
}

/** Whether a policy reaches a workload. `because` completes "it does (not) because ...". */
export interface Reached {
  readonly reached: "yes" | "no" | "conditional" | "unknown";
  readonly because: string;
  readonly by: readonly Span[];
  /** Why not: an exclusion holds only as long as it stands. */
  readonly how?: "excluded" | "not matched" | "not read by Keel";
}

/** Whether the injected instruction gets to the workload in a place where Keel reads it. */
export function reaches(injection: Injection, workload: WorkloadFacts): Reached {
  const unread = unreadByKeel(injection, workload);
  if (unread !== undefined) return unread;
  const isTargeted = injection.targets !== null;
  const matched = or(
    (injection.targets ?? injection.match).map((filter) => filterPasses(filter, workload, false)),
    injection.at,
  );
  if (matched.reached === "no") return { ...matched, how: "not matched" };
  const excluded = or(
    isTargeted ? [] : injection.exclude.map((filter) => filterPasses(filter, workload, true)),
    injection.at,
  );
  if (excluded.reached === "yes")
    return { ...excluded, reached: "no", because: `excluded: ${excluded.because}`, how: "excluded" };
  const notExcluded =
    excluded.reached === "no" ? [] : [{ ...excluded, because: `unless excluded: ${excluded.because}` }];
  return and([
    matched,
    ...notExcluded,
    ...defaultExclusion(injection, workload),
    ...injection.furtherConditions.map(conditionally),
  ]);
}

function unreadByKeel(injection: Injection, workload: WorkloadFacts): Reached | undefined {
  const { kind } = workload;
  if (kind !== null && !kindsKeelReads.has(kind)) {
    return { reached: "no", because: `Keel does not watch objects of kind ${kind}`, by: [], how: "not read by Keel" };
  }
  if (injection.mark.place !== "pod template") return undefined;
  const because = "the policy writes to the pod template, which Keel does not read";
  return { reached: "no", because, by: injection.mark.at, how: "not read by Keel" };
}

const unwatched = new Set(["kube-system", "kube-public", "kube-node-lease", "kyverno"]);

/** Kyverno's chart keeps it away from these namespaces by default; targets are not filtered so. */
function defaultExclusion(injection: Injection, workload: WorkloadFacts): Reached[] {
  const { namespace } = workload;
  if (injection.engine !== "kyverno" || injection.targets !== null || !isKnown(namespace)) return [];
  if (!unwatched.has(namespace.known)) return [];
  const because = `Kyverno's chart by default leaves out the namespace ${namespace.known}`;
  return [{ reached: "conditional", because, by: [injection.at] }];
}

function conditionally(reason: Reason): Reached {
  return { reached: "conditional", because: reason.text, by: reason.at };
}

const order = ["no", "unknown", "conditional", "yes"] as const;

/** The weakest answer decides. */
function and(answers: readonly Reached[]): Reached {
  for (const answer of order) {
    const found = answers.filter(({ reached }) => reached === answer);
    const [first] = found;
    if (first === undefined || answer === "yes") continue;
    // What has to be so for it to be reached: all of it. A refusal or an open question needs one.
    return answer === "conditional" ? { ...first, because: allOf(found), by: found.flatMap(({ by }) => by) } : first;
  }
  const because = answers.map((answer) => answer.because).filter((text) => text !== "");
  return { reached: "yes", because: because.join(", "), by: answers.flatMap(({ by }) => by) };
}

function allOf(answers: readonly Reached[]): string {
  return [...new Set(answers.map(({ because }) => because))].join(" and ");
}

/** The strongest answer decides. Of several refusals the one that came furthest says why. */
function or(answers: readonly Reached[], at: Span): Reached {
  for (const answer of ["yes", "unknown", "conditional"] as const) {
    const found = answers.find(({ reached }) => reached === answer);
    if (found !== undefined) return found;
  }
  const refusals = answers.filter(({ because }) => !because.startsWith("kind ")).concat(answers);
  return refusals[0] ?? { reached: "no", because: "it names no resources", by: [at] };
}

function filterPasses(filter: ResourceFilter, workload: WorkloadFacts, isExclusion: boolean): Reached {
  const at = [filter.at];
  const kind = kindPasses(filter.kinds, workload.kind, at);
  // Of several refusals the first says why: most policies end here.
  if (kind.reached === "no") return kind;
  const namespaceLabels = withName(workload.namespaceLabels ?? notHere, workload.namespace);
  return and([
    kind,
    listPasses(filter.namespaces, workload.namespace, "namespace", at),
    listPasses(filter.names, workload.name, "name", at),
    selectorPasses(filter.selector, workload.labels, "label", at),
    selectorPasses(filter.namespaceSelector, namespaceLabels, "namespace label", at),
    annotationsPass(
      filter.annotations,
      isExclusion ? withoutHiddenMarks(filter.annotations, workload.annotations) : workload.annotations,
      at,
    ),
    ...(filter.furtherConditions ?? []).map(conditionally),
  ]);
}

const notHere: TextMap = {
  entries: new Map(),
  rest: { code: "environment", text: "the labels of the namespace are not in the repository", at: [] },
};

/** Kubernetes labels every namespace with its name. */
function withName(labels: TextMap, namespace: Told<string>): TextMap {
  return { entries: new Map([...labels.entries, ["kubernetes.io/metadata.name", namespace]]), rest: labels.rest };
}

/** A chart does not write Keel's annotations by itself: those that the values do not set are not there. */
function withoutHiddenMarks(wanted: ResourceFilter["annotations"], annotations: TextMap): TextMap {
  const isKeel = wanted !== null && [...wanted.keys()].every((key) => key.startsWith("keel."));
  return isKeel && annotations.rest?.code === "chart-not-rendered" ? { ...annotations, rest: null } : annotations;
}

function kindPasses(kinds: Told<readonly string[]>, kind: string | null, at: readonly Span[]): Reached {
  if (!isKnown(kinds)) return notTold(kinds.unknown);
  if (kinds.known.length === 0) return passes;
  if (kind !== null) {
    const isMatch = kinds.known.some((selector) => wildcardMatch(kindOf(selector), kind));
    return isMatch ? passes : { reached: "no", because: `kind ${kind} is not among ${kinds.known.join(", ")}`, by: at };
  }
  const read = [...kindsKeelReads].filter((one) =>
    kinds.known.some((selector) => wildcardMatch(kindOf(selector), one)),
  );
  if (read.length === 0)
    return { reached: "no", because: `kind ${kinds.known.join(", ")} is not one that Keel watches`, by: at };
  const isUsual = ["Deployment", "StatefulSet", "DaemonSet"].every((one) => read.includes(one));
  return isUsual ? passes : { reached: "conditional", because: `if the chart renders a ${read.join(" or ")}`, by: at };
}

const passes: Reached = { reached: "yes", because: "", by: [] };

/** The kind of `group/version/Kind`; a selector of a subresource matches no whole object. */
function kindOf(selector: string): string {
  const parts = selector.split("/");
  const last = parts.at(-1) ?? "";
  const [kind = "", subresource] = last.split(".", 2);
  if (subresource !== undefined || parts.length === 4) return "";
  if (parts.length === 1) return kind;
  if (parts.length === 2) return isVersion(parts[0] ?? "") && !/^[a-z]/.test(last) ? kind : "";
  return isVersion(parts[0] ?? "") ? "" : kind;
}

function isVersion(text: string): boolean {
  return /^(?:v[0-9]+(?:(?:alpha|beta)[0-9]+)?|\*)$/.test(text);
}

function listPasses(
  list: Told<readonly string[]> | null,
  value: Told<string> | null,
  what: string,
  at: readonly Span[],
): Reached {
  if (list === null) return passes;
  if (!isKnown(list)) return notTold(list.unknown);
  if (list.known.length === 0 || list.known.includes("*")) return passes;
  if (value === null)
    return { reached: "conditional", because: `if its ${what} is ${list.known.join(" or ")}`, by: at };
  if (!isKnown(value)) return notTold(value.unknown);
  const found = list.known.find((pattern) => wildcardMatch(pattern, value.known));
  if (found !== undefined) return { reached: "yes", because: `${what} ${value.known}`, by: placeOf(list, found, at) };
  return { reached: "no", because: `${what} ${value.known} is not named`, by: at };
}

/** The place of the entry that matched, where each has one; the list comes first in `at`. */
function placeOf(
  list: { readonly known: readonly string[]; readonly at: readonly Span[] },
  found: string,
  at: readonly Span[],
): readonly Span[] {
  const own = list.at.length - list.known.length;
  const place = own >= 0 && own <= 1 ? list.at[own + list.known.indexOf(found)] : undefined;
  return place === undefined ? at : [place];
}

function selectorPasses(selector: LabelSelector | null, labels: TextMap, what: string, at: readonly Span[]): Reached {
  if (selector === null) return passes;
  const answers: Reached[] = selector.unknown === null ? [] : [notTold(selector.unknown)];
  for (const [key, value] of selector.matchLabels) answers.push(entryPasses(key, value, labels, what, at));
  for (const { key, operator, values } of selector.matchExpressions)
    answers.push(expressionPasses(key, operator, values, labels, what, at));
  return and(answers);
}

function annotationsPass(wanted: ResourceFilter["annotations"], annotations: TextMap, at: readonly Span[]): Reached {
  return wanted === null
    ? passes
    : and([...wanted].map(([key, value]) => entryPasses(key, value, annotations, "annotation", at)));
}

function entryPasses(key: string, wanted: Told<string>, map: TextMap, what: string, at: readonly Span[]): Reached {
  if (!isKnown(wanted)) return notTold(wanted.unknown);
  const entry = [...map.entries].filter(([name]) => wildcardMatch(key, name));
  for (const [, value] of entry) {
    if (!isKnown(value)) return notTold(value.unknown);
    if (wildcardMatch(wanted.known, value.known))
      return { reached: "yes", because: `${what} ${key}=${value.known}`, by: at };
  }
  const isOpen = map.rest !== null && (entry.length === 0 || /[*?]/.test(key));
  return isOpen
    ? left(map.rest, `${what} ${key}=${wanted.known}`, at)
    : refused(`${what} ${key}=${wanted.known} is missing`, at);
}

function expressionPasses(
  key: string,
  operator: LabelSelector["matchExpressions"][number]["operator"],
  values: readonly string[],
  labels: TextMap,
  what: string,
  at: readonly Span[],
): Reached {
  const value = labels.entries.get(key);
  const text = describe(key, operator, values, what);
  if (value !== undefined && !isKnown(value)) return notTold(value.unknown);
  if (value === undefined && labels.rest !== null) return left(labels.rest, text, at);
  const has = value !== undefined;
  const isIn = has && values.includes(value.known);
  const holds = { In: isIn, NotIn: !isIn, Exists: has, DoesNotExist: !has }[operator];
  return holds ? { reached: "yes", because: text, by: at } : refused(`${text} does not hold`, at);
}

function describe(key: string, operator: string, values: readonly string[], what: string): string {
  return values.length === 0 ? `${what} ${key} ${operator}` : `${what} ${key} ${operator} ${values.join(", ")}`;
}

function refused(because: string, by: readonly Span[]): Reached {
  return { reached: "no", because, by };
}

/** The repository does not say: the chart or the cluster decides, or it could not be told. */
function left(rest: Reason | null, wanted: string, by: readonly Span[]): Reached {
  if (rest === null) return refused(`${wanted} is missing`, by);
  if (rest.code === "chart-not-rendered")
    return { reached: "conditional", because: `if the chart renders ${wanted}`, by };
  if (rest.code === "environment") return { reached: "conditional", because: `if it has the ${wanted}`, by };
  return notTold(rest);
}

function notTold(reason: Reason): Reached {
  return { reached: "unknown", because: reason.text, by: reason.at };
}

/** `*` for any text and `?` for any one character, as Kyverno reads them. Linear in both texts but for repeats. */
export function wildcardMatch(pattern: string, text: string): boolean {
  let [at, inPattern, star, mark] = [0, 0, -1, 0];
  while (at < text.length) {
    const character = pattern[inPattern];
    if (character === "*") [star, mark, inPattern] = [inPattern, at, inPattern + 1];
    else if (character === "?" || character === text[at]) [at, inPattern] = [at + 1, inPattern + 1];
    else if (star !== -1) [inPattern, mark, at] = [star + 1, mark + 1, mark + 1];
    else return false;
  }
  while (pattern[inPattern] === "*") inPattern += 1;
  return inPattern === pattern.length;
}
