import type { ApiLedger } from "../model/ledger.ts";
import { isKnown, type Told } from "../model/told.ts";
import type { Scan } from "./scan.ts";
import type { Target } from "./target.ts";

/** What a scan has to know of those before it. A restart begins with {@link noMemory}, and what the journal gives back. */
export interface Memory {
  /** The list of pods of the scan before, and when that was, in milliseconds of the clock that nobody sets. */
  readonly list: { readonly pods: Told<ApiLedger>; readonly at: number } | null;
  readonly pins: Pins | null;
  /** The uid that was acted on last, and was not cleared: another comes first. */
  readonly last: string | null;
  /** The highest resourceVersion of a list, in decimal. */
  readonly newest: string | null;
  /** What showed that the API went back in time; `null`: nothing did. It stands until the program begins anew. */
  readonly wentBack: string | null;
  /** By uid: the largest grace, in seconds, with which its deletion was ever listed. */
  readonly graces: ReadonlyMap<string, number>;
  readonly absences: ReadonlyMap<string, Absence>;
  /** By uid: how often something was done to it. */
  readonly attempts: ReadonlyMap<string, number>;
  /** By uid: what was written down before something was done, and is not known to be cleared. */
  readonly ours: ReadonlyMap<string, Target>;
}

/** What the cluster and the machine were when they were first seen: a node does not change them. */
export interface Pins {
  readonly clusterUid: string;
  readonly machineId: string;
}

/** Since when a uid was in no list, and how many scans in a row have found all that makes a candidate. */
export interface Absence {
  /** What is overdue is in the API: it is absent from when it is an orphan. */
  readonly kind: "orphan" | "overdue";
  readonly since: number;
  readonly confirmations: number;
}

export const noMemory: Memory = {
  list: null,
  pins: null,
  last: null,
  newest: null,
  wentBack: null,
  graces: new Map(),
  absences: new Map(),
  attempts: new Map(),
  ours: new Map(),
};

/** What of a scan counts for the next one, its verdicts aside. */
export function remembered(memory: Memory, scan: Scan): Memory {
  const { after, before, at, word } = scan;
  const lists = [before, after].filter(isKnown).map(({ known }) => known);
  const graces = new Map(memory.graces);
  for (const { uid, deletion } of lists.flatMap(({ pods }) => pods)) {
    if (deletion === null || deletion.graceSeconds === null) continue;
    graces.set(uid, Math.max(deletion.graceSeconds, graces.get(uid) ?? 0));
  }
  return {
    ...memory,
    list: { pods: after, at },
    pins: memory.pins ?? pinsOf(word),
    wentBack: backIn(memory, scan),
    newest: lists.reduce((newest, { resourceVersion }) => later(newest, resourceVersion), memory.newest),
    graces: withoutTheGone(graces, scan),
  };
}

/** Only where the API server has this very machine: what another says would keep the right one out for good. */
function pinsOf(word: Scan["word"]): Pins | null {
  if (word === null || !isKnown(word.cluster) || !isKnown(word.machine)) return null;
  const { clusterUid, node } = word.cluster.known;
  const { bootId, machineId } = word.machine.known;
  if (clusterUid === null || machineId === null) return null;
  return node?.bootId === bootId && node.machineId === machineId ? { clusterUid, machineId } : null;
}

/**
 * Graces are kept for as long as anything has the uid, and while it could not be told: else they would grow with every pod
 * that ever was. Between the last list that has a pod and the first scan that calls it left over, only the node has it.
 */
function withoutTheGone(
  graces: ReadonlyMap<string, number>,
  { before, after, first, kernel, view }: Scan,
): ReadonlyMap<string, number> {
  if (![before, after, first, kernel].every((told) => isKnown<unknown>(told))) return graces;
  const there = new Set(view.pods.map(({ uid }) => uid));
  for (const list of [before, after]) if (isKnown(list)) for (const { uid } of list.known.pods) there.add(uid);
  return new Map([...graces].filter(([uid]) => there.has(uid)));
}

function later(newest: string | null, resourceVersion: string): string | null {
  if (!decimal.test(resourceVersion)) return newest;
  return newest === null || BigInt(resourceVersion) > BigInt(newest) ? resourceVersion : newest;
}

/**
 * What shows that the API is not what it was: an etcd that was restored from before, or another API server. A list is older than one that was
 * read before, or what this wrote last is gone. What comes later does not undo it: revisions grow again, and what is written again is there.
 */
export function backIn({ newest, wentBack }: Memory, { before, after, word }: Scan): string | null {
  if (wentBack !== null) return wentBack;
  const back = [before, after]
    .filter(isKnown)
    .find(({ known: { resourceVersion } }) => isOlder(resourceVersion, newest));
  if (back !== undefined) return `the resourceVersion went back from ${newest} to ${back.known.resourceVersion}`;
  const isLost = word !== null && isKnown(word.cluster) && word.cluster.known.ownWrite === "lost";
  return isLost ? lostWrite : null;
}

/** Says of an API that it does not have what this program wrote there last. */
export const lostWrite = "what this wrote last is not in the API any more";

function isOlder(resourceVersion: string, newest: string | null): boolean {
  return newest !== null && decimal.test(resourceVersion) && BigInt(resourceVersion) < BigInt(newest);
}

const decimal = /^[1-9]\d{0,38}$/;
