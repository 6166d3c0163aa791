import type { KeelMark } from "../../model/release.ts";
import type { Span } from "../../model/span.ts";
import type { Told } from "../../model/told.ts";
import { isKnown, known, unknown } from "../../model/told.ts";
import type { Value } from "../value.ts";
import type { TextMap } from "./field.ts";
import { field, itemsOf, requiredText, textList, textMap, textOf } from "./field.ts";

/** Keys that name the policy, in the order in which Keel looks for them. It reads no other `keel.observer/` key. */
export const policyKeys = ["keel.sh/policy", "keel.observer/policy"] as const;
export const triggerKey = "keel.sh/trigger";
export const approvalsKey = "keel.sh/approvals";
const matchTagKeys = ["keel.sh/matchTag", "keel.sh/match-tag"] as const;

type Place = NonNullable<KeelMark["place"]>;

/**
 * What Keel is told on one object, the effective mark first. It looks for the policy in the annotations
 * and only without one in the labels, so an annotation, even an empty one, beats any label. Where either
 * may have a policy that could not be told, a mark with an unknown policy stands for it.
 */
export function keelMarks(annotations: TextMap, labels: TextMap, place: Place = "workload"): KeelMark[] {
  const marks: KeelMark[] = [];
  const annotated = markIn(annotations, "annotation", place);
  if (annotated !== undefined) marks.push(withTrigger(annotated, annotations, labels));
  if (annotated !== undefined && isKnown(annotated.policy)) return marks;
  const labelled = markIn(labels, "label", place);
  if (labelled !== undefined) marks.push(withTrigger(labelled, annotations, labels));
  return marks;
}

function markIn(map: TextMap, from: "annotation" | "label", place: Place): KeelMark | undefined {
  const policy = first(map, policyKeys);
  if (policy === undefined) return undefined;
  const matchTag = first(map, matchTagKeys);
  const mark = { policy, trigger: known(null), from, at: spansOf(policy), place };
  return matchTag === undefined ? mark : { ...mark, matchTag: isTrue(matchTag) };
}

function isTrue(told: Told<string>): Told<boolean> {
  return isKnown(told) ? known(told.known === "true", told.at) : told;
}

/** The first of the keys that is there; unknown where one may be. */
function first(map: TextMap, keys: readonly string[]): Told<string> | undefined {
  for (const key of keys) {
    const value = map.entries.get(key);
    if (value !== undefined) return value;
    if (map.rest !== null) return unknown(map.rest);
  }
  return undefined;
}

function withTrigger(mark: KeelMark, annotations: TextMap, labels: TextMap): KeelMark {
  const trigger = first(annotations, [triggerKey]) ?? first(labels, [triggerKey]) ?? known(null);
  const approvals = approvalsOf(annotations.entries, labels.entries);
  return { ...mark, trigger, ...(approvals === undefined ? {} : { approvals }) };
}

type Texts = TextMap["entries"];

/** Of approvals a label comes first (keel 0.22, provider/kubernetes/approvals.go). */
export function approvalsOf(annotations: Texts, labels: Texts): Told<string> | undefined {
  return labels.get(approvalsKey) ?? annotations.get(approvalsKey);
}

export function spansOf(told: Told<unknown>): readonly Span[] {
  return isKnown(told) ? told.at : told.unknown.at;
}

/** Keel's block in the values of a release: `keel.policy`, read by Keel's Helm provider. */
export function keelValues(values: Value): KeelMark | null {
  const block = field(values, "keel");
  if (block.kind !== "mapping") return null;
  const policy = field(block, "policy");
  if (policy.kind === "null" || !keelReads(block)) return null;
  const told = requiredText(policy);
  const matchTag = field(block, "matchTag");
  const approvals = field(block, "approvals");
  const mark: KeelMark = {
    policy: told,
    trigger: textOf(field(block, "trigger")),
    from: "values",
    at: spansOf(told),
    place: "values",
    ...(approvals.kind === "null" ? {} : { approvals: requiredText(approvals) }),
    ...namedImages(field(block, "images")),
  };
  return matchTag.kind === "null" ? mark : { ...mark, matchTag: isTrue(requiredText(matchTag)) };
}

/** `images: [{ repository: image.repository, tag: image.tag }]`: where in the values the images stand. */
function namedImages(images: Value): Pick<KeelMark, "images"> {
  if (images.kind === "null") return {};
  if (images.kind === "unknown") return { images: unknown(images.reason) };
  const paths = itemsOf(images).flatMap((item) => [field(item, "repository"), field(item, "tag")]);
  const told = textList({ kind: "list", items: paths.filter(({ kind }) => kind !== "null"), at: images.at });
  return { images: told };
}

/** Keel leaves a release alone whose `keel.images` is known to be empty; a chart may bring its own list. */
function keelReads(block: Value): boolean {
  const images = field(block, "images");
  return images.kind !== "list" || images.items.length > 0;
}

/** Marks in annotations and labels anywhere in the values of a release, for the chart to put somewhere. */
export function keelMarksInValues(values: Value): KeelMark[] {
  const marks: KeelMark[] = [];
  collect(values, [], marks);
  return marks;
}

function collect(value: Value, path: readonly string[], marks: KeelMark[]): void {
  if (value.kind === "list") for (const item of value.items) collect(item, path, marks);
  if (value.kind !== "mapping") return;
  if (policyKeys.some((key) => value.entries.has(key))) marks.push(...marksOf(value, path));
  for (const [key, item] of value.entries) collect(item, [...path, key], marks);
}

function marksOf(value: Value, path: readonly string[]): KeelMark[] {
  const { entries } = textMap(value);
  const written: TextMap = { entries, rest: null };
  const nothing: TextMap = { entries: new Map(), rest: null };
  const place = onPods(path) ? "pod template" : "values";
  const isLabels = /labels$/i.test(path.at(-1) ?? "");
  return isLabels ? keelMarks(nothing, written, place) : keelMarks(written, nothing, place);
}

/** `podAnnotations`, or `template.metadata.annotations` of an object in the values. */
function onPods(path: readonly string[]): boolean {
  return /^pod/i.test(path.at(-1) ?? "") || path.at(-3) === "template";
}
