import type { ApiPod } from "../model/ledger.ts";
import { isKnown, type Reason } from "../model/told.ts";
import { judge } from "./judge.ts";
import { climb } from "./ladder.ts";
import { remembered, type Memory } from "./memory.ts";
import type { Policy } from "./policy.ts";
import { isReady } from "./prove-ready.ts";
import { ask, type Program } from "./requests.ts";
import { scan } from "./scan.ts";

/** What is known of the node's leftovers, and whether what is stopped here is left behind too. */
interface Before {
  readonly memory: Memory;
  readonly persists: boolean;
}

/** Seconds for a pod whose containers no signal can reach: more would be waited for in vain. */
const graceInVain = 1;
/** Seconds on top of the grace of a pod that this deleted, by our clock and by the API server's. */
const ownMargin = 2;
/** Milliseconds. */
const betweenLooks = 500;
const mostLooks = 120;

/**
 * Gives a stuck pod a new uid, which ends its back-off: the kubelet counts it by the pod's uid [kubernetes v1.36.3,
 * pkg/kubelet/kuberuntime/kuberuntime_manager.go, GetBackoffKey]. Only where a controller makes another, and plainly: a forced
 * delete makes new orphans. Where what is stopped on this node is left behind, this pod would be the next: its own containers
 * are then cleared as the others were. One that is Ready by now is left alone.
 */
export function* renew(
  stuck: ApiPod,
  { memory, persists }: Before,
  policy: Policy,
): Program<{ readonly memory: Memory } | { readonly reason: Reason }> {
  const before = yield* stillStuck(stuck);
  if ("reason" in before) return before;
  if (before.pod === null) return { memory };
  if (before.pod.owner === null || before.pod.configMirror !== null)
    return {
      reason: because("not-permitted", "no controller would make another: it starts when its back-off is over"),
    };
  const graceSeconds = persists ? graceInVain : null;
  if (!(yield* ask({ kind: "consent", to: { do: "delete", pod: before.pod, graceSeconds } })))
    return { reason: because("not-permitted", "its deletion was refused") };
  const { namespace, name, uid } = stuck;
  const written = yield* ask({ kind: "record", event: { event: "deleting", namespace, name, uid } });
  if (!isKnown(written)) return { reason: written.unknown };
  // A person may take an hour to answer, and its back-off may be over by then.
  const now = yield* stillStuck(stuck);
  if ("reason" in now) return now;
  if (now.pod === null) return { memory };
  const deleted = yield* ask({ kind: "delete-pod", namespace, name, uid, graceSeconds });
  if (!isKnown(deleted)) return { reason: deleted.unknown };
  return persists ? yield* clearItself(now.pod, memory, policy) : { memory };
}

/** The pod as the API has it; `null`: it is gone, another has its name, or it is Ready. */
function* stillStuck({
  namespace,
  name,
  uid,
}: ApiPod): Program<{ readonly pod: ApiPod | null } | { readonly reason: Reason }> {
  const pause = yield* ask({ kind: "pause" });
  if (!isKnown(pause)) return { reason: pause.unknown };
  if (pause.known) return { reason: because("not-permitted", "sweeping is paused for the whole cluster") };
  const asked = yield* ask({ kind: "pod", namespace, name });
  if (!isKnown(asked)) return { reason: asked.unknown };
  const { pod } = asked.known;
  return { pod: pod === null || pod.uid !== uid || isReady(pod) ? null : pod };
}

/** Waits until the deleted pod is gone, or is overdue; then it is cleared as any other. */
function* clearItself(
  { uid }: ApiPod,
  memory: Memory,
  policy: Policy,
): Program<{ readonly memory: Memory } | { readonly reason: Reason }> {
  const own: Policy = {
    ...policy,
    named: new Set([uid]),
    overdue: true,
    overdueMargin: ownMargin,
    minimumAge: 0,
    // It was deleted here, a moment ago and by its uid: that it is so need not be found out three times.
    confirmations: 1,
  };
  yield* ask({ kind: "wait", milliseconds: (graceInVain + ownMargin) * 1000 });
  let current = memory;
  for (let looks = 0; looks < mostLooks; looks++) {
    const now = yield* scan(current, own);
    const judgement = judge(now, current, own);
    current = { ...remembered(current, now), absences: judgement.absences };
    const listed = isKnown(now.after) ? now.after.known.pods.some((pod) => pod.uid === uid) : true;
    if (!listed) return { memory: current };
    const verdict = judgement.leftovers.find(({ pod }) => pod.uid === uid)?.verdict;
    const hold = judgement.premises.every(({ state }) => state === "holds");
    if (hold && verdict?.is === "candidate" && verdict.waits === null) {
      const { outcome, memory: after } = yield* climb(verdict.target, current, own);
      if (outcome.is === "aborted") return { reason: outcome.reason };
      if (outcome.is === "refused") return { reason: because("not-permitted", `rung ${outcome.before} was refused`) };
      return { memory: after };
    }
    yield* ask({ kind: "wait", milliseconds: betweenLooks });
  }
  return { reason: because("timed-out", "the deleted pod neither went nor could be cleared") };
}

function because(code: Reason["code"], text: string): Reason {
  return { code, text, at: [] };
}
