import { expect, test } from "vitest";
import { forbidden, kubeSource, served, silence } from "../../../test/builders/kube-source.ts";
import type { KubeTold } from "../../model/kube-source.ts";
import type { ServedObject } from "../../model/served-object.ts";
import { known } from "../../model/told.ts";
import { orderText } from "../../report/sweep/order-report.ts";
import { giveOrder, orderEnded, type GivenOrder, type OrderSpec } from "./given-order.ts";

const spec: OrderSpec = { node: "w1", maxRung: 2, overdue: false, dryRun: false, ttlSeconds: 300 };
const metadata = {
  name: "by-hand-x7k2p",
  uid: "u",
  resourceVersion: "1",
  creationTimestamp: "2026-05-17T09:00:40Z",
};
const given: GivenOrder = {
  name: metadata.name,
  uid: "u",
  node: "w1",
  ttlSeconds: 300,
  mayBeBegunUntil: "2026-05-17T09:05:40Z",
};
const begun = { phase: "Running", startedAt: "2026-05-17T09:00:41Z", agentPod: "agent-x" };
const done = (outcome: string, text: string) => ({ ...begun, phase: "Done", outcome, text });

test("an order is an object of its own, and is told by the name that it got and by when its time is over", async () => {
  const made: unknown[] = [];
  const kube = kubeSource({
    create: (kind, namespace, object) => {
      made.push([kind.resource, namespace, object]);
      return Promise.resolve(known(served({ metadata })));
    },
  });
  expect(await giveOrder(kube, spec)).toEqual(given);
  expect(made).toEqual([
    [
      "sweeps",
      null,
      {
        apiVersion: "holdfast.dev/v1alpha1",
        kind: "Sweep",
        metadata: { generateName: "by-hand-" },
        spec: { node: "w1", maxRung: 2, overdue: false, dryRun: false, ttlSeconds: 300 },
      },
    ],
  ]);
});

test("one that is not taken says why", async () => {
  const kube = kubeSource({ create: () => Promise.resolve({ unknown: forbidden }) });
  await expect(giveOrder(kube, spec)).rejects.toMatchObject({ code: "SWEEP006" });
});

type Answer = object | null | "silent" | "forbidden" | "ctrl-c";

interface Waited {
  /** What is printed. */
  readonly text: string;
  readonly looks: number;
  /** What was complained of meanwhile. */
  readonly complaints: readonly string[];
}

/** Where the API server has these states of it, the last for ever. */
async function waitedFor(...answers: readonly Answer[]): Promise<Waited> {
  let looks = 0;
  let now = 0;
  const stop = new AbortController();
  const get = (): Promise<KubeTold<ServedObject | null>> => {
    const answer = answers[Math.min(looks++, answers.length - 1)] ?? null;
    if (answer === "silent") return Promise.resolve({ unknown: silence });
    if (answer === "forbidden") return Promise.resolve({ unknown: forbidden });
    if (answer === "ctrl-c") stop.abort();
    const object = answer === "ctrl-c" ? {} : answer;
    return Promise.resolve(known(object === null ? null : served({ metadata, ...object })));
  };
  const sleep = (milliseconds: number): Promise<void> => Promise.resolve(void (now += milliseconds));
  const complaints: string[] = [];
  const seen = await orderEnded(kubeSource({ get }), given, {
    signal: stop.signal,
    waiting: { now: () => now, sleep },
    complain: (reason) => complaints.push(reason),
  });
  const report = {
    $schema: "urn:holdfast:schema:order-report:1",
    sweep: given.name,
    node: given.node,
    uid: null,
    mayBeBegunUntil: given.mayBeBegunUntil,
    ...seen,
  } as const;
  return { text: orderText(report, { width: 400 }).trimEnd(), looks, complaints };
}

const takeBack =
  "until 2026-05-17T09:05:40Z the agent of w1 may begin it, kubectl delete sweep by-hand-x7k2p takes it back before that";
const look = "kubectl get sweep by-hand-x7k2p says more";
const lookAtReport = "kubectl get nodereport w1 -o yaml has what it did last";
const notUnderstood = 'what it says is not understood: ✖ Invalid option: expected one of "Running"|"Refused"|"Done"';
const unknownFate = "? what has become of the Sweep by-hand-x7k2p is not known:";
const endNotSeen = "? the agent of w1 began the Sweep by-hand-x7k2p at 2026-05-17T09:00:41Z, and its end was not seen:";

test.each<[string, readonly Answer[], string, number]>([
  [
    "is taken, and done",
    [{}, { status: begun }, { status: done("cleared", "a/b: cleared on rung 2") }],
    "✔ cleared: a/b: cleared on rung 2",
    3,
  ],
  ["leaves something", [{ status: done("left", "a/b: 2 processes live") }], "✖ left: a/b: 2 processes live", 1],
  ["finds nothing", [{ status: done("nothing", "nothing is left over") }], "✔ nothing: nothing is left over", 1],
  ["is refused", [{ status: { phase: "Refused", text: "rung 2 was ordered" } }], "✖ refused: rung 2 was ordered", 1],
  [
    "says what a terminal would act on",
    [{ status: done("cleared", "a\u001b[2Jb\u202e") }],
    "✔ cleared: a\\u{1b}[2Jb\\u{202e}",
    1,
  ],
  [
    "is taken by nobody in its time",
    [{}],
    "? no agent of w1 has taken the Sweep by-hand-x7k2p in its time: is one there, with agent.takeOrders?",
    317,
  ],
  [
    "takes an hour",
    [...Array.from({ length: 3600 }, () => ({ status: begun })), { status: done("cleared", "a/b") }],
    "✔ cleared: a/b",
    3601,
  ],
])("an order that %s", async (_, answers, text, looks) => {
  expect(await waitedFor(...answers)).toEqual({ text, looks, complaints: [] });
});

test.each<[string, readonly Answer[], Waited]>([
  [
    "could not be looked at for a while",
    ["silent", "silent", { status: done("cleared", "a/b") }],
    { text: "✔ cleared: a/b", looks: 3, complaints: [silence.text] },
  ],
  [
    "may not be looked at",
    ["forbidden"],
    { text: `${unknownFate} ${forbidden.text}; ${takeBack}; ${look}`, looks: 317, complaints: [forbidden.text] },
  ],
  [
    "says what is not understood",
    [{ status: { phase: "Sleeping" } }],
    {
      text: `${unknownFate} ${notUnderstood}; ${takeBack}; ${look}`,
      looks: 317,
      complaints: [notUnderstood],
    },
  ],
  [
    "was begun, and may not be looked at any more",
    [{ status: begun }, "forbidden"],
    { text: `${endNotSeen} ${forbidden.text}; ${look}`, looks: 7202, complaints: [forbidden.text] },
  ],
  [
    "does not end",
    [{ status: begun }],
    { text: `${endNotSeen} it had not ended after 2 hours; ${look}`, looks: 7202, complaints: [] },
  ],
  [
    "is deleted before it was begun",
    [{}, null],
    { text: `${unknownFate} it was deleted; ${lookAtReport}`, looks: 2, complaints: [] },
  ],
  [
    "is deleted after it was begun",
    [{ status: begun }, null],
    { text: `${endNotSeen} it was deleted; ${lookAtReport}`, looks: 2, complaints: [] },
  ],
  [
    "is another of its name",
    [{ metadata: { ...metadata, uid: "v" } }],
    { text: `${unknownFate} it was deleted; ${lookAtReport}`, looks: 1, complaints: [] },
  ],
  [
    "is waited for no longer",
    [{}, "ctrl-c"],
    { text: `${unknownFate} the waiting was broken off; ${takeBack}; ${look}`, looks: 2, complaints: [] },
  ],
])("an order that %s", async (_, answers, waited) => {
  expect(await waitedFor(...answers)).toEqual(waited);
});
