import { expect, test } from "vitest";
import { fuzz } from "../fuzz/fuzz.ts";

test("damaged copies of the example: no crash, no hang, nothing printed raw", async () => {
  const seed = Math.floor(Math.random() * 1_000_000_000);
  const { tried, harm } = await fuzz(seed, { seconds: 3 });
  // `npm run proof -- fuzz --seed N --inputs 1` makes one again.
  expect(harm).toEqual([]);
  expect(tried, `seed ${seed}`).toBeGreaterThan(0);
});
