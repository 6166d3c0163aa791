import { expect, test } from "vitest";
import { incident } from "../../../test/builders/incident.ts";
import type { ObservedNode } from "../../model/ledger.ts";
import { mapTold, unknown } from "../../model/told.ts";
import { snapshotLines } from "./nodes.ts";

const silence = unknown({ code: "timed-out", text: "no answer", at: [] });

/** What is said of the parts of a node that was observed so, besides that they were read. */
function outcomes(change: (observed: ObservedNode) => ObservedNode): string[] {
  const said: string[] = [];
  const nodes = [{ observed: change(incident()), cgroupRoot: null }];
  const onPart = (outcome: string): void => void said.push(outcome);
  const lines = snapshotLines({ toolVersion: "0", at: "2026-05-17T09:00:39Z", server: null, nodes, onPart });
  expect([...lines].length).toBeGreaterThan(2);
  return said.filter((outcome) => outcome !== "read");
}

test.each<[string, (observed: ObservedNode) => ObservedNode, string[]]>([
  ["all was told", (observed) => observed, []],
  [
    "the kernel was not read",
    ({ knowledge, observation }) => ({ knowledge, observation: { ...observation, kernel: silence } }),
    ["unread"],
  ],
  [
    "its tasks were not told",
    ({ knowledge, observation }) => ({
      knowledge,
      observation: { ...observation, runtime: mapTold(observation.runtime, (all) => ({ ...all, tasks: silence })) },
    }),
    ["in part"],
  ],
  [
    "a sandbox that was asked in detail was not told",
    ({ knowledge, observation }) => ({
      knowledge,
      observation: { ...observation, details: new Map([["a", silence]]) },
    }),
    ["in part"],
  ],
  [
    "a pod that was asked for by name was not told",
    ({ knowledge, observation }) => ({
      knowledge: { ...knowledge, asked: new Map([["nfs-csi/a", silence]]) },
      observation,
    }),
    ["in part"],
  ],
])("where %s", (_, change, expected) => {
  expect(outcomes(change)).toEqual(expected);
});
