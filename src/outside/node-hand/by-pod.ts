import type * as z from "zod";
import type { KubeSource } from "../../model/kube-source.ts";
import type { NodeSide } from "../../model/node-hand.ts";
import type { Sequence } from "../../model/sources.ts";
import { isKnown, known, type Reason, type Told } from "../../model/told.ts";
import { askInPod, type PodPlace } from "../node-reader/ask-in-pod.ts";
import { readerContainer } from "../node-reader/pod.ts";
import type { MadePod } from "../node-reader/start.ts";
import { ExecWire } from "./exec-wire.ts";
import { remoteNode } from "./remote.ts";

export interface ByPodOptions<E> extends PodPlace {
  /** What the node is served with: flags of `holdfast node-serve`. */
  readonly flags: readonly string[];
  /** The form of what the node's journal holds. */
  readonly event: z.ZodType<E>;
  readonly sequence: Sequence;
  /** Told of each pod that could not be removed, also where the work failed. */
  readonly left: (reason: Reason) => void;
}

/** What somebody had of a node, and of the pod that it was through. */
export interface ThroughPod<E> {
  readonly side: NodeSide<E>;
  /** Its uid: it is no leftover, and has to be seen by all who say what is on the node. */
  readonly ownPod: string;
}

/** Milliseconds for the first question. */
const questionTakes = 15_000;

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
  const asked = await askInPod(kube, node, {
    ...options,
    name: "holdfast-node-hand",
    deadline: podLives,
    ask: (pod, giveUp) => connect(kube, pod, giveUp, options),
  });
  if (!isKnown(asked)) return asked;
  const { told, pod, remove } = asked.known;
  try {
    if (!isKnown(told)) return told;
    const { side, wire } = told.known;
    try {
      return known(await work({ side, ownPod: pod.uid }));
    } finally {
      await wire.close();
    }
  } finally {
    for (const reason of await remove()) options.left(reason);
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
  giveUp: AbortSignal,
  { flags, sequence, event, signal }: ByPodOptions<E>,
): Promise<Told<Connected<E>>> {
  const command = ["holdfast", "node-serve", ...flags];
  const wire = new ExecWire((input, over) =>
    kube.exec(pod, { container: readerContainer, command, input, signal: AbortSignal.any([giveUp, over]) }),
  );
  const side = remoteNode(wire, sequence, event);
  const answer = await side.hand.machine(AbortSignal.any([signal, AbortSignal.timeout(questionTakes)]));
  if (isKnown(answer)) return known({ side, wire });
  await wire.close();
  return answer;
}
