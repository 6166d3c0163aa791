import { isKnown } from "../model/told.ts";
import { judge, type Judgement, type Leftover } from "./judge.ts";
import { climb } from "./ladder.ts";
import { remembered, type Memory } from "./memory.ts";
import type { Outcome } from "./outcome.ts";
import type { Policy } from "./policy.ts";
import { ask, type Program } from "./requests.ts";
import { livingOf, scan, type Scan } from "./scan.ts";
import { targetOf } from "./target-of.ts";
import type { Target } from "./target.ts";

/** One cycle: what was seen, what was judged, and what became of the one target that was acted on. */
export interface Cycle {
  readonly scan: Scan;
  readonly judgement: Judgement;
  /** `null`: nothing was to be done. */
  readonly swept: { readonly uid: string; readonly outcome: Outcome } | null;
  readonly memory: Memory;
}

/** Reads the node, judges it, and clears at most one leftover that has waited long enough. */
export function* cycle(memory: Memory, policy: Policy): Program<Cycle> {
  const seen = yield* scan(memory, policy);
  const judged = judge(seen, memory, policy);
  const judgement = { ...judged, leftovers: yield* withCauses(judged.leftovers, seen) };
  const known = yield* pinned(memory.pins, remembered(memory, seen));
  yield* graced(memory.graces, known.graces, seen);
  const next = yield* sighted(judgement, seen, { ...known, absences: judgement.absences });
  const target = ripe(judgement, memory.last);
  if (target === null || policy.mode === "report") return { scan: seen, judgement, swept: null, memory: next };
  const { outcome, memory: after } = yield* climb(target, next, policy);
  return { scan: seen, judgement, swept: { uid: target.uid, outcome }, memory: after };
}

/** Rung 0: says of each why it does not end. */
function* withCauses(leftovers: readonly Leftover[], { again }: Scan): Program<readonly Leftover[]> {
  const records = isKnown(again) ? new Set(again.known.sandboxes.map(({ id }) => id)) : null;
  const told: Leftover[] = [];
  for (const leftover of leftovers) {
    const { pod } = leftover;
    const recordLost = records !== null && !pod.sandboxes.some(({ sandbox }) => records.has(sandbox.id));
    const attempt = { said: null, tried: null, recordLost };
    const cause = yield* ask({ kind: "cause", processes: livingOf(pod), attempt });
    told.push({ ...leftover, cause });
  }
  return told;
}

/** Writes down which cluster and machine it is when that is first told: a restart would else believe whatever answers then. */
function* pinned(before: Memory["pins"], memory: Memory): Program<Memory> {
  if (before !== null || memory.pins === null) return memory;
  yield* ask({ kind: "record", event: { event: "pinned", ...memory.pins } });
  return memory;
}

/**
 * Writes down a grace that is larger than what the pod's containers say: the node has it nowhere, and the API no more once the pod is
 * deleted by force.
 */
function* graced(before: Memory["graces"], now: Memory["graces"], { view }: Scan): Program<void> {
  const said = new Map(
    view.pods.map(({ uid, containers }) => [uid, Math.max(0, ...containers.map((each) => each.graceSeconds ?? 0))]),
  );
  for (const [uid, seconds] of now) {
    if (seconds <= Math.max(said.get(uid) ?? 0, before.get(uid) ?? 0)) continue;
    yield* ask({ kind: "record", event: { event: "graced", uid, seconds } });
  }
}

/**
 * Writes down what a leftover is when it is first seen: a kubelet that collects the records of a sandbox whose shim is dead would
 * else take away all that says whose its processes are [kubernetes v1.36.3, pkg/kubelet/kuberuntime/kuberuntime_gc.go].
 */
function* sighted({ leftovers }: Judgement, seen: Scan, memory: Memory): Program<Memory> {
  const ours = new Map(memory.ours);
  for (const { pod, kind } of leftovers) {
    if (kind !== "orphan") continue;
    const before = ours.get(pod.uid);
    const target = targetOf(pod, seen, memory);
    if ("unknown" in target) continue;
    if (before !== undefined) {
      // What it has come to listen on since is looked for as well; where a restart forgets it, the next intent has it again.
      ours.set(pod.uid, { ...before, listeners: target.listeners });
      continue;
    }
    const written = yield* ask({ kind: "record", event: { event: "sighted", target } });
    if (isKnown(written)) ours.set(target.uid, target);
  }
  return { ...memory, ours };
}

/** A candidate that waits for nothing, if every premise holds: another than the last where there is one. */
function ripe({ premises, leftovers }: Judgement, last: string | null): Target | null {
  if (premises.some(({ state }) => state !== "holds")) return null;
  const targets = leftovers.flatMap(({ verdict }) =>
    verdict.is === "candidate" && verdict.waits === null ? [verdict.target] : [],
  );
  return targets.find(({ uid }) => uid !== last) ?? targets[0] ?? null;
}
