import { expect, test } from "vitest";
import { orderPolicy, type Order } from "./order.ts";
import { unattended, type Policy, type Rung } from "./policy.ts";

const now = Date.parse("2026-05-17T09:00:00Z");
const uid = "6be1f0aa-3c1d-4a57-9f55-1f1d8a4a0b11";
const agent: Policy = {
  ...unattended,
  node: "w1",
  self: "agent",
  rungs: new Set<Rung>([1, 2]),
  denied: new Set(["databases"]),
  minimumAge: 600,
  confirmations: 7,
};
const plain: Order = {
  node: "w1",
  uid: null,
  maxRung: 1,
  overdue: false,
  dryRun: false,
  ttlSeconds: 300,
  orderedAt: now - 5000,
};

test.each<[string, Partial<Order>, Partial<Policy>]>([
  ["anything that may be cleared", {}, { rungs: new Set<Rung>([1]) }],
  ["as far as the agent may go", { maxRung: 2 }, { rungs: new Set<Rung>([1, 2]) }],
  [
    "one pod, also overdue",
    { uid, overdue: true },
    { rungs: new Set<Rung>([1]), named: new Set([uid]), overdue: true },
  ],
  ["a dry run", { dryRun: true }, { rungs: new Set<Rung>([1]), mode: "dry-run" }],
  ["at the last moment", { orderedAt: now - 300_000 }, { rungs: new Set<Rung>([1]) }],
])("an order is carried out with the agent's own care, and without waiting: %s", (_, order, expected) => {
  expect(orderPolicy({ ...plain, ...order }, agent, now)).toEqual({
    ...agent,
    mode: "enforce",
    grace: null,
    confirmations: 3,
    attempts: 1,
    ...expected,
  });
});

test.each<[string, Partial<Order>, string]>([
  ["for another node", { node: "w2" }, "it is for the node w2"],
  ["too late", { orderedAt: now - 300_001 }, "it was to be begun within 300 s, and is 300 s old"],
  ["of the future", { orderedAt: now + 60_001 }, "it is of 61 s from now: the clocks of node and API server differ"],
  ["of no time", { orderedAt: Number.NaN }, "when it was ordered could not be told"],
  ["further than the agent may go", { maxRung: 3 }, "rung 3 was ordered, and this agent may go to 2"],
])("an order is refused that is %s", (_, order, refused) => {
  expect(orderPolicy({ ...plain, ...order }, agent, now)).toEqual({ refused });
});
