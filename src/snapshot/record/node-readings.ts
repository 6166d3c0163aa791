import type { NodeObservation } from "../../model/ledger.ts";
import type { RemoteNode } from "../../model/sources.ts";
import { isKnown, unknown } from "../../model/told.ts";
import { redactObservation } from "../redact/node.ts";

/** So many nodes are read at a time: each is a pod that starts, and its answer is in memory until it is written. */
const atATime = 8;

/**
 * Begins to read nodes at once, and gives each as soon as it was read, without secrets. `bootIds` has the nodes of the API
 * and the boot that each of them tells of (`null`: none).
 */
export function nodeReadings(
  names: readonly string[],
  bootIds: ReadonlyMap<string, string | null>,
  source: RemoteNode,
  signal: AbortSignal,
): AsyncIterable<NodeObservation> {
  const waiting = [...names];
  const running = new Map<string, Promise<NodeObservation>>();
  const fill = (): void => {
    for (const name of waiting.splice(0, atATime - running.size))
      running.set(name, observe(name, bootIds, source, signal));
  };
  fill();
  return (async function* () {
    while (running.size > 0) {
      const done = await Promise.race(running.values());
      running.delete(done.node);
      fill();
      yield redactObservation(done);
    }
  })();
}

async function observe(
  node: string,
  bootIds: ReadonlyMap<string, string | null>,
  source: RemoteNode,
  signal: AbortSignal,
): Promise<NodeObservation> {
  if (!bootIds.has(node)) return unread(node, `the API server has no node ${node}`);
  const observation = await source.observe(node, signal);
  const { kernel } = observation;
  const bootId = bootIds.get(node) ?? null;
  if (!isKnown(kernel) || bootId === null || kernel.known.bootId === bootId) return observation;
  return unread(node, `the machine that answered is not that of the API server's node ${node}, or it booted meanwhile`);
}

function unread(node: string, text: string): NodeObservation {
  const supply = "name nodes as kubectl get nodes prints them";
  const why = unknown({ code: "wrong-cluster", text, at: [], supply });
  return { node, runtime: why, kernel: why, details: new Map() };
}
