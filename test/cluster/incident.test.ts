import { afterEach, describe, expect } from "vitest";
import { controlPlane } from "../testbed/bed.ts";
import { helm } from "../testbed/clients.ts";
import { chartSource, chartSources } from "../testbed/incident/charts.ts";
import { endNight, playedStages, playNight } from "../testbed/incident/night.ts";
import { listenersOn } from "../testbed/listeners.ts";
import { sayOnStderr } from "../testbed/say.ts";
import { hasBed, suiteBed, test } from "../testbed/suite/cluster-test.ts";

const sources = chartSource() === "published" ? chartSources : (["own"] as const);
if (hasBed && sources.length === 1)
  console.warn("the published charts are not here: the incident is played with our own only");

describe.skipIf(!hasBed).each(sources)("the incident, with the %s charts", (charts) => {
  afterEach(() => endNight(suiteBed()));

  test("goes through its stages, and what it leaves can be cleared", async ({ bed }) => {
    await playNight(bed, { charts, until: "upgraded", say: sayOnStderr });
    expect(playedStages(bed)).toEqual(["before", "upgraded"]);
    await playNight(bed, { charts, say: sayOnStderr });
    expect(playedStages(bed)).toEqual(["before", "upgraded", "rolled-back", "orphaned"]);
    expect(listenersOn(bed, controlPlane(bed)).map(({ port }) => port)).toEqual(
      expect.arrayContaining([19809, 29652, 29653]),
    );
    await endNight(bed);
    expect(listenersOn(bed, controlPlane(bed)).filter(({ port }) => port === 29653)).toEqual([]);
    expect(await helm(bed, ["list", "--all-namespaces", "--short"])).toBe("");
    expect(playedStages(bed)).toEqual([]);
  });
});
