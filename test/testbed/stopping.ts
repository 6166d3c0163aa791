const controller = new AbortController();

/** Aborted once this process was asked to end. Waits and builds give up then, so that what was started is undone. */
export const stopping: AbortSignal = controller.signal;

/** From now on Ctrl-C and SIGTERM abort `stopping` instead of ending the process where it stands. */
export function stopOnSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => controller.abort(new Stopped(signal)));
  }
}

export class Stopped extends Error {
  /** As a shell gives it: 128 and the signal's number. */
  readonly exitCode: number;

  constructor(signal: "SIGINT" | "SIGTERM" | "SIGHUP") {
    super(`stopped by ${signal}`);
    this.name = "Stopped";
    this.exitCode = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[signal];
  }
}
