import type { NodeReading, ReadRemoteNode } from "../../model/sources.ts";
import { isKnown, unknown } from "../../model/told.ts";
import { redactObservation, redactReason } from "../redact/node.ts";

/** So many nodes are read at a time: each is a pod that starts, and its answer is in memory until it is written. */
const atATime = 8;

/**
 * Begins to read nodes at once, and gives each as soon as it was read, without secrets. `bootIds` has the nodes of the API
 * and the boot that each of them tells of (`null`: none).
 */
export function nodeReadings(
  names: readonly string[],
  bootIds: ReadonlyMap<string, string | null>,
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
      yield { ...done, observation: redactObservation(done.observation), left: done.left.map(redactReason) };
    }
  })();
}

async function readingOf(
  node: string,
  bootIds: ReadonlyMap<string, string | null>,
  read: ReadRemoteNode,
): Promise<NodeReading> {
  if (!bootIds.has(node)) return unread(node, `the API server has no node ${node}`, []);
  const reading = await read(node);
  const { kernel } = reading.observation;
  const bootId = bootIds.get(node) ?? null;
  if (!isKnown(kernel) || bootId === null || kernel.known.bootId === bootId) return reading;
  const text = `the machine that answered is not that of the API server's node ${node}, or it booted meanwhile`;
  return unread(node, text, reading.left);
}

function unread(node: string, text: string, left: NodeReading["left"]): NodeReading {
  const supply = "name nodes as kubectl get nodes prints them";
  const why = unknown({ code: "wrong-cluster", text, at: [], supply });
  return { observation: { node, runtime: why, kernel: why, details: new Map() }, cgroupRoot: null, left };
}
