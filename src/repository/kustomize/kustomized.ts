import type { DeclaredImage, DeclaredWorkload } from "../../model/release.ts";
import { isKnown, known, unknown, type Told } from "../../model/told.ts";
import type { TextMap } from "../manifests/field.ts";
import { keelMarks } from "../manifests/keel.ts";
import type { DeclaredNamespace, Injection } from "../repository.ts";
import { anyChange, type Change } from "./change.ts";
import type { Kustomization } from "./kustomization.ts";

/** Changes that are kept apart for one file; of more it counts as changed in everything. */
const maximumChanges = 100;

/** By path, what kustomizations may change in a manifest: those that name it, and those that name them. */
export function changesByPath(kustomizations: readonly Kustomization[]): ReadonlyMap<string, readonly Change[]> {
  const found: Found = new Map();
  for (const { path, changes } of kustomizations)
    for (const [key, change] of byKey(changes)) add(found, path, key, change);
  // What a component changes is what the kustomization has that it belongs to; then all goes down to what is named.
  spread(
    found,
    linksOf(kustomizations.flatMap(({ path, components }) => components.map((from) => ({ from, to: path })))),
  );
  spread(found, linksOf(kustomizations.flatMap(({ path, names }) => names.map((to) => ({ from: path, to })))));
  return new Map([...found].map(([path, changes]) => [path, [...changes.values()]]));
}

type Found = Map<string, Map<string, Change>>;
type Links = ReadonlyMap<string, ReadonlySet<string>>;

function linksOf(pairs: readonly { readonly from: string; readonly to: string }[]): Links {
  return new Map(
    [...Map.groupBy(pairs, ({ from }) => from)].map(([from, all]) => [from, new Set(all.map(({ to }) => to))]),
  );
}

/** Each change takes each link once, whatever circles the links form. */
function spread(found: Found, links: Links): void {
  const pending = [...found].flatMap(([path, changes]) => [...changes].map(([key, change]) => ({ path, key, change })));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const to of links.get(next.path) ?? [])
      for (const [key, change] of add(found, to, next.key, next.change)) pending.push({ path: to, key, change });
  }
}

const nothing: readonly (readonly [string, Change])[] = [];

/** What is new by it. */
function add(found: Found, path: string, key: string, change: Change): typeof nothing {
  const own = found.get(path) ?? new Map<string, Change>();
  found.set(path, own);
  if (own.size > maximumChanges || own.has(key)) return nothing;
  const added = own.size < maximumChanges ? [[key, change] as const] : unbounded(change, own);
  for (const [name, one] of added) own.set(name, one);
  return added;
}

function unbounded({ why }: Change, own: ByKey): typeof nothing {
  if (anyKeys.every((key) => own.has(key))) return nothing;
  return [...byKey(anyChange(why))].filter(([key]) => !own.has(key));
}

type ByKey = ReadonlyMap<string, Change>;

/** By what a change is, whoever makes it. */
function byKey(changes: readonly Change[]): ByKey {
  return new Map(changes.map((change) => [JSON.stringify({ ...change, why: undefined }), change]));
}

const anyKeys = [...byKey(anyChange({ code: "kustomization-not-read", text: "", at: [] })).keys()];

/** The workload with what a kustomization may change in it as unknown. `changes`: of its file. */
export function kustomized(workload: DeclaredWorkload, changes: readonly Change[]): DeclaredWorkload {
  const own = changesOf(workload.workloadKind, workload.id.name, changes);
  if (own.length === 0) return workload;
  const labels = changed({ entries: workload.labels, rest: workload.labelsRest ?? null }, own, "label");
  const annotations = changed(
    { entries: workload.annotations, rest: workload.annotationsRest ?? null },
    own,
    "annotation",
  );
  const name = own.find(({ field }) => field === "name");
  const namespace = own.find((change) => change.field === "namespace" && !isAlready(workload, change.value));
  return {
    ...workload,
    labels: labels.entries,
    annotations: annotations.entries,
    ...(labels.rest === null ? {} : { labelsRest: labels.rest }),
    ...(annotations.rest === null ? {} : { annotationsRest: annotations.rest }),
    images: workload.images.map((image) => kustomizedImage(image, own)),
    keelMarks: keelMarks(annotations, labels),
    ...(name === undefined ? {} : { renamed: name.why }),
    ...(namespace === undefined ? {} : { moved: namespace.why }),
  };
}

/** The namespace with the labels as unknown that a kustomization may change: policies select by them. */
export function kustomizedNamespace(namespace: DeclaredNamespace, changes: readonly Change[]): DeclaredNamespace {
  const own = changesOf("Namespace", namespace.name, changes);
  const labels = changed({ entries: namespace.labels, rest: namespace.labelsUnknown }, own, "label");
  return { ...namespace, labels: labels.entries, labelsUnknown: labels.rest };
}

/** The policy, of which it may be unknown as what the cluster has it. */
export function kustomizedInjection(injection: Injection, changes: readonly Change[]): Injection {
  const [kind = "", name = ""] = injection.policy.split("/", 2);
  const isNamespaced = kind === "Policy" || kind === "NamespacedMutatingPolicy";
  const renaming = changesOf(kind, known(name), changes).find(
    (change) =>
      change.field === "name" || (change.field === "namespace" && isNamespaced && change.value !== injection.namespace),
  );
  return renaming === undefined ? injection : { ...injection, renamed: renaming.why };
}

/** Those that concern an object. A patch names it as it is written, or as it is by then. */
function changesOf(kind: string, name: Told<string>, changes: readonly Change[]): readonly Change[] {
  const isRenamed = changes.some(({ field }) => field === "name");
  return changes.filter(({ of }) => {
    if (of === undefined) return true;
    if (of.kind !== null && of.kind !== kind) return false;
    return of.name === null || isRenamed || !isKnown(name) || name.known === of.name;
  });
}

function isAlready({ id: { namespace } }: DeclaredWorkload, value: string | null): boolean {
  return isKnown(namespace) && namespace.known === value;
}

function changed(map: TextMap, changes: readonly Change[], field: "label" | "annotation"): TextMap {
  const entries = new Map(map.entries);
  let { rest } = map;
  for (const change of changes) {
    if (change.field !== field) continue;
    if (change.key !== null) entries.set(change.key, unknown(change.why));
    else {
      rest ??= change.why;
      for (const key of entries.keys()) entries.set(key, unknown(change.why));
    }
  }
  return { entries, rest };
}

function kustomizedImage(image: DeclaredImage, changes: readonly Change[]): DeclaredImage {
  const own = changes.filter((one) => one.field === "image" && (one.name === null || isNamed(image, one.name)));
  const [change] = own;
  if (change === undefined) return image;
  const isAny = own.some((one) => one.field === "image" && one.name === null);
  return { ...image, reference: unknown(change.why), ...(isAny ? { pullPolicy: unknown(change.why) } : {}) };
}

function isNamed({ reference }: DeclaredImage, name: string): boolean {
  if (!isKnown(reference)) return true;
  const rest = reference.known.startsWith(name) ? reference.known.slice(name.length) : "?";
  return rest === "" || /^[:@]/.test(rest);
}
