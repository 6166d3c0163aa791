import type { NodeReading, ReadRemoteNode } from "../../model/sources.ts";
import { isKnown, unknown, type Reason, type Told } from "../../model/told.ts";
import { redactObservation, redactReason } from "../redact/node.ts";

/** So many nodes are read at a time: each is a pod that starts, and its answer is in memory until it is written. */
const atATime = 8;

/**
 * Begins to read nodes at once, and gives each as soon as it was read, without secrets. `bootIds` has the nodes of the API
 * and the boot that each of them tells of (`null`: none); where they are unknown, none is read.
 */
export function nodeReadings(
  names: readonly string[],
  bootIds: Told<ReadonlyMap<string, string | null>>,
  read: ReadRemoteNode,
): AsyncIterable<NodeReading> {
  const waiting = [...names];
  const running = new Map<string, Promise<NodeReading>>();
  const fill = (): void => {
    for (const name of waiting.splice(0, atATime - running.size)) running.set(name, readingOf(name, bootIds, read));
  };
  fill();
  return (async function* () {
    while (running.size > 0) {
      const done = await Promise.race(running.values());
      running.delete(done.observation.node);
      fill();
      yield { ...done, observation: redactObservation(done.observation), left: redacted(done.left) };
    }
  })();
}

async function readingOf(
  node: string,
  bootIds: Told<ReadonlyMap<string, string | null>>,
  read: ReadRemoteNode,
): Promise<NodeReading> {
  if (!isKnown(bootIds)) {
    const { code, text, supply } = bootIds.unknown;
    const why = { code, text: `the nodes of the API server could not be listed: ${text}`, at: [] };
    return unread(node, supply === undefined ? why : { ...why, supply });
  }
  const bootId = bootIds.known.get(node);
  if (bootId === undefined) return unread(node, anotherCluster(`the API server has no node ${node}`));
  const reading = await read(node);
  const { kernel } = reading.observation;
  if (!isKnown(kernel) || bootId === null || kernel.known.bootId === bootId) return reading;
  const text = `the machine that answered is not that of the API server's node ${node}, or it booted meanwhile`;
  return { ...unread(node, anotherCluster(text)), ownPod: reading.ownPod, left: reading.left };
}

function anotherCluster(text: string): Reason {
  return { code: "wrong-cluster", text, at: [], supply: "name nodes as kubectl get nodes prints them" };
}

function unread(node: string, reason: Reason): NodeReading {
  const why = unknown(reason);
  const observation = { node, runtime: why, kernel: why, details: new Map() };
  return { observation, cgroupRoot: null, ownPod: null, left: Promise.resolve([]) };
}

async function redacted(left: NodeReading["left"]): NodeReading["left"] {
  return (await left).map(redactReason);
}
