import type { RequestKind } from "../../src/sweep/requests.ts";
import { aNode, aPerson, orphan, play, type Scenario } from "./play.ts";
import { create, drop, when, type Before } from "./stage.ts";
import type { ApiMode, World } from "./world.ts";

/** The requests of a scan, in their order: between any two of them something may happen. */
const asked: readonly RequestKind[] = [
  "time",
  "pods",
  "runtime",
  "kernel",
  "details",
  "pods",
  "runtime",
  "pod",
  "cluster",
  "machine",
  "kubelet",
  "peers",
];

const moments = asked.map((kind, index) => ({
  kind,
  nth: asked.slice(0, index + 1).filter((each) => each === kind).length,
}));

/** Those of a scan that has a list from before, up to the last list. */
const ofConfirmation = (["time", "runtime", "kernel", "details", "pods"] as const).map((kind) => ({ kind, nth: 1 }));

const noneKnown =
  "P5 fails: the wrong cluster? 3 of 3 pods that live here would be orphans: the API server has 0 of them, and listed 0";
const anotherCluster =
  "P2 fails: the API server has no node of this name; P4 fails: what this wrote last is not in the API any more: a restored etcd, or another API server";

/** How an API server does not answer, or answers what it should not. */
const wrongAnswers: readonly { readonly mode: ApiMode; readonly expected: readonly string[] }[] = [
  { mode: { is: "error" }, expected: ["P4 untold: no answer", "P2 untold: no answer; P4 untold: no answer"] },
  { mode: { is: "empty" }, expected: [noneKnown, `aborted before 1: ${noneKnown.replace("fails", "does not hold")}`] },
  {
    mode: { is: "other-cluster" },
    expected: [
      `${anotherCluster}; ${noneKnown.replace("listed 0", "listed 1")}`,
      `${anotherCluster}; orphan csi waits 0 s, 1 scans`,
      "aborted before 1: P2 does not hold: the API server has no node of this name",
    ],
  },
];

/** What may come at any moment of a scan. What came of it is told once, in the order in which it first came. */
export const atEachMoment: readonly Scenario[] = [
  ...[false, true].map((deleted): Scenario => ({
    name: `3 a pod that is made between any two readings${deleted ? ", and deleted by force before the next" : ""}`,
    run: () =>
      once(moments, ({ kind, nth }) => {
        const { world } = aNode({ name: "other" });
        return play({
          world,
          policy: aPerson({ confirmations: 1, minimumAge: 0 }),
          cycles: [0, 1000, 1000],
          before: when(2, kind, nth, () => {
            const pod = create(world, { name: "new" });
            world.now += 5;
            if (deleted) drop(world, pod);
          }),
        });
      }),
    expected: ["nothing"],
  })),
  ...wrongAnswers.map(({ mode, expected }): Scenario => ({
    name: `5 the API server at any moment before a scan is done: ${mode.is}`,
    run: () =>
      once(moments.slice(0, 6), ({ kind, nth }) => {
        const { world } = aNode(orphan, { name: "known" });
        return play({
          world,
          policy: aPerson({ confirmations: 1 }),
          cycles: [0],
          before: when(1, kind, nth, () => void (world.api.mode = mode)),
        });
      }),
    expected,
  })),
  {
    name: "5 the API server while a rung is confirmed: each wrong answer, at any moment",
    run: () =>
      once(wrongAnswers, ({ mode }) =>
        ofConfirmation.flatMap(({ kind, nth }) => {
          const { world } = aNode(orphan, { name: "known" });
          const before = inConfirmation(kind, nth, world, mode);
          return play({ world, policy: aPerson({ confirmations: 1 }), cycles: [0], before });
        }),
      ),
    expected: [
      "aborted before 1: P2 does not hold: no answer",
      "aborted before 1: P4 does not hold: no answer",
      "stop container 30 s; aborted before 1: P5 does not hold: the wrong cluster? 3 of 3 pods that live here would be orphans: the API server has 0 of them, and listed 0",
      "aborted before 1: P2 does not hold: the API server has no node of this name",
      "stop container 30 s; aborted before 1: P2 does not hold: the API server has no node of this name",
    ],
  },
];

/** Changes how the API answers at a moment of the scan that comes after the lease was taken. */
function inConfirmation(kind: RequestKind, nth: number, world: World, mode: ApiMode): Before {
  let seen = -1;
  return ({ request }) => {
    if (request.kind === "lease" && seen < 0) seen = 0;
    if (seen < 0 || request.kind !== kind) return;
    seen++;
    if (seen === nth) world.api.mode = mode;
  };
}

function once<T>(choices: readonly T[], run: (choice: T) => readonly string[]): readonly string[] {
  return [...new Set(choices.flatMap(run))];
}
