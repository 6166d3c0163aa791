import type { KubeSource } from "../../model/kube-source.ts";
import type { NodeObservation } from "../../model/ledger.ts";
import type { NodeReading, Sequence } from "../../model/sources.ts";
import { isKnown, unknown, type Reason, type Told } from "../../model/told.ts";
import { answerOf } from "./answer.ts";
import { askInPod, type PodPlace } from "./ask-in-pod.ts";
import { rootOf, withoutPod, withReading } from "./as-ours.ts";
import { readerContainer } from "./pod.ts";
import type { MadePod } from "./start.ts";

export interface ReaderOptions extends PodPlace {
  /** The counter of the run: whatever is counted before and after is in order with what is read here. */
  readonly sequence: Sequence;
}

/** Milliseconds. */
const readingTakes = 60_000;

/**
 * Reads a node through a pod of ours on it: made, asked once, ended and removed. Everything it takes of the node is in the
 * form of a snapshot, whose end and checksum have to be there. Never throws for what the cluster does.
 */
export async function readNodeByPod(kube: KubeSource, node: string, options: ReaderOptions): Promise<NodeReading> {
  const { signal } = options;
  const asked = await askInPod(kube, node, {
    ...options,
    name: "holdfast-node-reader",
    asking: `reading ${node}`,
    ask: (pod, giveUp) => ask(kube, node, pod, { ...options, signal: AbortSignal.any([signal, giveUp]) }),
  });
  if (!isKnown(asked)) return unread(node, asked.unknown);
  const { told, pod, remove } = asked.known;
  const left = remove();
  return isKnown(told)
    ? { observation: withoutPod(told.known, pod.uid), cgroupRoot: rootOf(told.known, pod.uid), ownPod: pod.uid, left }
    : { ...unread(node, told.unknown), ownPod: pod.uid, left };
}

async function ask(
  kube: KubeSource,
  node: string,
  pod: MadePod,
  { signal, sequence }: ReaderOptions,
): Promise<Told<NodeObservation>> {
  const began = sequence();
  const steps = kube.exec(pod, {
    container: readerContainer,
    command: ["holdfast", "node-read", "--node", node],
    // Nothing is said to it; that it ends tells the other side that nobody listens.
    input: nothing(),
    signal: AbortSignal.any([signal, AbortSignal.timeout(readingTakes)]),
  });
  const told = await answerOf(steps, node);
  return "known" in told ? { known: withReading(told.known, { began, ended: sequence() }), at: [] } : told;
}

async function* nothing(): AsyncGenerator<never> {}

function unread(node: string, reason: Reason): NodeReading {
  const { code, text, supply } = reason;
  const why = { code, at: [], text: `${node} could not be read through a pod: ${text}` };
  const told = unknown(supply === undefined ? why : { ...why, supply });
  return {
    observation: { node, runtime: told, kernel: told, details: new Map() },
    cgroupRoot: null,
    ownPod: null,
    left: Promise.resolve([]),
  };
}
