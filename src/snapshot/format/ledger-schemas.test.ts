import { expect, test } from "vitest";
import { container } from "./ledger-schemas.ts";

const before = {
  id: "c1",
  sandboxId: "s1",
  name: "main",
  state: "running",
  createdAt: "5",
  attempt: 0,
  image: "busybox:1.36",
  labelUid: null,
};

test.each([
  ["of a file of before", {}, null],
  ["that was told", { graceSeconds: 30 }, 30],
  ["that was not told", { graceSeconds: null }, null],
])("the grace of a container %s", (_name, also, graceSeconds) => {
  expect(container.parse({ ...before, ...also })).toEqual({ ...before, graceSeconds });
});

test.each([-1, 0.5, "30"])("%j is no grace", (graceSeconds) => {
  expect(container.safeParse({ ...before, graceSeconds }).success).toBe(false);
});

test.each([
  ["0", true],
  ["1779004010000000000", true],
  // Of what containerd has no time of.
  ["-6795364578871345152", true],
  ["", false],
  ["yesterday", false],
  ["1.5", false],
  ["0x10", false],
  [" 5", false],
  ["5\n", false],
  ["9".repeat(20), false],
])("created at %j: %j", (createdAt, isTime) => {
  expect(container.safeParse({ ...before, createdAt }).success).toBe(isTime);
});
