import { expect, test } from "vitest";
import { leftoversIn } from "../../src/commands/sweep/sweep-snapshot.ts";
import { known, unknown } from "../../src/model/told.ts";
import { noMemory } from "../../src/sweep/memory.ts";
import { unattended, type Policy } from "../../src/sweep/policy.ts";
import { premisesOf } from "../../src/sweep/premises.ts";

const nobodySaid = unknown({ code: "not-reached", text: "not asked in this test", at: [] });

test.each([
  ["there", "holds", /^the lists of pods are whole and in order$/],
  ["none", "holds", /^the lists of pods are whole and in order$/],
  ["not-yet", "untold", /^no report of this agent was taken by the API server so far, and nothing else would show/],
  ["lost", "fails", /^what this wrote last is not in the API any more/],
] as const)("with its own last write %s, P4 %s", async (ownWrite, state, text) => {
  const policyFor = (node: string): Policy => ({ ...unattended, node });
  const { scan } = await leftoversIn("examples/incident/orphaned.snapshot", "cp", policyFor);
  const cluster = known({ clusterUid: "c", node: null, ownWrite });
  const word = { cluster, machine: nobodySaid, kubelet: nobodySaid, peers: nobodySaid, serving: new Map() };
  const premises = premisesOf({ ...scan, word }, noMemory, policyFor("cp"));
  expect(premises.find(({ id }) => id === "P4")).toEqual({ id: "P4", state, text: expect.stringMatching(text) });
});
