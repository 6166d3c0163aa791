import { expect, test } from "vitest";
import { kubeSource, served, silence } from "../../../test/builders/kube-source.ts";
import type { KubeReason, KubeSource } from "../../model/kube-source.ts";
import { known } from "../../model/told.ts";
import { makePod } from "./start.ts";

const request = { name: "holdfast-node-reader-1", namespace: "kube-system", node: "cp", image: "holdfast:1" };
const pod = served({
  metadata: { name: request.name, uid: "u1", creationTimestamp: "2026-05-17T09:00:40Z" },
  spec: { containers: [{ name: "reader" }] },
});

/** Makes a pod whose making gives this, and counts the looks at it; each is answered so. */
async function making(create: KubeReason, look: (looks: number) => Awaited<ReturnType<KubeSource["get"]>>) {
  let looks = 0;
  const kube = kubeSource({
    create: () => Promise.resolve({ unknown: create }),
    get: () => Promise.resolve(look((looks += 1))),
  });
  const waiting = { now: () => 0, sleep: () => Promise.resolve() };
  const made = await makePod(kube, request, { signal: AbortSignal.abort(), waiting });
  return { made, looks };
}

const supply =
  "kubectl -n kube-system delete pod holdfast-node-reader-1; it ends by itself, and a later run of this removes it too";

test("a pod that is stored after its making was given up is found, and used or removed", async () => {
  expect(await making(silence, (looks) => known(looks < 4 ? null : pod))).toEqual({
    made: known({ namespace: "kube-system", name: request.name, uid: "u1", created: "2026-05-17T09:00:40Z" }),
    looks: 4,
  });
});

test.each<[string, KubeReason, Parameters<typeof making>[1], string]>([
  [
    "no look found it",
    silence,
    () => known(null),
    "it gave no answer; its pod kube-system/holdfast-node-reader-1 was not there 5 s later, and may be made yet",
  ],
  [
    "no look got an answer",
    silence,
    () => ({ unknown: silence }),
    "it gave no answer; its pod kube-system/holdfast-node-reader-1 could not be looked for",
  ],
  [
    "the answer was one of success that says nothing",
    { ...silence, text: "it is no JSON", status: 201 },
    () => known(null),
    "it is no JSON; its pod kube-system/holdfast-node-reader-1 was not there 5 s later, and may be made yet",
  ],
])("where %s, the pod is named: it may be there", async (_, create, look, text) => {
  expect(await making(create, look)).toEqual({
    made: { unknown: { code: "timed-out", text, at: [], supply } },
    looks: 6,
  });
});

test("a pod that is refused is not looked for", async () => {
  const refusal: KubeReason = { ...silence, code: "not-permitted", text: "no", status: 401, said: "Unauthorized" };
  expect(await making(refusal, () => known(pod))).toEqual({ made: { unknown: refusal }, looks: 0 });
});
