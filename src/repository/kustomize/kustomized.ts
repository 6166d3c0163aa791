import type { DeclaredImage, DeclaredWorkload } from "../../model/release.ts";
import { isKnown, unknown } from "../../model/told.ts";
import type { TextMap } from "../manifests/field.ts";
import { keelMarks } from "../manifests/keel.ts";
import { anyChange, type Change } from "./change.ts";
import type { Kustomization } from "./kustomization.ts";

/** Changes that are kept apart for one file; of more it counts as changed in everything. */
const maximumChanges = 100;

/** By path, what kustomizations may change in a manifest: those that name it, and those that name them. */
export function changesByPath(kustomizations: readonly Kustomization[]): ReadonlyMap<string, readonly Change[]> {
  const found = new Map<string, Map<string, Change>>();
  for (const { path, changes } of kustomizations) add(found, path, byKey(changes));
  // What a component changes is what the kustomization has that it belongs to; then all goes down to what is named.
  const pairs = kustomizations.flatMap(({ path, components }) => components.map((from) => ({ from, path })));
  const users = Map.groupBy(pairs, ({ from }) => from);
  spread(found, (path) => (users.get(path) ?? []).map((user) => user.path));
  const documents = Map.groupBy(kustomizations, ({ path }) => path);
  spread(found, (path) => (documents.get(path) ?? []).flatMap(({ names }) => names));
  return new Map([...found].map(([path, changes]) => [path, [...changes.values()]]));
}

type ByKey = ReadonlyMap<string, Change>;

/** Each path is visited again only when it has got something new, which ends at the most that it keeps. */
function spread(found: Map<string, Map<string, Change>>, linked: (path: string) => readonly string[]): void {
  const pending = [...found.keys()];
  const waiting = new Set(pending);
  for (let from = pending.pop(); from !== undefined; from = pending.pop()) {
    waiting.delete(from);
    for (const to of linked(from)) {
      if (!add(found, to, found.get(from) ?? new Map()) || waiting.has(to)) continue;
      waiting.add(to);
      pending.push(to);
    }
  }
}

/** Whether something is new. */
function add(found: Map<string, Map<string, Change>>, path: string, changes: ByKey): boolean {
  const own = found.get(path) ?? new Map<string, Change>();
  const before = own.size;
  found.set(path, own);
  for (const [key, change] of changes) {
    if (own.has(key)) continue;
    if (own.size < maximumChanges) own.set(key, change);
    else for (const [any, unbounded] of byKey(anyChange(change.why))) own.set(any, own.get(any) ?? unbounded);
  }
  return own.size > before;
}

/** By what a change is, whoever makes it. */
function byKey(changes: readonly Change[]): ByKey {
  return new Map(changes.map((change) => [JSON.stringify({ ...change, why: undefined }), change]));
}

/** The workload with what a kustomization may change in it as unknown. `changes`: of its file. */
export function kustomized(workload: DeclaredWorkload, changes: readonly Change[]): DeclaredWorkload {
  const isRenamed = changes.some(({ field }) => field === "name");
  const own = changes.filter((change) => concerns(change, workload, isRenamed));
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

/** A patch names its object as it is written, or as it is by then. */
function concerns({ of }: Change, { workloadKind, id: { name } }: DeclaredWorkload, isRenamed: boolean): boolean {
  if (of === undefined) return true;
  if (of.kind !== null && of.kind !== workloadKind) return false;
  return of.name === null || isRenamed || !isKnown(name) || name.known === of.name;
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
