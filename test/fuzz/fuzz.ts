import { Worker } from "node:worker_threads";
import { hungRun } from "../limits.ts";
import type { Harm } from "./try-inputs.ts";

interface FuzzResult {
  readonly tried: number;
  readonly harm: readonly Harm[];
}

/**
 * Audits damaged copies of the example for some seconds, in a thread of its own, so that one that hangs can be
 * told. The inputs have the seeds `seed`, `seed + 1`, and so on.
 */
export function fuzz(
  seed: number,
  limits: { readonly seconds: number; readonly inputs?: number },
): Promise<FuzzResult> {
  const harm: Harm[] = [];
  let tried = 0;
  const { promise, resolve, reject } = Promise.withResolvers<FuzzResult>();
  const worker = new Worker(new URL("fuzz-worker.ts", import.meta.url), {
    workerData: { seed, ...limits },
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  });
  const end = (last?: string): void => {
    clearTimeout(watch);
    void worker.terminate();
    if (last !== undefined) harm.push({ seed: seed + tried, what: last });
    resolve({ tried, harm });
  };
  let watch = setTimeout(end, hungRun, "does not end");
  worker.on("message", (found: Harm | null) => {
    tried += 1;
    if (found !== null) harm.push(found);
    clearTimeout(watch);
    watch = setTimeout(end, hungRun, "does not end");
  });
  worker.on("error", (error: Error) => (error.message.includes("memory") ? end(error.message) : reject(error)));
  worker.on("exit", () => end());
  return promise;
}
