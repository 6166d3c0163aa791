import { parentPort, workerData } from "node:worker_threads";
import { runHistory } from "./history.ts";
import type { Done, Share } from "./prove-histories.ts";
import { Tally } from "./tally.ts";

/** After so many it tells what they came to: a run that is ended early has shown what it has shown. */
const slice = 10_000;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- prove-histories.ts gives it
const { seed, count } = workerData as Share;
const end = seed + count;
for (let from = seed; from < end; from += slice) {
  const done = runSlice(from, Math.min(from + slice, end));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
  parentPort?.postMessage(done);
}

function runSlice(from: number, until: number): Done {
  const tally = new Tally();
  const violations: [number, string][] = [];
  for (let at = from; at < until; at++) {
    try {
      runHistory(at, tally);
    } catch (error) {
      violations.push([at, error instanceof Error ? error.message : "thrown"]);
    }
  }
  return { histories: until - from, counts: [...tally.counts], violations };
}
