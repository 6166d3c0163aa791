import { stoppingSignals } from "../stopping-signals.ts";

/**
 * Does what must not be broken off. The first signal that asks this process to end is passed on: `work` then undoes what it
 * has begun, and after that the process ends as the signal would have ended it. A second one ends it at once.
 */
export async function untilStopped<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const control = new AbortController();
  let by: NodeJS.Signals | null = null;
  const stop = (signal: NodeJS.Signals): void => {
    by = signal;
    forget();
    control.abort();
  };
  const forget = (): void => {
    for (const signal of stoppingSignals) process.off(signal, stop);
  };
  for (const signal of stoppingSignals) process.on(signal, stop);
  try {
    return await work(control.signal);
  } finally {
    forget();
    if (by !== null) {
      process.kill(process.pid, by);
      // The signal comes from outside, some moments later: until then nothing of a result is told.
      await new Promise(() => {});
    }
  }
}
