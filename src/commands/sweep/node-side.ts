import type { KubeSource } from "../../model/kube-source.ts";
import type { NodeSide } from "../../model/node-hand.ts";
import type { Sequence } from "../../model/sources.ts";
import { isKnown } from "../../model/told.ts";
import { fileJournal, newRun } from "../../outside/journal/journal.ts";
import { handHere } from "../../outside/node-hand/here.ts";
import { heldLock } from "../../outside/node-lock/held-lock.ts";
import type { SweepEvent } from "../../sweep/events.ts";
import { Failure } from "../failure.ts";
import { progress } from "../progress.ts";
import { servicesOf } from "./disturbing-options.ts";
import { sweepEvent } from "./event-schema.ts";
import type { ActingOptions } from "./options.ts";

export interface NodeWork {
  readonly kube: KubeSource;
  readonly node: string;
  readonly options: ActingOptions;
  readonly sequence: Sequence;
  readonly signal: AbortSignal;
}

/** Does something with a node: this machine, or where an image is named, the one of that name through a pod on it. */
export async function withNode<T>(
  { kube, node, options, sequence, signal }: NodeWork,
  work: (side: NodeSide<SweepEvent>, ownPod: string | null) => Promise<T>,
): Promise<T> {
  const { image, readerNamespace: namespace, criSocket, root = "/", stateDir: folder } = options;
  const services = servicesOf(options);
  const now = (): Date => new Date();
  if (image === undefined) {
    const hand = handHere({ root, criSocket: criSocket ?? null, services, sequence, now });
    const journal = fileJournal({ folder, name: "sweep", schema: sweepEvent, run: newRun(), now });
    return work({ hand, lock: heldLock(folder), journal }, null);
  }
  const { throughPod } = await import("../../outside/node-hand/by-pod.ts");
  const flags = [
    "--services",
    JSON.stringify(services),
    ...(criSocket === undefined ? [] : ["--cri-socket", criSocket]),
  ];
  const line = progress();
  const say = (what: string): void => line.show(what);
  try {
    const pod = { image, namespace, flags, event: sweepEvent, sequence, signal, say, left: tellLeft };
    const told = await throughPod(kube, node, pod, ({ side, ownPod }) => {
      line.done();
      return work(side, ownPod);
    });
    if (isKnown(told)) return told.known;
    const { text, supply } = told.unknown;
    throw new Failure(
      "SWEEP004",
      `${node} could not be reached through a pod: ${text}`,
      supply ?? "See its events, or run this on the node itself.",
    );
  } finally {
    line.done();
  }
}

function tellLeft({ text, supply }: { readonly text: string; readonly supply?: string }): void {
  process.stderr.write(`holdfast: ${text}${supply === undefined ? "" : ` (${supply})`}\n`);
}
