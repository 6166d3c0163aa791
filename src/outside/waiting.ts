import { setTimeout as sleepReally } from "node:timers/promises";

/** The clock, as far as somebody waits by it. */
export interface Waiting {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Ends early, without an error, where the signal fires: who waits looks at it. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<unknown>;
}

export const realWaiting: Waiting = {
  now: Date.now,
  sleep: (milliseconds, signal) =>
    sleepReally(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};
