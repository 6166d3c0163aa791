import { gzipSync } from "node:zlib";
import type { ExecStep, KubeReason } from "../../src/model/kube-source.ts";
import type { NodeObservation } from "../../src/model/ledger.ts";
import { isKnown, known } from "../../src/model/told.ts";
import { readNodeByPod } from "../../src/outside/node-reader/read-node.ts";
import { snapshotLines } from "../../src/snapshot/record/nodes.ts";
import { incident } from "./incident.ts";
import { readerKube, type ReaderFacts } from "./reader-kube.ts";

/** Reads the node `cp` through a pod, in a cluster where these are the facts. */
export async function readByPod(facts: ReaderFacts = {}, { signal = new AbortController().signal, counted = 0 } = {}) {
  const { kube, waiting, asked, made } = readerKube({
    exec: () => printed(snapshotOf(incident().observation)),
    ...facts,
  });
  const sequence = (): number => (counted += 1);
  const options = { image: "holdfast:1", namespace: "kube-system", sequence, signal, waiting };
  const reading = await readNodeByPod(kube, "cp", options);
  return { ...reading, left: await reading.left, asked, made };
}

/** What `holdfast node-read` prints. */
export function snapshotOf(observation: NodeObservation): Buffer {
  const { knowledge } = incident();
  const nodes = [{ observed: { knowledge, observation }, cgroupRoot: null }];
  const lines = snapshotLines({ toolVersion: "0.1.0", at: "2026-05-17T09:00:40Z", server: null, nodes });
  return gzipSync([...lines].join(""));
}

export const ended = (exit: (ExecStep & { step: "ended" })["exit"]): ExecStep => ({ step: "ended", exit });

export async function* printed(
  bytes: Uint8Array,
  last: ExecStep = ended(known(0)),
  complaint = "",
): AsyncGenerator<ExecStep> {
  for (let at = 0; at < bytes.length; at += 1000)
    yield { step: "output", stream: "stdout", bytes: bytes.subarray(at, at + 1000) };
  if (complaint !== "") yield { step: "output", stream: "stderr", bytes: Buffer.from(complaint) };
  yield last;
}

/** Why neither runtime nor kernel was read, and what to do; what was left. */
export function untold({ observation: { runtime, kernel }, left }: Awaited<ReturnType<typeof readByPod>>): string[] {
  if (isKnown(runtime) || isKnown(kernel) || runtime.unknown !== kernel.unknown) throw new Error("something was told");
  const { code, text, supply = "nothing" } = runtime.unknown;
  return [code, text.replace("cp could not be read through a pod: ", ""), supply, ...left.map((each) => each.text)];
}

export const waits = (reason: string, message?: string): object => ({
  phase: "Pending",
  containerStatuses: [{ name: "reader", state: { waiting: { reason, message } } }],
});
export const refused = (status: number | null, said: string | null, text: string): KubeReason => ({
  code: "not-permitted",
  text,
  at: [],
  status,
  said,
});
