import { expect, test } from "vitest";
import type { ApiPod } from "../model/ledger.ts";
import { known } from "../model/told.ts";
import { noMemory } from "./memory.ts";
import { attended, type Policy } from "./policy.ts";
import { renew } from "./renew.ts";
import type { Request } from "./requests.ts";

const policy: Policy = { ...attended, node: "cp", mode: "enforce" };
const main: ApiPod["containers"][number] = {
  name: "main",
  kind: "main",
  ports: [],
  containerId: null,
  state: "waiting",
  ready: false,
  restarts: 9,
  reason: "CrashLoopBackOff",
  message: null,
};
const stuck: ApiPod = {
  namespace: "nfs-csi",
  name: "csi-nfs-node-abcde",
  uid: "stuck",
  resourceVersion: "1",
  node: "cp",
  phase: "Running",
  hostNetwork: true,
  deletion: null,
  configHash: null,
  configMirror: null,
  owner: "DaemonSet/csi-nfs-node",
  containers: [main],
};
const ready: ApiPod = { ...stuck, containers: [{ ...main, state: "running", ready: true }] };

/** What is so when the person is asked, and what once they have said yes. */
interface Course {
  readonly first?: { readonly pod: ApiPod | null; readonly paused?: boolean };
  readonly then?: { readonly pod: ApiPod | null; readonly paused?: boolean };
  readonly consents?: boolean;
}

test.each<[string, Course, string, readonly string[]]>([
  ["stays stuck", {}, "goes on", ["pause", "pod", "consent", "record", "pause", "pod", "delete-pod stuck"]],
  ["is Ready by now", { first: { pod: ready } }, "goes on", ["pause", "pod"]],
  ["is gone by now", { first: { pod: null } }, "goes on", ["pause", "pod"]],
  [
    "becomes Ready while a person is asked",
    { then: { pod: ready } },
    "goes on",
    ["pause", "pod", "consent", "record", "pause", "pod"],
  ],
  [
    "is made again while a person is asked",
    { then: { pod: { ...stuck, uid: "next" } } },
    "goes on",
    ["pause", "pod", "consent", "record", "pause", "pod"],
  ],
  [
    "may not be touched by the time that a person has answered",
    { then: { pod: stuck, paused: true } },
    "sweeping is paused for the whole cluster",
    ["pause", "pod", "consent", "record", "pause"],
  ],
  ["may not be deleted", { consents: false }, "its deletion was refused", ["pause", "pod", "consent"]],
  [
    "has no controller",
    { first: { pod: { ...stuck, owner: null } } },
    "no controller would make another: it starts when its back-off is over",
    ["pause", "pod"],
  ],
])("a pod that %s", (_, { first = { pod: stuck }, then = first, consents = true }, expected, asked) => {
  const seen: string[] = [];
  let now = first;
  const answer = (request: Request): unknown => {
    seen.push(request.kind === "delete-pod" ? `delete-pod ${request.uid}` : request.kind);
    if (request.kind === "pause") return known(now.paused === true);
    if (request.kind === "pod") return known({ reading: { began: 1, ended: 2, at: "" }, pod: now.pod });
    if (request.kind === "record") return known(undefined);
    if (request.kind === "delete-pod") return known("accepted");
    now = then;
    return consents;
  };
  const program = renew(stuck, { memory: noMemory, persists: false }, policy);
  let step = program.next();
  while (step.done !== true) step = program.next(answer(step.value));
  expect("reason" in step.value ? step.value.reason.text : "goes on").toBe(expected);
  expect(seen).toEqual(asked);
});
