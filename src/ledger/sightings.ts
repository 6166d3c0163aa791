import type { ApiLedger, ApiPod, NodeObservation, PodAnswer, PodKnowledge, UnparsedPod } from "../model/ledger.ts";
import { isKnown, known, unknown, type Reason, type Told } from "../model/told.ts";
import type { Evidence } from "./evidence.ts";
import type { Warning } from "./node-view.ts";

/** What the API server said of pods around the reading of one node. */
export interface Sightings {
  /** The list that was taken before, or after; unknown where it was not told or is of another node. */
  readonly before: Told<ApiLedger>;
  readonly after: Told<ApiLedger>;
  /**
   * Seconds from the first list to the second, by the one clock that read both; unknown where absence from the lists
   * proves nothing.
   */
  readonly span: Told<number>;
  readonly warnings: readonly Warning[];
  /** The pod as a list has it, by any of the names that a node may know it by. */
  in(which: "before" | "after", uid: string): ApiPod | null;
  /** A pod of one of the lists that has one of these names, and could not be read; `null`: none. */
  unparsed(uid: string): UnparsedPod | null;
  /** Of this name, in the list that was taken after. */
  named(namespace: string, name: string): ApiPod | null;
  /** What a GET of this name gave; `null`: it was not asked. */
  asked(namespace: string, name: string): Told<PodAnswer> | null;
  /** What the lists say of a uid. */
  evidenceOf(uid: string): readonly Evidence[];
}

/** Reads the lists of pods for one node. A list of another node, or in another order, is none. */
export function readSightings(knowledge: PodKnowledge, observation: NodeObservation): Sightings {
  const before = ofNode(knowledge.before, observation.node);
  const after = ofNode(knowledge.after, observation.node);
  const index = { before: indexOf(before), after: indexOf(after) };
  const names = new Map(podsOf(after).map((pod) => [nameKey(pod.namespace, pod.name), pod]));
  const span = spanOf(before, after, observation);
  const unparsed = [before, after].flatMap((list) => (isKnown(list) ? list.known.unparsed : []));
  const lookUp = (which: "before" | "after", uid: string) => index[which].get(uid) ?? null;
  return {
    before,
    after,
    span,
    warnings: warningsOf(knowledge, { before, after }, span),
    in: lookUp,
    unparsed: (uid) => unparsed.find((pod) => pod.uid === uid || pod.configHash === uid) ?? null,
    named: (namespace, name) => names.get(nameKey(namespace, name)) ?? null,
    asked: answersIn(knowledge.asked),
    evidenceOf: (uid) => [
      ...listEvidence("before", before, lookUp("before", uid) !== null),
      ...listEvidence("after", after, lookUp("after", uid) !== null),
    ],
  };
}

/** The same lists, and what was asked by name after them. */
export function withAnswers(sightings: Sightings, asked: PodKnowledge["asked"]): Sightings {
  return { ...sightings, asked: answersIn(asked) };
}

function answersIn(asked: PodKnowledge["asked"]): Sightings["asked"] {
  return (namespace, name) => asked.get(nameKey(namespace, name)) ?? null;
}

/** The key of {@link PodKnowledge.asked}: neither part of a name may have a slash. */
export function nameKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** The uid by which runtime and cgroups know a pod: for the mirror of a static pod, the hash of its file. */
export function localUid(pod: ApiPod): string {
  return (pod.configMirror === null ? null : (pod.configHash ?? pod.configMirror)) ?? pod.uid;
}

function podsOf(list: Told<ApiLedger>): readonly ApiPod[] {
  return isKnown(list) ? list.known.pods : [];
}

/** Every name that a node may know a pod by. That of the pod itself is stronger than what an annotation claims. */
function indexOf(list: Told<ApiLedger>): ReadonlyMap<string, ApiPod> {
  const index = new Map<string, ApiPod>();
  for (const pod of podsOf(list)) {
    for (const claimed of [pod.configHash, pod.configMirror]) if (claimed !== null) index.set(claimed, pod);
  }
  for (const pod of podsOf(list)) index.set(pod.uid, pod);
  return index;
}

function ofNode(list: Told<ApiLedger>, node: string): Told<ApiLedger> {
  if (!isKnown(list) || list.known.node === null || list.known.node === node) return list;
  return unknown(reason("incomplete", `the list of pods is of node ${list.known.node}, not of ${node}`));
}

/**
 * Absence is proven by a list from before the node was read and one from after, by the count of the run. A
 * resourceVersion that went back means another history: a restored etcd, or another API server. They can be compared as
 * numbers [kubernetes v1.35, staging/src/k8s.io/apimachinery/pkg/util/resourceversion].
 */
function spanOf(before: Told<ApiLedger>, after: Told<ApiLedger>, { runtime, kernel }: NodeObservation): Told<number> {
  if (!isKnown(before)) return before;
  if (!isKnown(after)) return after;
  const first = before.known;
  const last = after.known;
  const between = [
    ...(isKnown(runtime) ? [runtime.known.reading] : []),
    ...(isKnown(kernel) ? [kernel.known.reading] : []),
  ];
  const apart = between.every(({ began, ended }) => first.reading.ended < began && ended < last.reading.began);
  if (!apart || first.reading.ended >= last.reading.began)
    return unknown(reason("incomplete", "the node was not read between the two lists of pods"));
  if (wentBack(first.resourceVersion, last.resourceVersion))
    return unknown(
      reason(
        "wrong-cluster",
        `the resourceVersion went back from ${first.resourceVersion} to ${last.resourceVersion}: a restored etcd, or another API server`,
      ),
    );
  if ([...first.unparsed, ...last.unparsed].some(({ uid }) => uid === null))
    return unknown(reason("not-understood", "the API listed a pod without a uid: it may be any of those here"));
  const seconds = (Date.parse(last.reading.at) - Date.parse(first.reading.at)) / 1000;
  if (!(seconds >= 0)) return unknown(reason("contradicted", "the clock of this run went back while it read"));
  return known(seconds);
}

function wentBack(first: string, last: string): boolean {
  return decimal.test(first) && decimal.test(last) && BigInt(last) < BigInt(first);
}

const decimal = /^[1-9]\d{0,38}$/;

function warningsOf(
  knowledge: PodKnowledge,
  { before, after }: { before: Told<ApiLedger>; after: Told<ApiLedger> },
  span: Told<number>,
): readonly Warning[] {
  const scopes = [
    [knowledge.before, before],
    [knowledge.after, after],
  ] as const;
  const wrongScope = scopes.flatMap(([given, used]) => (isKnown(given) && !isKnown(used) ? [used.unknown.text] : []));
  const warnings: Warning[] = [...new Set(wrongScope)].map((text) => ({ code: "list-scope", text }));
  if (isKnown(before) && isKnown(after) && !isKnown(span))
    warnings.push({
      code: warningCodes.get(span.unknown.code) ?? "list-order",
      text: span.unknown.text,
    });
  return warnings;
}

const warningCodes: ReadonlyMap<string, Warning["code"]> = new Map([
  ["wrong-cluster", "resource-version-back"],
  ["not-understood", "unparsed"],
]);

function listEvidence(which: "before" | "after", list: Told<ApiLedger>, has: boolean): readonly Evidence[] {
  if (!isKnown(list)) return [];
  const { reading, resourceVersion, node } = list.known;
  return [{ kind: "list", which, at: reading.at, resourceVersion, node, has }];
}

function reason(code: Reason["code"], text: string): Reason {
  return { code, text, at: [] };
}
