import { randomBytes } from "node:crypto";
import type * as z from "zod";
import type { KubeSource } from "../../model/kube-source.ts";
import type { NodeSide } from "../../model/node-hand.ts";
import type { Sequence } from "../../model/sources.ts";
import { isKnown, known, unknown, type Reason, type Told } from "../../model/told.ts";
import { askSoon } from "../node-reader/ask-soon.ts";
import { whyNothingRuns } from "../node-reader/node-state.ts";
import { readerContainer } from "../node-reader/pod.ts";
import { removeLeft, removePod } from "../node-reader/remove.ts";
import { makePod, whenRunning, whyFailed, type MadePod } from "../node-reader/start.ts";
import { realWaiting, type Waiting } from "../waiting.ts";
import { ExecWire } from "./exec-wire.ts";
import { remoteNode } from "./remote.ts";

export interface ByPodOptions<E> {
  /** Has `holdfast` in its PATH. */
  readonly image: string;
  /** Where the pod is made. It has to admit privileged pods. */
  readonly namespace: string;
  /** What the node is served with: flags of `holdfast node-serve`. */
  readonly flags: readonly string[];
  /** The form of what the node's journal holds. */
  readonly event: z.ZodType<E>;
  readonly sequence: Sequence;
  /** Gives it up before anything is done there. The pod is removed all the same. */
  readonly signal: AbortSignal;
  /** Told what is being done, while a person waits. */
  readonly say?: (what: string) => void;
  /** Told of each pod that could not be removed, also where the work failed. */
  readonly left: (reason: Reason) => void;
  readonly waiting?: Waiting;
}

/** What somebody had of a node, and of the pod that it was through. */
export interface ThroughPod<E> {
  readonly side: NodeSide<E>;
  /** Its uid: it is no leftover, and has to be seen by all who say what is on the node. */
  readonly ownPod: string;
}

/** Milliseconds. */
const deadlines = {
  question: 15_000,
  /** Until the pod runs: its image may have to be pulled. */
  start: 60_000,
  removal: 15_000,
};

/** Seconds: a person may think about each rung, and each may take as long as a pod has to end. */
const podLives = 3600;

/**
 * Does something with a node through a pod of ours on it, which lives as long as that takes, and an hour at most. Unknown: the pod
 * could not be had, and nothing was done.
 */
export async function throughPod<E, T>(
  kube: KubeSource,
  node: string,
  options: ByPodOptions<E>,
  work: (through: ThroughPod<E>) => Promise<T>,
): Promise<Told<T>> {
  const { image, namespace, signal, say = () => {}, waiting = realWaiting } = options;
  const asking = (): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(deadlines.question)]);
  const why = await whyNothingRuns(kube, node, { signal: asking() });
  if (why !== null) return unknown(why);
  say(`making a pod on ${node} (namespace ${namespace})`);
  const name = `holdfast-node-hand-${randomBytes(5).toString("hex")}`;
  const request = { name, namespace, node, image, deadline: podLives };
  const made = await makePod(kube, request, { signal: asking(), waiting });
  if (!isKnown(made)) return made;
  const pod = made.known;
  let wasAsked = false;
  try {
    const connected = await connect(kube, pod, options, waiting);
    ({ wasAsked } = connected);
    if (!isKnown(connected.told)) return connected.told;
    const { side, wire } = connected.told.known;
    try {
      return known(await work({ side, ownPod: pod.uid }));
    } finally {
      await wire.close();
    }
  } finally {
    say(`removing the pod from ${node}`);
    const removal = { waiting, within: deadlines.removal };
    const own = await removePod(kube, pod, { ...removal, wasAsked });
    const earlier = await removeLeft(kube, { namespace, node }, pod, removal);
    for (const reason of own === null ? earlier : [own, ...earlier]) options.left(reason);
  }
}

interface Connected<E> {
  readonly side: NodeSide<E>;
  readonly wire: ExecWire;
}

/** A wire to the program in the pod, once that has answered a first question. */
async function connect<E>(
  kube: KubeSource,
  pod: MadePod,
  { image, flags, sequence, event, signal }: ByPodOptions<E>,
  waiting: Waiting,
): Promise<{ readonly told: Told<Connected<E>>; readonly wasAsked: boolean }> {
  const command = ["holdfast", "node-serve", ...flags];
  const once = async (early: AbortSignal): Promise<Told<Connected<E>>> => {
    const wire = new ExecWire((input, over) =>
      kube.exec(pod, { container: readerContainer, command, input, signal: AbortSignal.any([early, over]) }),
    );
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(deadlines.question)]);
    const side = remoteNode(wire, sequence, event);
    const answer = await side.hand.machine(inTime);
    if (isKnown(answer)) return known({ side, wire });
    await wire.close();
    return answer;
  };
  const running = (giveUp: AbortSignal, looked: () => void): Promise<Reason | null> =>
    whenRunning(kube, pod, image, { signal: giveUp, waiting, within: deadlines.start, looked });
  const { told, wasAsked } = await askSoon(once, running, { signal, waiting });
  const failed = wasAsked && !isKnown(told) ? await whyFailed(kube, pod, image, { signal, waiting }) : null;
  return { told: failed === null ? told : unknown(failed), wasAsked };
}
