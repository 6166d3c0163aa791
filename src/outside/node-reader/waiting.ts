import { setTimeout as sleepReally } from "node:timers/promises";

/** The clock, as far as somebody waits by it. */
export interface Waiting {
  /** Milliseconds, from wherever. */
  readonly now: () => number;
  /** Ends early, without an error, where the signal fires. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export const realWaiting: Waiting = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => sleepReally(milliseconds, undefined, { signal }).catch(() => undefined),
};
