import { aNode, anAgent, orphan, rungs } from "../play.ts";
import { first } from "../stage.ts";
import type { World } from "../world.ts";

/** An agent that may go up to rung 2, and acts in its second cycle. */
export const policy = anAgent({ rungs: rungs(1, 2), confirmations: 2 });
/** Milliseconds before each of its cycles. */
export const gaps: readonly number[] = [0, 3_900_000];

/** Nodes with one orphan, on which each act of the two rungs is done. */
export const nodes = {
  "a runtime that cannot kill": () => aNodeWhere((world) => void (first(world.pods.slice(1)).stops = "refuses")),
  "a runtime that loses its records midway": () =>
    aNodeWhere((world) => {
      first(world.pods.slice(1)).stops = "lies";
      world.runtime.loses = true;
    }),
} as const;

function aNodeWhere(so: (world: World) => void): World {
  const { world } = aNode(orphan);
  so(world);
  return world;
}
