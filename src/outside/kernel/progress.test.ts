import { expect, test } from "vitest";
import { placeIn, progressOf } from "./progress.ts";

test.each([
  ["42 holdfast", "at pid 42"],
  ["43/44 holdfast", "at pid 43, thread 44"],
  ["4194303/4194302", "at pid 4194303, thread 4194302"],
  ["self holdfast", "before the first process"],
  ["MainThread", "before the first process"],
  ["", "before the first process"],
])("a process that is named %j is %s", (name, expected) => {
  expect(placeIn(name)).toBe(expected);
});

test("of a process that is not there nothing can be told", async () => {
  expect(await progressOf(4_194_305)).toBeNull();
});
