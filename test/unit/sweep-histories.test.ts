import { expect, test } from "vitest";
import { runHistory } from "../sweep/history.ts";
import { neverSeen } from "../sweep/seen.ts";
import { Tally } from "../sweep/tally.ts";

/** The same seed gives the same histories: `SWEEP_SEED=N` repeats a failing run, `npm run proof -- sweep` is the long one. */
const seed = Number(process.env["SWEEP_SEED"] ?? Math.floor(Math.random() * 1_000_000_000));

test(`a sweep does nothing in random histories that it must never do (seed ${seed})`, () => {
  const tally = new Tally();
  for (let count = 0; count < 4000; count++) runHistory(seed + count, tally);
  expect(neverSeen(tally)).toEqual([]);
}, 120_000);
