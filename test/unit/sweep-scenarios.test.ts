import { expect, test } from "vitest";
import { scenarios } from "../sweep/scenarios.ts";

test.each(scenarios)("$name", ({ run, expected }) => {
  expect(run()).toEqual(expected);
});
