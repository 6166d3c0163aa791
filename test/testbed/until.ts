import { setTimeout as sleep } from "node:timers/promises";
import { stopping } from "./stopping.ts";

/** What one look found: whether it is what was waited for, and what it was, for the error that says it never came. */
export interface Look {
  readonly done: boolean;
  readonly saw: string;
  /** It will never be done: do not wait for the deadline. */
  readonly hopeless?: boolean;
}

/**
 * Looks every `every` milliseconds (default 250) until it is done. Throws after `deadline` milliseconds, saying what
 * was seen last. A look that throws has seen nothing yet; its message is what was seen. Throws at once when this
 * process was asked to end.
 */
export async function until(
  what: string,
  deadline: number,
  look: () => Look | Promise<Look>,
  every = 250,
): Promise<void> {
  const end = performance.now() + deadline;
  for (;;) {
    stopping.throwIfAborted();
    const { done, saw, hopeless = false } = await attempt(look);
    if (done) return;
    if (hopeless) throw new Error(`${what} will not come: ${saw}`);
    if (performance.now() > end) {
      throw new Error(`waited ${Math.round(deadline / 1000)} s for ${what}; saw instead: ${saw}`);
    }
    await sleep(every);
  }
}

async function attempt(look: () => Look | Promise<Look>): Promise<Look> {
  try {
    return await look();
  } catch (error) {
    return { done: false, saw: error instanceof Error ? error.message : String(error) };
  }
}
