import { parentPort, workerData } from "node:worker_threads";
import { runHistory } from "./history.ts";
import type { Done, Share } from "./prove-histories.ts";
import { Tally } from "./tally.ts";

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- prove-histories.ts gives it
const { seed, count } = workerData as Share;
const tally = new Tally();
const violations: [number, string][] = [];
for (let at = seed; at < seed + count; at++) {
  try {
    runHistory(at, tally);
  } catch (error) {
    violations.push([at, error instanceof Error ? error.message : "thrown"]);
  }
}
const done: Done = { counts: [...tally.counts], violations };
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
parentPort?.postMessage(done);
