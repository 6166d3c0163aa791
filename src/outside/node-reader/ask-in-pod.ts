import { randomBytes } from "node:crypto";
import type { KubeSource } from "../../model/kube-source.ts";
import { isKnown, known, unknown, type Reason, type Told } from "../../model/told.ts";
import { realWaiting, type Waiting } from "../waiting.ts";
import { askSoon } from "./ask-soon.ts";
import { whyNothingRuns } from "./node-state.ts";
import { removeLeft, removePod } from "./remove.ts";
import { makePod, whenRunning, whyFailed, type MadePod } from "./start.ts";

/** Where a pod of ours comes from, and who waits for it. */
export interface PodPlace {
  /** Has `holdfast` in its PATH. */
  readonly image: string;
  /** Where the pod is made. It has to admit privileged pods. */
  readonly namespace: string;
  /** Gives it up. The pod is removed all the same. */
  readonly signal: AbortSignal;
  /** Told what is being done, while a person waits. */
  readonly say?: (what: string) => void;
  readonly waiting?: Waiting;
}

/** What is asked of a node through a pod of ours. */
export interface PodQuestion<T> extends PodPlace {
  /** The pod's name begins so. */
  readonly name: string;
  /** Seconds after which the kubelet ends the pod. Default: those of one that is asked once. */
  readonly deadline?: number;
  /** What is said while it is asked. */
  readonly asking?: string;
  /** Asks it; `giveUp` fires once it will never run. */
  readonly ask: (pod: MadePod, giveUp: AbortSignal) => Promise<Told<T>>;
}

export interface AskedPod<T> {
  readonly pod: MadePod;
  readonly told: Told<T>;
  /** Has to be called by whoever asked. Gives this pod and those of earlier runs that could not be removed. */
  readonly remove: () => Promise<readonly Reason[]>;
}

/** Milliseconds. */
const deadlines = {
  /** One question to the API server. */
  question: 15_000,
  /** Until the pod runs: its image may have to be pulled. */
  start: 60_000,
  /** Until the pod has ended by itself, and as many until it is gone. */
  removal: 15_000,
};

/** Makes a pod on a node and asks it as soon as it runs. Unknown: there is no pod. Never throws for what the cluster does. */
export async function askInPod<T>(
  kube: KubeSource,
  node: string,
  question: PodQuestion<T>,
): Promise<Told<AskedPod<T>>> {
  const { name: prefix, image, namespace, deadline, signal, say = () => {}, waiting = realWaiting } = question;
  const inTime = (): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(deadlines.question)]);
  const why = await whyNothingRuns(kube, node, { signal: inTime() });
  if (why !== null) return unknown(why);
  say(`making a pod on ${node} (namespace ${namespace})`);
  const name = `${prefix}-${randomBytes(5).toString("hex")}`;
  const request = { name, namespace, node, image, ...(deadline === undefined ? {} : { deadline }) };
  const made = await makePod(kube, request, { signal: inTime(), waiting });
  if (!isKnown(made)) return made;
  const pod = made.known;
  const remove = async (wasAsked: boolean): Promise<readonly Reason[]> => {
    say(`removing the pod from ${node}`);
    const removal = { waiting, within: deadlines.removal };
    const own = await removePod(kube, pod, { ...removal, wasAsked });
    const earlier = await removeLeft(kube, { namespace, node }, pod, removal);
    return own === null ? earlier : [own, ...earlier];
  };
  const running = (giveUp: AbortSignal, looked: () => void): Promise<Reason | null> =>
    whenRunning(kube, pod, image, { signal: giveUp, waiting, within: deadlines.start, looked });
  try {
    if (question.asking !== undefined) say(question.asking);
    const once = (giveUp: AbortSignal): Promise<Told<T>> => question.ask(pod, giveUp);
    const { told, wasAsked } = await askSoon(once, running, { signal, waiting });
    const failed = wasAsked && !isKnown(told) ? await whyFailed(kube, pod, image, { signal, waiting }) : null;
    return known({ pod, told: failed === null ? told : unknown(failed), remove: () => remove(wasAsked) });
  } catch (error) {
    await remove(false);
    throw error;
  }
}
