import { expect, test } from "vitest";
import type { JournalEntry } from "../model/journal.ts";
import type { SweepEvent } from "./events.ts";
import type { Outcome } from "./outcome.ts";
import { resumed } from "./resume.ts";
import { orphanTarget } from "../../test/builders/target.ts";

const now = Date.parse("2026-05-17T09:00:00Z");

const target = (uid: string) => orphanTarget({ uid, namespace: "n", name: uid });

const seen = (uid: string): SweepEvent => ({ event: "sighted", target: target(uid) });
const meant = (uid: string, rung: 1 | 2 = 1): SweepEvent => ({ event: "intent", rung, target: target(uid) });
const ended = (uid: string, outcome: Outcome): SweepEvent => ({ event: "outcome", uid, outcome });
const pinned = (clusterUid: string): SweepEvent => ({ event: "pinned", clusterUid, machineId: "m" });
const left: Outcome = { is: "left", rung: 1, cause: null, remains: null, next: null };
const cleared: Outcome = { is: "cleared", rung: 2, cause: null };

test.each<[string, readonly SweepEvent[], string]>([
  ["nothing", [], ""],
  ["seen, and not touched", [seen("a")], "a 0"],
  ["a crash between the intent and the act", [seen("a"), meant("a")], "a 1"],
  ["intents of one attempt are one", [meant("a"), meant("a", 2)], "a 1"],
  ["two attempts", [meant("a"), ended("a", left), meant("a")], "a 2"],
  ["cleared: its records are nobody's any more", [meant("a"), ended("a", cleared)], ""],
  ["which cluster it is", [pinned("c1"), seen("a"), pinned("c2")], "c2, a 0"],
  ["another is still known", [meant("a"), meant("b"), ended("a", cleared)], "b 1"],
])("what a journal gives back: %s", (_, events, expected) => {
  const entries = events.map((event, line): JournalEntry<SweepEvent> => ({
    run: "r",
    line,
    at: "2026-05-17T08:59:00Z",
    event,
  }));
  const { ours, attempts, pins } = resumed(entries, { now, forget: 3_600_000 });
  const known = [...ours.keys()].map((uid) => `${uid} ${attempts.get(uid) ?? 0}`);
  expect([...(pins === null ? [] : [pins.clusterUid]), ...known].join(", ")).toBe(expected);
});

test("the largest grace that was written down is given back", () => {
  const events = [7200, 5000].map((seconds): SweepEvent => ({ event: "graced", uid: "a", seconds }));
  const entries = events.map((event, line) => ({ run: "r", line, at: "2026-05-15T00:00:00Z", event }));
  expect([...resumed(entries, { now, forget: 3_600_000 }).graces]).toEqual([["a", 7200]]);
});

test("attempts of long ago are forgiven, and what was seen is still known", () => {
  const old: JournalEntry<SweepEvent> = { run: "r", line: 1, at: "2026-05-15T00:00:00Z", event: meant("a") };
  const { ours, attempts } = resumed([old], { now, forget: 3_600_000 });
  expect([[...ours.keys()], attempts.size]).toEqual([["a"], 0]);
});
