import { expect, test } from "vitest";
import type { ApiPod } from "../model/ledger.ts";
import { known, unknown } from "../model/told.ts";
import { noMemory } from "./memory.ts";
import { attended, type Policy } from "./policy.ts";
import { proveReady } from "./prove-ready.ts";
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

/** A node of which only the list of pods is told, and a clock that each question moves. */
function answering(pod: ApiPod): (request: Request) => unknown {
  let clock = 0;
  const reading = { began: 1, ended: 2, at: "2026-05-17T09:00:39.000Z" };
  const list = { reading, node: "cp", resourceVersion: "9", pods: [pod], unparsed: [] };
  const silent = unknown({ code: "not-reached", text: "it is not asked here", at: [] });
  return ({ kind }) => {
    if (kind === "time") return (clock += 1000);
    if (kind === "pods") return known(list);
    if (kind === "details") return new Map();
    return kind === "drivers" ? known({ here: [], elsewhere: [] }) : silent;
  };
}

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
  const answer = answering(pod);
  const before = run(scan(noMemory, policy), answer);
  const was = { pod: stuck, ports: [], drivers: known({ here: [], elsewhere: [] }), before };
  const proof = run(proveReady(was, noMemory, policy), answer);
  expect([proof.replacement?.uid ?? null, proof.ready]).toEqual([expected, expected !== null]);
});
