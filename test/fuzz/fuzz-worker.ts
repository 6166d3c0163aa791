import { parentPort, workerData } from "node:worker_threads";
import { tryInput } from "./try-inputs.ts";

const given: { seed: number; seconds: number; inputs?: number } = workerData;
const { seed, seconds, inputs = Infinity } = given;
const until = performance.now() + seconds * 1000;

for (let index = 0; index < inputs && (index === 0 || performance.now() < until); index++) {
  parentPort?.postMessage(tryInput(seed + index), []);
}
