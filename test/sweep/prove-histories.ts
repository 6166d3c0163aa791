import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { neverSeen } from "./seen.ts";
import { Tally } from "./tally.ts";

/** What a worker is to do. */
export interface Share {
  readonly seed: number;
  readonly count: number;
}

/** What a worker did of its share since it told last. */
export interface Done {
  readonly histories: number;
  readonly counts: readonly (readonly [string, number])[];
  /** Seeds, with what was violated. */
  readonly violations: readonly (readonly [number, string])[];
}

/** So many come to everything that has to be seen. */
const enough = 4000;

/** Runs so many histories on all cores, and prints what they came to. Gives the exit code. */
export async function proveHistories(seed: number, count: number): Promise<number> {
  const began = performance.now();
  const cores = Math.min(availableParallelism(), count);
  const each = Math.ceil(count / cores);
  const shares = Array.from({ length: cores }, (_, index) => ({
    seed: seed + index * each,
    count: Math.min(each, count - index * each),
  }));
  const tally = new Tally();
  const violations: (readonly [number, string])[] = [];
  let histories = 0;
  const take = (done: Done): void => {
    histories += done.histories;
    tally.addAll(done.counts);
    violations.push(...done.violations);
    for (const [at, text] of done.violations)
      console.log(`violated by history ${at}: ${text} (again: --seed ${at} --count 1)`);
    console.error(`${histories} of ${count} histories, ${violations.length} violations`);
  };
  await Promise.all(shares.map((share) => runShare(share, take)));
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `seed ${seed}, ${histories} histories in ${Math.round(seconds)} s, ${Math.round(histories / seconds)} a second on ${cores} cores`,
  );
  for (const [what, number] of [...tally.counts].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`${number}\t${what}`);
  const missing = histories < enough ? [] : neverSeen(tally);
  for (const what of missing) console.log(`never seen: ${what}`);
  console.log(`${violations.length} violations`);
  return violations.length + missing.length === 0 ? 0 : 1;
}

/** Megabytes: a history leaves nothing behind, and a small nursery would be emptied again and again. */
const nursery = 64;

function runShare(workerData: Share, take: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("histories-worker.ts", import.meta.url), {
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: nursery },
    });
    worker.on("message", take);
    worker.once("error", reject);
    worker.once("exit", () => resolve());
  });
}
