import { expect, test } from "vitest";
import type { ApiPod, KernelLedger } from "../model/ledger.ts";
import { known, unknown } from "../model/told.ts";
import { noMemory } from "./memory.ts";
import { attended, type Policy } from "./policy.ts";
import { proveReady, type WhatWas } from "./prove-ready.ts";
import type { Request } from "./requests.ts";
import { scan } from "./scan.ts";

const policy: Policy = { ...attended, node: "cp", self: null };
const stuck: ApiPod = {
  namespace: "shop",
  name: "web-5b5c9fd994-aaaaa",
  uid: "was",
  resourceVersion: "1",
  node: "cp",
  phase: "Running",
  hostNetwork: false,
  deletion: null,
  configHash: null,
  configMirror: null,
  owner: "ReplicaSet/web-5b5c9fd994",
  containers: [],
};
const main = {
  name: "main",
  kind: "main",
  ports: [],
  containerId: null,
  state: "running",
  ready: true,
  restarts: 0,
  reason: null,
  message: null,
} as const;
const next = (change: Partial<ApiPod>): ApiPod => ({ ...stuck, uid: "next", containers: [main], ...change });

/** A node where nothing listens, with a list of pods, and a clock that each question for it moves by a second. */
function answering(...pods: readonly ((seconds: number) => ApiPod)[]): (request: Request) => unknown {
  let clock = 0;
  const at = "2026-05-17T09:00:39.000Z";
  const reading = { began: 1, ended: 2, at };
  const list = { reading, node: "cp", resourceVersion: "9", servedAt: at, unparsed: [] };
  const silent = unknown({ code: "not-reached", text: "it is not asked here", at: [] });
  return ({ kind }) => {
    if (kind === "time") return (clock += 1000);
    if (kind === "pods") return known({ ...list, pods: pods.map((pod) => pod(clock / 1000)) });
    if (kind === "details") return new Map();
    if (kind === "kernel") return known({ ...aKernel, reading });
    return kind === "drivers" ? known({ here: [], elsewhere: [] }) : silent;
  };
}

const aKernel: Omit<KernelLedger, "reading"> = {
  bootId: "boot",
  bootTime: 1_779_000_000,
  ticksPerSecond: 100,
  cgroups: "v2",
  hostNetwork: 4_026_531_840,
  processes: [],
  sockets: [],
  seen: 0,
  vanished: 0,
  unreadable: 0,
  unreadNetworks: [],
};

/** What a program comes to with these answers. */
function run<T>(program: Generator<Request, T, unknown>, answer: (request: Request) => unknown): T {
  let step = program.next();
  while (step.done !== true) step = program.next(answer(step.value));
  return step.value;
}

test.each<[string, ApiPod, string | null]>([
  ["of the same ReplicaSet", next({ name: "web-5b5c9fd994-bbbbb" }), "next"],
  [
    "of another ReplicaSet of the same Deployment, as a rollback makes it",
    next({ name: "web-686d4884fd-ccccc", owner: "ReplicaSet/web-686d4884fd" }),
    "next",
  ],
  [
    "of another Deployment",
    next({ name: "web-admin-686d4884fd-ccccc", owner: "ReplicaSet/web-admin-686d4884fd" }),
    null,
  ],
  ["of another kind of controller", next({ name: "web-686d4884fd-ccccc", owner: "DaemonSet/web-686d4884fd" }), null],
  ["of nobody", next({ name: "web-686d4884fd-ccccc", owner: null }), null],
  ["in another namespace", next({ namespace: "other" }), null],
  ["that is being deleted itself", next({ deletion: { at: "2026-05-17T09:00:39Z", graceSeconds: 30 } }), null],
])("what replaces a deleted pod is one %s", (_, pod, expected) => {
  const proof = run(
    proveReady(whatWas(stuck), noMemory, policy),
    answering(() => pod),
  );
  expect([proof.replacement?.uid ?? null, proof.ready]).toEqual([expected, expected !== null]);
});

test.each<[string, Partial<ApiPod>, boolean]>([
  ["ran already", {}, false],
  ["could not start", { containers: [{ ...main, state: "waiting", ready: false }] }, true],
  ["was to be started once more", { containers: [{ ...main, restarts: -1 }] }, true],
])("another of the same controller that was there before, and %s", (_, then, expected) => {
  const sibling = next({ name: "web-5b5c9fd994-bbbbb" });
  const was = whatWas(stuck, { ...sibling, ...then });
  const proof = run(
    proveReady(was, noMemory, policy),
    answering(() => sibling),
  );
  expect([proof.replacement !== null, proof.ready]).toEqual([expected, expected]);
});

test.each<[string, (seconds: number) => number, boolean, number | null]>([
  ["stays up", () => 0, true, 13_000],
  ["is started again once", (seconds) => (seconds < 5 ? 0 : 1), true, 19_000],
  ["is started again and again", (seconds) => Math.floor(seconds / 8), false, null],
])("a container that is Ready while nobody has the port, and %s", (_, restarts, ready, after) => {
  const crashing = (seconds: number) => next({ containers: [{ ...main, restarts: restarts(seconds) }] });
  const proof = run(proveReady(whatWas(stuck), noMemory, policy), answering(crashing));
  expect([proof.ports[0]?.heldBy, proof.ready, proof.readyAfter]).toEqual(["nobody", ready, after]);
});

function whatWas(...pods: readonly ApiPod[]): WhatWas {
  const before = run(scan(noMemory, policy), answering(...pods.map((pod) => () => pod)));
  const drivers = known({ here: [], elsewhere: [] });
  return { pod: stuck, ports: [{ port: 29_653, protocol: "tcp" }], drivers, before };
}
