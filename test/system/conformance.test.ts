import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkExpressions, newTally, summary, total } from "../oracle/conformance.ts";
import { tofuBinary } from "../oracle/console.ts";
import { checkModules } from "../oracle/modules.ts";

const fixedSeed = 20_260;
const randomSeed = Math.floor(Math.random() * 1_000_000);

describe.skipIf(!existsSync(tofuBinary))("what is known equals what OpenTofu computes", () => {
  test.each([fixedSeed, randomSeed])("in 400 expressions of seed %i", (seed) => {
    const tally = newTally();
    checkExpressions(400, seed, tally);
    console.log([`expressions of seed ${seed}`, ...summary(tally)].join("\n"));
    expect(tally.wrong).toEqual([]);
    expect(tally.accepted.length).toBeLessThanOrEqual(1);
    expect(total(tally)).toBe(400);
    expect(tally.agreed).toBeGreaterThan(200);
  });

  test("in the outputs of 40 modules", () => {
    const tally = newTally();
    checkModules(40, fixedSeed, tally);
    console.log([`modules of seed ${fixedSeed}`, ...summary(tally)].join("\n"));
    expect(tally.wrong).toEqual([]);
    expect(tally.agreed).toBeGreaterThan(100);
  });
});
