import { expect, test } from "vitest";
import { served } from "../../../test/builders/kube-source.ts";
import { orderIn } from "./order-object.ts";

const metadata = { name: "one", uid: "u1", resourceVersion: "7", creationTimestamp: "2026-05-17T09:00:00Z" };
const order = (spec: object, status?: object, more: object = {}) =>
  orderIn(served({ metadata: { ...metadata, ...more }, spec: { node: "w1", ...spec }, status }));

test("what was not said has the defaults of the CRD", () => {
  expect(order({})).toEqual({
    at: [],
    known: {
      version: { namespace: null, name: "one", uid: "u1", resourceVersion: "7" },
      order: {
        node: "w1",
        uid: null,
        maxRung: 1,
        overdue: false,
        dryRun: false,
        ttlSeconds: 300,
        orderedAt: Date.parse("2026-05-17T09:00:00Z"),
      },
      phase: null,
      startedAt: null,
    },
  });
});

/** A CRD of somebody else's, or an API server that does not hold to it. */
test.each<[string, ReturnType<typeof orderIn>]>([
  ["a uid that is a path", order({ uid: "../../../etc" })],
  ["a uid with a line feed", order({ uid: "6be1f0aa-3c1d-4a57-9f55-1f1d8a4a0b11\n" })],
  ["a uid that is a megabyte", order({ uid: "a".repeat(1_000_000) })],
  ["a rung that is not for orders", order({ maxRung: 4 })],
  ["a rung in words", order({ maxRung: "2" })],
  ["a time that is none", order({ ttlSeconds: -1 })],
  ["a time without end", order({ ttlSeconds: 1e12 })],
  ["no node", order({ node: undefined })],
  ["overdue in words", order({ overdue: "yes" })],
  ["a phase that there is not", order({}, { phase: "Pending" })],
  ["a creation that is no time", order({}, undefined, { creationTimestamp: "yesterday" })],
])("an order is not understood with %s", (_, told) => {
  const text = "unknown" in told ? told.unknown.text : "understood";
  expect(text).toMatch(/^the Sweep one is not understood: [ -~✖]+$/);
  expect(text.length).toBeLessThan(300);
});
