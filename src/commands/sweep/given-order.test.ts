import { expect, test } from "vitest";
import { forbidden, kubeSource, served, silence } from "../../../test/builders/kube-source.ts";
import type { KubeTold } from "../../model/kube-source.ts";
import type { ServedObject } from "../../model/served-object.ts";
import { known } from "../../model/told.ts";
import { orderText } from "../../report/sweep/order-report.ts";
import { giveOrder, orderEnded, type OrderSpec } from "./given-order.ts";

const spec: OrderSpec = { node: "w1", maxRung: 2, overdue: false, dryRun: false, ttlSeconds: 300 };
const metadata = { name: "by-hand-x7k2p", uid: "u", resourceVersion: "1" };
const begun = { phase: "Running", startedAt: "2026-05-17T09:00:41Z", agentPod: "agent-x" };
const done = (outcome: string, text: string) => ({ ...begun, phase: "Done", outcome, text });

test("an order is an object of its own, and is told by the name that it got", async () => {
  const made: unknown[] = [];
  const kube = kubeSource({
    create: (kind, namespace, object) => {
      made.push([kind.resource, namespace, object]);
      return Promise.resolve(known(served({ metadata })));
    },
  });
  expect(await giveOrder(kube, spec)).toBe("by-hand-x7k2p");
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

type Answer = object | null | "silent";

/** What is printed, and after how many looks, where the API server has these states of it, the last for ever. */
async function waitedFor(...answers: readonly Answer[]): Promise<[string, number]> {
  let looks = 0;
  let now = 0;
  const get = (): Promise<KubeTold<ServedObject | null>> => {
    const answer = answers[Math.min(looks++, answers.length - 1)] ?? null;
    if (answer === "silent") return Promise.resolve({ unknown: silence });
    return Promise.resolve(known(answer === null ? null : served({ metadata, ...answer })));
  };
  const sleep = (milliseconds: number): Promise<void> => Promise.resolve(void (now += milliseconds));
  const waiting = { now: () => now, sleep };
  const { signal } = new AbortController();
  const status = await orderEnded(kubeSource({ get }), metadata.name, spec, { signal, waiting });
  const report = {
    $schema: "urn:holdfast:schema:order-report:1",
    sweep: metadata.name,
    node: "w1",
    uid: null,
  } as const;
  return [orderText({ ...report, ...status }, { width: 200 }), looks];
}

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
  ["could not be read for a while", ["silent", "silent", { status: done("cleared", "a/b") }], "✔ cleared: a/b", 3],
  [
    "says what a terminal would act on",
    [{ status: done("cleared", "a\u001b[2Jb\u202e") }],
    "✔ cleared: a\\u{1b}[2Jb\\u{202e}",
    1,
  ],
  [
    "is taken by nobody in its time",
    [{}],
    "? no agent of w1 has taken the Sweep by-hand-x7k2p: is one there, with agent.takeOrders?",
    317,
  ],
  [
    "takes an hour",
    [...Array.from({ length: 3600 }, () => ({ status: begun })), { status: done("cleared", "a/b") }],
    "✔ cleared: a/b",
    3601,
  ],
  [
    "is taken away while it is waited for",
    [{ status: begun }, null],
    "? the agent of w1 is still at the Sweep by-hand-x7k2p: kubectl get sweep by-hand-x7k2p",
    2,
  ],
])("an order that %s", async (_, answers, text, looks) => {
  expect(await waitedFor(...answers)).toEqual([`${text}\n`, looks]);
});
