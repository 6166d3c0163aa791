import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { silence } from "../../../test/builders/kube-source.ts";
import { leaseKube, type LeaseFacts, type LeaseKube } from "../../../test/builders/lease-kube.ts";
import { isKnown, type Told } from "../../model/told.ts";
import { heldLease } from "./held-lease.ts";

const theirs = { holderIdentity: "w2 bb", leaseDurationSeconds: 60, leaseTransitions: 4 };

function said(told: Told<string | null>): string {
  return isKnown(told) ? (told.known ?? "ours") : `${told.unknown.code}: ${told.unknown.text}`;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  onTestFinished(() => void vi.useRealTimers());
});

interface Happening {
  /** Seconds after it was taken. */
  readonly at: number;
  readonly happens: (server: LeaseKube, facts: Silent) => void;
}

/** `refuse` is written by what happens. */
interface Silent extends LeaseFacts {
  refuse: { get?: typeof silence };
}

const taken = { at: 1, happens: (server: LeaseKube) => server.write(theirs) };
const removed = { at: 1, happens: (server: LeaseKube) => server.write(null) };
const noAnswer = (at: number): Happening => ({ at, happens: (_, facts) => (facts.refuse.get = silence) });
const answers = (at: number): Happening => ({ at, happens: (_, { refuse }) => delete refuse.get });

/** What it is told who takes it, then takes it again at these seconds, and how often the API server was asked in all by then. */
test.each<[string, readonly Happening[], Readonly<Record<number, readonly [string, number]>>]>([
  [
    "nothing happens: it is renewed, and only its renewals ask",
    [],
    { 0: ["ours", 2], 19: ["ours", 2], 21: ["ours", 4], 59: ["ours", 6], 3600: ["ours", 362] },
  ],
  ["another has it: the renewal that finds it is believed", [taken], { 10: ["ours", 2], 21: ["w2 bb", 4] }],
  [
    "another had it, and gave it back: it is not taken back",
    [taken, { at: 25, happens: (server) => server.write({ ...theirs, holderIdentity: "" }) }],
    { 30: ["changed-meanwhile: the Lease kube-system/holdfast-sweep is nobody's any more", 4] },
  ],
  [
    "it was removed",
    [removed],
    { 21: ["changed-meanwhile: the Lease kube-system/holdfast-sweep is nobody's any more", 4] },
  ],
  [
    "no renewal is answered",
    [noAnswer(1)],
    { 10: ["ours", 2], 21: ["timed-out: it gave no answer", 4], 61: ["timed-out: it gave no answer", 7] },
  ],
  ["a renewal is not answered, and the next one is", [noAnswer(1), answers(30)], { 31: ["ours", 5], 59: ["ours", 7] }],
  [
    "renewals are not answered until another has it",
    [noAnswer(1), { at: 60, happens: (server) => server.write(theirs) }, answers(90)],
    { 61: ["timed-out: it gave no answer", 6], 95: ["w2 bb", 8] },
  ],
])("taken again, where %s", async (_, happenings, expected) => {
  const facts: Silent = { refuse: {} };
  const server = leaseKube(null, facts);
  const lease = heldLease(server.kube, "w1 aa");
  expect(said(await lease("take"))).toBe("ours");
  const seen: Record<number, readonly [string, number]> = {};
  let now = 0;
  const times = [...new Set([...Object.keys(expected).map(Number), ...happenings.map(({ at }) => at)])];
  for (const at of times.toSorted((one, other) => one - other)) {
    await vi.advanceTimersByTimeAsync((at - now) * 1000);
    now = at;
    for (const each of happenings) if (each.at === at) each.happens(server, facts);
    if (expected[at] !== undefined) seen[at] = [said(await lease("take")), server.asked.length];
  }
  expect(seen).toEqual(expected);
});

test("what another has is not renewed, and is asked for anew", async () => {
  const server = leaseKube(theirs);
  const lease = heldLease(server.kube, "w1 aa");
  const told = [said(await lease("take"))];
  await vi.advanceTimersByTimeAsync(30_000);
  server.write({ ...theirs, holderIdentity: "" });
  told.push(said(await lease("take")));
  expect([told, server.asked]).toEqual([
    ["w2 bb", "ours"],
    ["get", "get", "update"],
  ]);
});

test("what was given back is renewed no more, and may be taken by another", async () => {
  const server = leaseKube();
  const lease = heldLease(server.kube, "w1 aa");
  await lease("take");
  expect(said(await lease("give-back"))).toBe("ours");
  const asked = server.asked.length;
  await vi.advanceTimersByTimeAsync(120_000);
  expect(server.asked.length).toBe(asked);
  expect(said(await heldLease(server.kube, "w2 bb")("take"))).toBe("ours");
  expect(said(await lease("take"))).toBe("w2 bb");
});
