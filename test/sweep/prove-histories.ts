import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { neverSeen } from "./seen.ts";
import { Tally } from "./tally.ts";

/** What a worker did of its share. */
export interface Share {
  readonly seed: number;
  readonly count: number;
}

export interface Done {
  readonly counts: readonly (readonly [string, number])[];
  /** Seeds, with what was violated. */
  readonly violations: readonly (readonly [number, string])[];
}

/** Runs so many histories on all cores, and prints what they came to. Gives the exit code. */
export async function proveHistories(seed: number, count: number): Promise<number> {
  const began = performance.now();
  const cores = availableParallelism();
  const each = Math.ceil(count / cores);
  const shares = Array.from({ length: cores }, (_, index) => ({ seed: seed + index * each, count: each }));
  const done = await Promise.all(shares.map(runShare));
  const tally = new Tally();
  for (const { counts } of done) tally.addAll(counts);
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `seed ${seed}, ${each * cores} histories, ${Math.round((each * cores) / seconds)} a second on ${cores} cores`,
  );
  for (const [what, number] of [...tally.counts].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`${number}\t${what}`);
  const violations = done.flatMap((part) => part.violations);
  for (const [at, text] of violations.slice(0, 20)) console.log(`violated by history ${at}: ${text}`);
  const missing = neverSeen(tally);
  for (const what of missing) console.log(`never seen: ${what}`);
  console.log(`${violations.length} violations`);
  return violations.length + missing.length === 0 ? 0 : 1;
}

function runShare(workerData: Share): Promise<Done> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("histories-worker.ts", import.meta.url), { workerData });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}
