import { expect, test } from "vitest";
import { lateness } from "./lateness.ts";

test.each([
  ["42", 4900, "stuck at pid 42 after 5 s"],
  ["43/task/44", 2501, "stuck at pid 43, thread 44 after 5 s"],
  ["42", 2500, "too slow, it was at pid 42 after 5 s"],
  ["42", 3, "too slow, it was at pid 42 after 5 s"],
  ["self", 5000, "stuck before the first process after 5 s"],
  ["", 5000, "stuck before the first process after 5 s"],
])("%j, %i ms ago: %s", (task, silence, expected) => {
  expect(lateness(task, silence, 5000)).toBe(expected);
});
