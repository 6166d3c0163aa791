import { expect, test } from "vitest";
import { placingCluster } from "../../test/builders/placing-cluster.ts";
import { madeCluster } from "../../test/oracle/made-clusters.ts";
import { Random } from "../../test/oracle/random.ts";
import type { PlacingPod } from "../model/placing.ts";
import { fits } from "./choose.ts";
import { PlaceIndex } from "./place-index.ts";

/** Enough that a change that is not seen by what is kept fails some of them. */
const clusters = 100;

test("an index that pods came to and went from says what a new one says", () => {
  for (let seed = 0; seed < clusters; seed += 1) {
    const random = new Random(seed);
    const { pod, world } = placingCluster(madeCluster(random));
    const index = new PlaceIndex(world);
    let placed: readonly PlacingPod[] = world.pods;
    for (let step = 0; step < 6; step += 1) {
      // The pod itself is asked for again and again, as a rollout does; what comes and goes are others, and copies of it.
      fits(pod, index);
      const names = world.nodes.map(({ name }) => name);
      if (random.chance(0.4) && placed.length > 0) {
        const gone = random.pick(placed);
        index.remove(gone, gone.node ?? "");
        placed = placed.filter((each) => each !== gone);
      } else {
        const node = random.pick(names);
        const comes = {
          ...(random.chance(0.5) || placed.length === 0 ? pod : random.pick(placed)),
          uid: `${step}`,
          node,
        };
        index.place(comes, node);
        placed = [...placed, comes];
      }
      const fresh = fits(pod, new PlaceIndex({ ...world, pods: placed }));
      expect(fits(pod, index), `seed ${seed}, step ${step}`).toEqual(fresh);
    }
  }
});
