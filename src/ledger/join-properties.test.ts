import fc from "fast-check";
import { expect, test } from "vitest";
import { ledgersOf, ticksAt, uidOf, without, type Ledgers, type PodFacts } from "../../test/builders/ledgers.ts";
import { known, unknown } from "../model/told.ts";
import { isOrphaned } from "./holders.ts";
import { joinLedgers } from "./join.ts";
import type { PodView } from "./node-view.ts";

/** Few names, so that uids, names and annotations meet. */
const uid = fc.constantFrom(...["a", "b", "c", "d", "e", "f"].map(uidOf), "46dac9a538838115821dfd9559149484", "");
const name = fc.constantFrom("n/one", "n/two", "m/three");
/** `null` in one case of `freq`; what is usual comes first, else the rare would hide the interesting. */
const orNone = <T>(arbitrary: fc.Arbitrary<T>, freq = 5): fc.Arbitrary<T | null> =>
  fc.option(arbitrary, { nil: null, freq });
const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ arbitrary: fc.constant(null), weight: 6 }, { arbitrary, weight: 1 });
const mostly = <T>(usual: T, ...rest: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: fc.constant(usual), weight: 5 }, { arbitrary: fc.constantFrom(...rest), weight: 1 });

const podFacts: fc.Arbitrary<PodFacts> = fc
  .record({
    name,
    uid,
    apiUid: uid,
    listed: fc.constantFrom("both", "before", "after", "none" as const),
    node: mostly<string | null>("cp", "w1", null),
    phase: mostly<string | null>("Running", "Pending", "Failed", "Succeeded", null),
    deletion: seldom(fc.constantFrom({ at: "2026-05-17T08:00:00Z", graceSeconds: 30 })),
    configHash: seldom(uid),
    configMirror: seldom(uid),
    sandbox: orNone(
      fc.record({
        state: mostly<"ready" | "not-ready" | "unknown">("ready", "not-ready", "unknown"),
        labelUid: orNone(uid),
        configSource: mostly<string | null>("api", "file", null),
        runtimeHandler: mostly("", "kata"),
      }),
    ),
    agree: mostly(true, false),
    processes: fc.array(
      fc.record({
        pid: fc.integer({ min: 1, max: 30 }),
        process: fc.record({
          state: mostly("S", "Z", "D"),
          startTicks: mostly(ticksAt("07:30:00"), ticksAt("09:00:40")),
        }),
        listens: fc.subarray(["127.0.0.1:8080", "[::]:8080/udp"]),
      }),
      { maxLength: 3 },
    ),
  })
  .map(({ name: podName, uid: own, apiUid, listed, sandbox, agree, processes, ...api }): PodFacts => {
    const labels = agree ? { labelUid: own } : {};
    return {
      name: podName,
      uid: own,
      listed,
      api: { ...api, uid: agree ? own : apiUid },
      sandbox: sandbox === null ? null : { ...sandbox, ...labels },
      containers: [{ processes }],
    };
  });

const ledgers: fc.Arbitrary<Ledgers> = fc
  .record({
    pods: fc.array(podFacts, { maxLength: 6 }),
    scope: fc.constantFrom("cp", null),
    unreadable: mostly(0, 2),
    answer: seldom(fc.constantFrom("absent", "untold")),
    lost: fc.oneof(
      { arbitrary: fc.constant<("before" | "after" | "runtime" | "kernel")[]>([]), weight: 4 },
      { arbitrary: fc.subarray(["before", "after", "runtime", "kernel"] as const), weight: 1 },
    ),
  })
  .map(({ pods, scope, unreadable, answer, lost }) => {
    const reading = { began: 9, ended: 10, at: "2026-05-17T09:00:42Z" };
    const told = answer === "absent" ? known({ reading, pod: null }) : untold;
    const asked = new Map(answer === null ? [] : [["n/one", told]]);
    const all = ledgersOf({
      pods: [{ name: "kube-system/kube-proxy" }, ...pods],
      before: { node: scope },
      after: { node: scope },
      kernel: { unreadable },
      asked,
    });
    return lost.reduce((rest, which) => without(rest, which), all);
  });

const untold = unknown({ code: "timed-out", text: "not answered in time", at: [] });

function podsOf({ knowledge, observation }: Ledgers): readonly PodView[] {
  return joinLedgers(knowledge, observation).pods;
}

test("no pod that one of the lists has, by any of its names, is ever an orphan", () => {
  fc.assert(
    fc.property(ledgers, (some) => {
      const { before, after } = some.knowledge;
      const listed = [before, after].flatMap((list) => ("known" in list ? list.known.pods : []));
      const names = new Set(listed.flatMap((pod) => [pod.uid, pod.configHash, pod.configMirror]));
      expect(podsOf(some).filter((pod) => isOrphaned(pod) && names.has(pod.uid))).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

test("an orphan lives, has a record of the API, and was in two whole lists' absence", () => {
  fc.assert(
    fc.property(ledgers, (some) => {
      for (const pod of podsOf(some).filter(isOrphaned)) {
        expect(pod.processes.some(({ process }) => process.state !== "Z")).toBe(true);
        expect(pod.sandboxes.map(({ sandbox }) => sandbox.configSource)).not.toContain("file");
        expect(pod.evidence.filter((each) => each.kind === "list" && !each.has)).toHaveLength(2);
      }
    }),
    { numRuns: 2000 },
  );
});

test("with less known, what was unknown becomes neither an orphan nor running", () => {
  fc.assert(
    fc.property(ledgers, fc.constantFrom("before", "after", "runtime", "kernel"), (some, which) => {
      const unsure = new Set(
        podsOf(some)
          .filter(({ standing }) => typeof standing !== "string")
          .map((pod) => pod.uid),
      );
      const surer = podsOf(without(some, which)).filter((pod) => isOrphaned(pod) || pod.standing === "running");
      expect(surer.filter((pod) => unsure.has(pod.uid))).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});
