import { isKnown, unknown, type Reason, type Told } from "../../model/told.ts";
import { endedEarly, givenUp } from "./start.ts";
import type { Waiting } from "../waiting.ts";

/** Milliseconds: no container runs sooner after its pod was made; then a little longer each time, as while an image is pulled. */
const first = 250;
const shortest = 100;
const longer = 1.3;
const longest = 1000;

/**
 * Asks a pod as soon as its container runs. The kubelet sees that by asking the runtime whenever somebody wants in
 * [kubernetes v1.36.3, pkg/kubelet/kubelet_pods.go, GetExec]; the API server is told of it a second or two later
 * [pkg/kubelet/pleg/generic.go]. What fails before the pod is said to run is asked again, and what fails after that is final.
 *
 * @param ask is called with what gives the question up
 * @param whenRunning gives `null` once the API server says that the pod runs, or why it never will, and calls `looked` when it
 *   has seen that neither is so: a pod that is not as it was meant is not asked
 */
export async function askSoon<T>(
  ask: (giveUp: AbortSignal) => Promise<Told<T>>,
  whenRunning: (giveUp: AbortSignal, looked: () => void) => Promise<Reason | null>,
  { signal, waiting }: { readonly signal: AbortSignal; readonly waiting: Waiting },
): Promise<{ readonly told: Told<T>; readonly wasAsked: boolean }> {
  const told = new AbortController();
  const never = new AbortController();
  const state: { isRunning: boolean; why: Reason | null } = { isRunning: false, why: null };
  const look = Promise.withResolvers<void>();
  const settle = async (): Promise<void> => {
    state.why = await whenRunning(AbortSignal.any([signal, told.signal]), look.resolve);
    state.isRunning = state.why === null;
    if (!state.isRunning) never.abort();
  };
  const settled = settle();
  const pause = (milliseconds: number): Promise<unknown> =>
    Promise.race([waiting.sleep(milliseconds, signal), settled]);
  let last: Told<T> | null = null;
  try {
    await Promise.race([look.promise, settled]);
    await pause(first);
    let between = shortest;
    while (state.why === null && !signal.aborted) {
      const { isRunning } = state;
      const answer = await ask(never.signal);
      if (isKnown(answer) || isRunning) return { told: answer, wasAsked: true };
      if (answer.unknown.code !== notRun) last = answer;
      if (!state.isRunning) await pause(between);
      between = Math.min(between * longer, longest);
    }
    await settled;
    // Who was in it has ended it: that explains more.
    if (state.why === endedEarly && last !== null) return { told: last, wasAsked: true };
    return { told: unknown(state.why ?? givenUp), wasAsked: false };
  } finally {
    told.abort();
  }
}

/** What a question gives that no program was there to answer (kube/exec.ts). */
const notRun = "not-served";
