import { expect, test } from "vitest";
import { kubeSource, served, silence, wholeList } from "../../../test/builders/kube-source.ts";
import type { KubeReason, Update } from "../../model/kube-source.ts";
import { known, type Told } from "../../model/told.ts";
import type { SweepEvent } from "../../sweep/events.ts";
import { noMemory } from "../../sweep/memory.ts";
import { unattended, type Rung } from "../../sweep/policy.ts";
import type { World } from "../../sweep/requests.ts";
import { OrderDesk } from "./carry-out.ts";
import { Orders } from "./orders.ts";

interface Facts {
  readonly orders: readonly object[];
  /** Instead of taking an answer. */
  readonly refuse?: (phase: string) => KubeReason | "conflict" | null;
  readonly journal?: Told<void>;
}

/** What is said of each order, and of what the world is asked; the desk is asked for as often as given. */
async function carriedOut({ orders, refuse, journal = known(undefined) }: Facts, times = 1): Promise<string[]> {
  const said: string[] = [];
  const kube = kubeSource({
    list: async function* () {
      yield* wholeList(orders);
    },
    watch: async function* () {
      await new Promise(() => {});
      yield { step: "ended", because: null };
    },
    update: (_, { name, resourceVersion }, object) => {
      const { status } = object as { status: { phase: string; outcome?: string; text?: string } };
      const refused = refuse?.(status.phase) ?? null;
      const words = [name, status.phase, status.outcome, refused === null ? status.text : "(not taken)"];
      said.push(words.filter((word) => word !== undefined).join(" "));
      if (refused === "conflict") return Promise.resolve(known<Update>("conflict"));
      if (refused !== null) return Promise.resolve({ unknown: refused });
      const next = { metadata: { name, uid: `uid of ${name}`, resourceVersion: `${resourceVersion}1` } };
      return Promise.resolve(known<Update>(served(next)));
    },
  });
  const world = new Proxy({}, { get: (_, kind) => answering(said, String(kind)) }) as World;
  const stop = new AbortController();
  const heard = new Orders({ kube, node: "w1", complain: ({ text }) => said.push(`complains: ${text}`) });
  const hearing = heard.hear(stop.signal);
  await heard.arrival(50, stop.signal);
  const desk = new OrderDesk({
    orders: heard,
    policy: { ...unattended, node: "w1", rungs: new Set<Rung>([1, 2]) },
    agentPod: "agent-x",
    world,
    journal: {
      write: (event: SweepEvent) => (said.push(`journal: ${event.event}`), Promise.resolve(journal)),
      read: () => Promise.resolve(known({ entries: [], damaged: 0 })),
    },
    log: () => {},
    swept: () => {},
    goesOn: () => {},
    signal: stop.signal,
  });
  for (let count = 0; count < times; count++) await desk.carryOut(noMemory);
  stop.abort();
  void hearing;
  return said;
}

const nobodyKnows = { unknown: { code: "not-reached", text: "the node is not read in this test", at: [] } } as const;

function answering(said: string[], kind: string): () => Promise<unknown> {
  return () => {
    if (kind === "time") return Promise.resolve(0);
    if (said.at(-1) !== "world") said.push("world");
    return Promise.resolve(kind === "details" ? new Map() : nobodyKnows);
  };
}

const order = (name: string, spec: object = {}, status?: object): object => ({
  metadata: { name, uid: `uid of ${name}`, resourceVersion: "1", creationTimestamp: new Date().toISOString() },
  spec: { node: "w1", ...spec },
  status,
});
const nodeUntold = "the node is not read in this test";

test.each<[string, Facts, readonly string[]]>([
  ["there is none", { orders: [] }, []],
  [
    "one is begun once that is written down, and ended by what was seen",
    { orders: [order("a")] },
    ["journal: ordered", "a Running", "world", `a Done aborted P4 does not hold: ${nodeUntold}`],
  ],
  ["one is refused", { orders: [order("a", { node: "w2" })] }, ["a Refused it is for the node w2"]],
  [
    "that it is begun was not taken: nothing is done",
    { orders: [order("a")], refuse: (phase) => (phase === "Running" ? silence : null) },
    ["journal: ordered", "a Running (not taken)"],
  ],
  [
    "it was changed or taken back meanwhile: nothing is done",
    { orders: [order("a")], refuse: () => "conflict" },
    ["journal: ordered", "a Running (not taken)"],
  ],
  [
    "it could not be written down here: nothing is done",
    { orders: [order("a")], journal: { unknown: silence } },
    ["journal: ordered"],
  ],
  [
    "one that an agent before this one began is not begun again",
    { orders: [order("a", {}, { phase: "Running", startedAt: "2026-05-17T09:00:00Z" })] },
    [
      "a Done aborted the agent that began it ended before it said what came of it: look at the node's report, and order it again",
    ],
  ],
  [
    "what has ended is left alone",
    { orders: [order("a", {}, { phase: "Done" }), order("b", {}, { phase: "Refused" })] },
    [],
  ],
  [
    "what is not understood is told, and costs only itself",
    { orders: [order("a", { maxRung: "x" }), order("b", { node: "w2" })] },
    ["complains: the Sweep a is not understood: ✖ Invalid input", "b Refused it is for the node w2"],
  ],
])("orders: %s", async (_, facts, expected) => {
  expect(await carriedOut(facts)).toEqual(expected);
});

test("an end that was not taken is told later, and nothing is done twice", async () => {
  let failures = 1;
  const refuse = (phase: string): KubeReason | null => (phase === "Done" && failures-- > 0 ? silence : null);
  const end = `P4 does not hold: ${nodeUntold}`;
  expect(await carriedOut({ orders: [order("a")], refuse }, 3)).toEqual([
    "journal: ordered",
    "a Running",
    "world",
    "a Done aborted (not taken)",
    `a Done aborted ${end}`,
  ]);
});
