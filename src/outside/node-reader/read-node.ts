import { randomBytes } from "node:crypto";
import type { KubeSource } from "../../model/kube-source.ts";
import type { NodeObservation } from "../../model/ledger.ts";
import type { NodeReading, Sequence } from "../../model/sources.ts";
import { isKnown, unknown, type Reason, type Told } from "../../model/told.ts";
import { answerOf } from "./answer.ts";
import { askSoon } from "./ask-soon.ts";
import { rootOf, withoutPod, withReading } from "./as-ours.ts";
import { whyNothingRuns } from "./node-state.ts";
import { readerContainer } from "./pod.ts";
import { removeLeft, removePod, type Removal } from "./remove.ts";
import { makePod, whenRunning, whyFailed, type MadePod } from "./start.ts";
import { realWaiting, type Waiting } from "../waiting.ts";

export interface ReaderOptions {
  /** Has `holdfast` in its PATH. */
  readonly image: string;
  /** Where the pod is made. It has to admit privileged pods. */
  readonly namespace: string;
  /** The counter of the run: whatever is counted before and after is in order with what is read here. */
  readonly sequence: Sequence;
  /** Gives the reading up. The pod is removed all the same. */
  readonly signal: AbortSignal;
  /** Told what is being done, while a person waits. */
  readonly say?: (what: string) => void;
  readonly waiting?: Waiting;
}

/** Milliseconds. */
const deadlines = {
  /** One question to the API server. */
  question: 15_000,
  /** Until the pod runs: its image may have to be pulled. */
  start: 60_000,
  read: 60_000,
  /** Until the pod has ended by itself, and as many until it is gone. */
  removal: 15_000,
};

/**
 * Reads a node through a pod of ours on it: made, asked once, ended and removed. Everything it takes of the node is in the
 * form of a snapshot, whose end and checksum have to be there. Never throws for what the cluster does.
 */
export async function readNodeByPod(kube: KubeSource, node: string, options: ReaderOptions): Promise<NodeReading> {
  const { image, namespace, signal, say = () => {}, waiting = realWaiting } = options;
  const asking = (): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(deadlines.question)]);
  const why = await whyNothingRuns(kube, node, { signal: asking() });
  if (why !== null) return unread(node, why);
  say(`making a pod on ${node} (namespace ${namespace})`);
  const name = `holdfast-node-reader-${randomBytes(5).toString("hex")}`;
  const made = await makePod(kube, { name, namespace, node, image }, { signal: asking(), waiting });
  if ("unknown" in made) return unread(node, made.unknown);
  const pod = made.known;
  const running = (giveUp: AbortSignal, looked: () => void): Promise<Reason | null> =>
    whenRunning(kube, pod, image, { signal: giveUp, waiting, within: deadlines.start, looked });
  const once = (early: AbortSignal): Promise<Told<NodeObservation>> =>
    ask(kube, node, pod, { ...options, signal: AbortSignal.any([signal, early]) });
  let wasAsked = false;
  let told: Told<NodeObservation>;
  let left: NodeReading["left"];
  try {
    say(`reading ${node}`);
    ({ told, wasAsked } = await askSoon(once, running, { signal, waiting }));
    const failed = wasAsked && !isKnown(told) ? await whyFailed(kube, pod, image, { signal, waiting }) : null;
    if (failed !== null) told = unknown(failed);
  } finally {
    say(`removing the pod from ${node}`);
    left = removed(kube, { namespace, node }, pod, { waiting, within: deadlines.removal, wasAsked });
  }
  return isKnown(told)
    ? { observation: withoutPod(told.known, pod.uid), cgroupRoot: rootOf(told.known, pod.uid), ownPod: pod.uid, left }
    : { ...unread(node, told.unknown), ownPod: pod.uid, left };
}

async function removed(
  kube: KubeSource,
  place: { readonly namespace: string; readonly node: string },
  pod: MadePod,
  removal: Removal & { readonly wasAsked: boolean },
): NodeReading["left"] {
  const own = await removePod(kube, pod, removal);
  const earlier = await removeLeft(kube, place, pod, removal);
  return own === null ? earlier : [own, ...earlier];
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
    signal: AbortSignal.any([signal, AbortSignal.timeout(deadlines.read)]),
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
