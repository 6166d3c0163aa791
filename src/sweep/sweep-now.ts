import type { Judgement, Leftover } from "./judge.ts";
import { cycle, type Cycle } from "./cycle.ts";
import type { Memory } from "./memory.ts";
import type { Outcome } from "./outcome.ts";
import type { Policy } from "./policy.ts";
import { ask, type Program } from "./requests.ts";

/** What one run for a person who is there saw and did. */
export interface SweepNow {
  /** The last cycle: what is left over by now. */
  readonly last: Cycle;
  readonly swept: readonly { readonly leftover: Leftover; readonly outcome: Outcome }[];
}

/** Milliseconds between two scans that have to agree. */
const between = 1000;
/** More than a person has to wait for on a node where all but one pod is left over. */
const mostCycles = 500;

/**
 * Scans until every leftover has been confirmed often enough, and clears them one after the other. Ends when nothing is left
 * that may be cleared now, or when one could not be: then the next would meet the same.
 */
export function* sweepNow(memory: Memory, policy: Policy): Program<SweepNow> {
  const swept: { leftover: Leftover; outcome: Outcome }[] = [];
  let last = yield* cycle(memory, policy);
  for (let cycles = 1; cycles < mostCycles; cycles++) {
    const { swept: done, judgement } = last;
    const leftover = judgement.leftovers.find(({ pod }) => pod.uid === done?.uid);
    if (done !== null && leftover !== undefined) swept.push({ leftover, outcome: done.outcome });
    const stopped = done !== null && done.outcome.is !== "cleared" && done.outcome.is !== "ports-freed";
    if (stopped || (done === null && !isWorthAnotherLook(judgement, policy))) break;
    if (done === null) yield* ask({ kind: "wait", milliseconds: between });
    last = yield* cycle(last.memory, policy);
  }
  return { last, swept };
}

/** Whether a candidate only waits for scans that agree. */
function isWorthAnotherLook({ premises, leftovers }: Judgement, { mode }: Policy): boolean {
  if (mode === "report" || premises.some(({ state }) => state !== "holds")) return false;
  return leftovers.some(
    ({ verdict }) => verdict.is === "candidate" && verdict.waits !== null && verdict.waits.seconds === 0,
  );
}
