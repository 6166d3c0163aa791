import { expect, test } from "vitest";
import type { Killing } from "../model/node-word.ts";
import { sinceKilling } from "./killing.ts";

const container = { name: "main", createdAt: `${Date.parse("2026-05-17T08:30:00Z")}000000` };
const now = Date.parse("2026-05-17T09:00:00Z");
const said = (first: string, last = first, name = "main"): Killing => ({
  container: name,
  first: `2026-05-17T${first}Z`,
  last: `2026-05-17T${last}Z`,
});

test.each<[string, readonly Killing[], number]>([
  ["nothing", [], 0],
  ["of another container", [said("08:59:00", "08:59:00", "side")], 0],
  ["once", [said("08:59:00")], 59],
  ["since a while", [said("08:40:00", "08:59:59")], 1199],
  ["of the container before it, and of this one", [said("08:20:00", "08:50:00")], 599],
  ["of the container before it alone", [said("08:20:00", "08:29:59")], 0],
  ["in two events", [said("08:59:00"), said("08:58:00")], 119],
  ["of a moment ago, and a clock that counts whole seconds", [said("09:00:00")], 0],
  ["of a time that is to come", [said("09:30:00")], 0],
])("what has passed where a kubelet has said %s", (_, killings, seconds) => {
  expect(sinceKilling(container, killings, now)).toBe(seconds);
});
