import { setTimeout as sleep } from "node:timers/promises";
import { stopping } from "./stopping.ts";

/** What one look found: whether it is what was waited for, and what it was, for the error that says it never came. */
export interface Look {
  readonly done: boolean;
  /** A function is asked only for that error. */
  readonly saw: string | (() => Promise<string>);
  /** It will never be done: do not wait for the deadline. */
  readonly hopeless?: boolean;
}

export interface UntilOptions {
  /** Milliseconds after which it throws. Default: five minutes, as a machine may be busy with other things. */
  readonly deadline?: number;
  /** Milliseconds between two looks. Default 250. */
  readonly every?: number;
}

/**
 * Looks until it is done. Throws at the deadline, saying what was seen last; a look that throws has seen its message.
 * Throws at once when this process was asked to end.
 */
export async function until(what: string, look: () => Look | Promise<Look>, options: UntilOptions = {}): Promise<void> {
  const { deadline = 300_000, every = 250 } = options;
  const end = performance.now() + deadline;
  const lost = lostLook(deadline + 10_000);
  for (;;) {
    stopping.throwIfAborted();
    const { done, saw, hopeless = false } = await Promise.race([attempt(look), lost]);
    if (done) return;
    const told = async (): Promise<string> => (typeof saw === "string" ? saw : saw());
    if (hopeless) throw new Error(`${what} will not come: ${await told()}`);
    if (performance.now() > end) {
      throw new Error(`waited ${Math.round(deadline / 1000)} s for ${what}; saw instead: ${await told()}`);
    }
    await sleep(every);
  }
}

/** In the place of a look that gives no answer until well after the deadline, or until the process is to end. */
async function lostLook(patience: number): Promise<Look> {
  await sleep(patience, undefined, { ref: false, signal: stopping }).catch(() => {});
  return { done: false, saw: "the last look gave no answer" };
}

async function attempt(look: () => Look | Promise<Look>): Promise<Look> {
  try {
    return await look();
  } catch (error) {
    return { done: false, saw: error instanceof Error ? error.message : String(error) };
  }
}
