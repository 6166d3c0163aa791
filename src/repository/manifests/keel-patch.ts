import type { KeelMark } from "../../model/release.ts";
import type { Reason, Told } from "../../model/told.ts";
import { isKnown, known, unknown } from "../../model/told.ts";
import { unknownLike } from "../value-tree.ts";
import type { MappingValue, Value } from "../value.ts";
import { parseYaml } from "../yaml.ts";
import { absent, field, itemsOf, opened, requiredText, textOf } from "./field.ts";
import { approvalsKey, policyKeys, spansOf, triggerKey } from "./keel.ts";

/** What a patch of a policy tells Keel. */
export interface KeelPatch {
  readonly mark: KeelMark;
  /** It writes the trigger and no policy: `mark.policy` says nothing. */
  readonly triggerOnly?: true;
  /** Only where the object has no such key of its own. */
  readonly addOnly: boolean;
  readonly furtherConditions: readonly Reason[];
}

const metadataPlaces = [
  { path: [], place: "workload" },
  { path: ["spec", "template"], place: "pod template" },
  { path: ["spec", "jobTemplate"], place: "pod template" },
  { path: ["spec", "jobTemplate", "spec", "template"], place: "pod template" },
] as const;

/** Keel's keys in a strategic merge patch, with Kyverno's anchors: `+(key)` adds, `(key)` is a condition. */
export function strategicPatches(patch: Value): KeelPatch[] {
  if (patch.kind === "null") return [];
  if (opened(patch).kind === "unknown") return [unknownPatch(opened(patch))];
  const furtherConditions = anchorConditions(patch);
  const patches: KeelPatch[] = [];
  for (const { path, place } of metadataPlaces) {
    for (const from of ["annotation", "label"] as const) {
      const found = anchored(patch, [...path, "metadata", `${from}s`]);
      const marked = markOf(found.value, from, place, found.addOnly);
      if (marked !== undefined) patches.push({ ...marked, furtherConditions });
    }
  }
  return withOneUntold(patches);
}

/** What could not be told high up in a patch could not be told in many places: it is said once. */
function withOneUntold(patches: readonly KeelPatch[]): KeelPatch[] {
  const told = patches.filter(({ mark }) => isKnown(mark.policy));
  const untold = patches.find(({ mark }) => !isKnown(mark.policy));
  return untold === undefined ? told : [...told, untold];
}

function unknownPatch(patch: Value): KeelPatch {
  const reason: Reason =
    patch.kind === "unknown"
      ? patch.reason
      : { code: "syntax-error", text: "the patch could not be read", at: patch.at };
  return { mark: unknownMark(reason, "annotation", "workload"), addOnly: false, furtherConditions: [] };
}

interface Anchored {
  readonly value: Value;
  readonly addOnly: boolean;
}

function anchored(patch: Value, path: readonly string[]): Anchored {
  let value = opened(patch);
  let addOnly = false;
  for (const key of path) {
    const plain = field(value, key);
    const added = plain.kind === "null" ? field(value, `+(${key})`) : plain;
    addOnly ||= added !== plain && added.kind !== "null";
    value = added.kind === "null" ? field(value, `=(${key})`) : added;
  }
  return { value, addOnly };
}

type Place = NonNullable<KeelMark["place"]>;
type Marked = Omit<KeelPatch, "furtherConditions">;

function markOf(map: Value, from: "annotation" | "label", place: Place, addOnly: boolean): Marked | undefined {
  if (map.kind === "unknown") return { mark: unknownMark(map.reason, from, place), addOnly };
  if (map.kind !== "mapping") return undefined;
  const policy = entryOf(map, policyKeys);
  if (policy === undefined && map.rest !== undefined) return { mark: unknownMark(map.rest, from, place), addOnly };
  if (policy === undefined || policy.value.kind === "null") return triggerOf(map, from, place, addOnly);
  const told = literal(policy.value);
  const trigger = entryOf(map, [triggerKey])?.value;
  const matchTag = entryOf(map, ["keel.sh/matchTag", "keel.sh/match-tag"])?.value;
  const approvals = entryOf(map, [approvalsKey])?.value;
  const mark: KeelMark = {
    policy: told,
    trigger: trigger === undefined || trigger.kind === "null" ? known(null) : literal(trigger),
    from,
    at: spansOf(told),
    place,
    ...(matchTag === undefined || matchTag.kind === "null" ? {} : { matchTag: isTrue(matchTag) }),
    ...(approvals === undefined || approvals.kind === "null" ? {} : { approvals: literal(approvals) }),
  };
  return { mark, addOnly: addOnly || policy.addOnly };
}

/** A trigger without a policy counts beside a policy that stands elsewhere. */
function triggerOf(
  map: MappingValue,
  from: "annotation" | "label",
  place: Place,
  addOnly: boolean,
): Marked | undefined {
  const written = entryOf(map, [triggerKey]);
  if (written === undefined || written.value.kind === "null") return undefined;
  const trigger = literal(written.value);
  const mark: KeelMark = { policy: known(""), trigger, from, at: spansOf(trigger), place };
  return { mark, triggerOnly: true, addOnly: addOnly || written.addOnly };
}

function unknownMark(reason: Reason, from: "annotation" | "label", place: Place): KeelMark {
  return { policy: unknown(reason), trigger: unknown(reason), from, at: reason.at, place };
}

function isTrue(value: Value): Told<boolean> {
  const text = requiredText(value);
  return isKnown(text) ? known(text.known === "true", text.at) : text;
}

function entryOf(map: MappingValue, keys: readonly string[]): Anchored | undefined {
  for (const key of keys) {
    const plain = map.entries.get(key);
    if (plain !== undefined) return { value: plain, addOnly: false };
    const added = map.entries.get(`+(${key})`);
    if (added !== undefined) return { value: added, addOnly: true };
  }
  return undefined;
}

/** Kyverno puts variables in at admission: a text that has one is not known. */
function literal(value: Value): Told<string> {
  const text = requiredText(value);
  if (!isKnown(text) || !text.known.includes("{{")) return text;
  return unknown({ code: "function-not-evaluated", text: "the policy puts a variable in at admission", at: text.at });
}

/** `(key)`, `<(key)`, `^(key)`, `X(key)`: the patch applies only to objects that look so. */
function anchorConditions(patch: Value): Reason[] {
  const value = opened(patch);
  if (value.kind === "list") return value.items.flatMap(anchorConditions);
  if (value.kind !== "mapping") return [];
  return [...value.entries].flatMap(([key, item]) => [...conditionOf(key, item), ...anchorConditions(item)]);
}

function conditionOf(key: string, item: Value): Reason[] {
  const isCondition = /^[<^X]?\(.*\)$/.test(key);
  const isAnything = item.kind === "string" && (item.value === "*" || item.value === "?*");
  if (!isCondition || isAnything) return [];
  return [{ code: "function-not-evaluated", text: `the patch applies only to objects whose ${key} fits`, at: item.at }];
}

const metadataPointer =
  /^\/((?:spec\/)(?:jobTemplate\/(?:spec\/template\/)?|template\/))?metadata\/(annotation|label)s(?:\/(.*))?$/;

/** Keel's keys in a JSON patch, which a policy holds as text. */
export function jsonPatches(text: Value): KeelPatch[] {
  const steps = patchTree(text);
  return steps.kind === "unknown" ? [unknownPatch(steps)] : jsonMarks(itemsOf(steps).flatMap(jsonWrite));
}

function patchTree(text: Value): Value {
  const tree = opened(text);
  if (tree.kind !== "string") return tree;
  const whole = tree.at[0] ?? null;
  const parsed = parseYaml({ text: tree.value, locate: () => whole });
  const [document] = parsed.documents;
  if (document !== undefined) return document.value;
  const mayMatter = tree.value.includes("keel") || tree.value.includes("{{");
  if (parsed.problems.length === 0 || !mayMatter) return absent;
  return unknownLike({ code: "syntax-error", text: "the JSON patch of a policy does not parse", at: tree.at }, tree.at);
}

/** What one operation writes into annotations or labels. */
interface JsonWrite {
  readonly from: "annotation" | "label";
  readonly place: Place;
  readonly map: Value;
  /** It writes the map as a whole, and what was there is gone. */
  readonly whole: boolean;
}

/** Operations of one patch often write the policy and its trigger one by one. */
function jsonMarks(writes: readonly JsonWrite[]): KeelPatch[] {
  const byMap = Map.groupBy(writes, ({ from, place }) => `${from} ${place}`);
  return [...byMap.values()].flatMap((group) => {
    const untold = group.filter(({ map }) => map.kind !== "mapping");
    return [...untold, ...joined(group)].flatMap(({ from, place, map }) => {
      const marked = markOf(map, from, place, false);
      return marked === undefined ? [] : [{ ...marked, furtherConditions: [] }];
    });
  });
}

function joined(group: readonly JsonWrite[]): JsonWrite[] {
  let all: (JsonWrite & { readonly map: MappingValue }) | undefined;
  for (const write of group) {
    const { map } = write;
    if (map.kind !== "mapping") continue;
    const before = write.whole ? undefined : all?.map;
    const entries = new Map([...(before?.entries ?? []), ...map.entries]);
    all = { ...write, map: { ...(before ?? map), entries } };
  }
  return all === undefined ? [] : [all];
}

function jsonWrite(step: Value): JsonWrite[] {
  const operation = textOf(field(step, "op"));
  const path = textOf(field(step, "path"));
  if (!isKnown(path) || path.known === null) return [];
  const target = metadataPointer.exec(path.known);
  if (target === null || (isKnown(operation) && operation.known !== "add" && operation.known !== "replace")) return [];
  const [, template, from, key] = target;
  const value = field(step, "value");
  const map = key === undefined ? value : asMapping(key.replaceAll("~1", "/").replaceAll("~0", "~"), value);
  const place = template === undefined ? "workload" : "pod template";
  return [{ from: from === "label" ? "label" : "annotation", place, map, whole: key === undefined }];
}

function asMapping(key: string, value: Value): Value {
  return { kind: "mapping", entries: new Map([[key, value]]), at: value.at };
}
