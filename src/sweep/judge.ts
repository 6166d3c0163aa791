import type { PodView } from "../ledger/node-view.ts";
import type { Cause } from "../model/node-word.ts";
import { isKnown, type Reason } from "../model/told.ts";
import type { Absence, Memory } from "./memory.ts";
import type { Policy } from "./policy.ts";
import { premisesOf, type Premise } from "./premises.ts";
import { protections, type Facts, type ProtectionId } from "./protections.ts";
import { isLeftOver, type Scan } from "./scan.ts";
import type { Target } from "./target.ts";
import { targetOf } from "./target-of.ts";

/** What a scan found, and what may be done about it. */
export interface Judgement {
  readonly premises: readonly Premise[];
  readonly leftovers: readonly Leftover[];
  /** By uid: what the next scan has to know of this one. */
  readonly absences: ReadonlyMap<string, Absence>;
}

export interface Leftover {
  readonly kind: "orphan" | "overdue";
  readonly pod: PodView;
  readonly verdict: Verdict;
  /** Why it does not end (rung 0); `null`: it was not asked. */
  readonly cause: Cause | null;
}

export type Verdict =
  /** `waits`: `null` once it has waited long enough. */
  | { readonly is: "candidate"; readonly target: Target; readonly waits: Wait | null }
  | { readonly is: "protected"; readonly by: ProtectionId; readonly text: string }
  | { readonly is: "unknown"; readonly reason: Reason };

/** What a candidate still waits for. */
interface Wait {
  /** Of its grace and the margin, in seconds. */
  readonly seconds: number;
  /** Scans in a row that have yet to agree. */
  readonly confirmations: number;
}

/** Judges a scan. Pure: the same scan and memory give the same judgement. */
export function judge(scan: Scan, memory: Memory, policy: Policy): Judgement {
  const premises = premisesOf(scan, memory, policy);
  const hold = premises.every(({ state }) => state === "holds");
  const absences = new Map(stillAbsent(scan, memory));
  const leftovers = scan.view.pods.filter(isLeftOver).map((pod): Leftover => {
    const kind = pod.standing === "overdue" ? "overdue" : "orphan";
    const verdict = verdictOf({ pod, scan, memory, policy });
    const before = memory.absences.get(pod.uid);
    const earlier = before?.kind === kind ? before : undefined;
    const confirmed = hold && verdict.is === "candidate" ? (earlier?.confirmations ?? 0) + 1 : 0;
    const absence: Absence = { kind, since: earlier?.since ?? scan.at, confirmations: confirmed };
    absences.set(pod.uid, absence);
    if (verdict.is !== "candidate") return { kind, pod, cause: null, verdict };
    return {
      kind,
      pod,
      cause: null,
      verdict: { ...verdict, waits: waitOf(verdict.target, absence, scan, memory, policy) },
    };
  });
  return { premises, leftovers, absences };
}

/**
 * What was absent before and is no leftover now: a sighting in the API ends its absence, and so does that nothing of it is left. A
 * scan that could not tell does neither; it only breaks the row of those that agree.
 */
function stillAbsent(
  { after, first, kernel, view }: Scan,
  { absences }: Memory,
): readonly (readonly [string, Absence])[] {
  const listed = new Set(isKnown(after) ? after.known.pods.map(({ uid }) => uid) : []);
  for (const { uid, evidence } of view.pods)
    if (evidence.some((each) => each.kind === "get" && each.uid === uid)) listed.add(uid);
  const there = new Set(view.pods.filter(({ standing }) => standing !== "dead").map(({ uid }) => uid));
  return [...absences]
    .filter(([uid]) => !listed.has(uid) && (there.has(uid) || !isKnown(first) || !isKnown(kernel) || !isKnown(after)))
    .map(([uid, absence]) => [uid, { ...absence, confirmations: 0 }] as const);
}

function verdictOf(facts: Facts): Verdict {
  for (const { id, protects } of protections) {
    const protection = protects(facts);
    if (protection === null) continue;
    return "unknown" in protection
      ? { is: "unknown", reason: protection.unknown }
      : { is: "protected", by: id, text: protection.text };
  }
  const target = targetOf(facts.pod, facts.scan, facts.memory);
  return "unknown" in target ? { is: "unknown", reason: target.unknown } : { is: "candidate", target, waits: null };
}

/**
 * How long a candidate has to be absent: what its containers were given to end by themselves, as the runtime or the API ever
 * said it, and a margin. That the runtime calls a container exited says nothing: the pod's processes live. One that was never
 * seen being deleted may have been given more than its containers say.
 */
function waitOf(
  { kind, uid, containers }: Target,
  { since, confirmations }: Absence,
  { at }: Scan,
  { graces }: Memory,
  { grace, confirmations: asked }: Policy,
): Wait | null {
  const had = Math.max(
    graces.get(uid) ?? grace?.unseen ?? 0,
    ...containers.map(({ graceSeconds }) => graceSeconds ?? 0),
  );
  // The deletionTimestamp of one that is overdue has its grace in it.
  const needed = grace === null || kind === "overdue" ? 0 : had + grace.margin;
  const seconds = Math.max(0, needed - (at - since) / 1000);
  const missing = Math.max(0, asked - confirmations);
  return seconds > 0 || missing > 0 ? { seconds: Math.ceil(seconds), confirmations: missing } : null;
}
