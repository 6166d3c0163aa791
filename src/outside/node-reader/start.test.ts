import { describe, expect, test } from "vitest";
import { kubeSource, served, silence } from "../../../test/builders/kube-source.ts";
import { readByPod, untold, waits, refused } from "../../../test/builders/reading-by-pod.ts";
import type { KubeReason, KubeSource } from "../../model/kube-source.ts";
import { isKnown, known } from "../../model/told.ts";
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

describe("a pod that is not made", () => {
  const podSecurity =
    'the API server does not permit it (403: pods "x" is forbidden: violates PodSecurity "baseline:latest": host namespaces)';
  test.each<[string, KubeReason, string[]]>([
    [
      "by RBAC",
      {
        ...refused(403, "Forbidden", 'it does not permit it (403: User "me" cannot create resource "pods")'),
        supply: "grant it",
      },
      ["not-permitted", 'it does not permit it (403: User "me" cannot create resource "pods")', "grant it"],
    ],
    [
      "by Pod Security",
      { ...refused(403, "Forbidden", podSecurity), supply: "grant it" },
      [
        "not-permitted",
        podSecurity.replace("does not permit it", "did not admit the pod"),
        "exempt the namespace kube-system from what refuses privileged pods, or name another (--reader-namespace)",
      ],
    ],
    [
      "for want of its namespace",
      { ...refused(404, "NotFound", "namespaces kube-system not found"), code: "not-served" },
      ["not-served", "namespaces kube-system not found", "name a namespace that is there (--reader-namespace)"],
    ],
  ])("%s", async (_, create, expected) => {
    expect(untold(await readByPod({ create }))).toEqual(expected);
  });

  test("is, though no answer came: then it is used and removed", async () => {
    const outcome = await readByPod({
      create: { ...refused(null, null, "no answer"), code: "timed-out" },
      madeAllTheSame: true,
    });
    expect(isKnown(outcome.observation.kernel)).toBe(true);
    expect(outcome.asked).toContain("delete pod by its uid");
  });
});

describe("a pod that does not run is removed", () => {
  const image = "name one that the node has or can pull (--image), or read it on the node itself";
  test.each<[string, object[], string[]]>([
    [
      "its image cannot be pulled",
      [waits("ErrImagePull"), waits("ImagePullBackOff", "Back-off pulling image")],
      [
        "not-reached",
        "the image holdfast:1 is not on the node and could not be pulled (ImagePullBackOff: Back-off pulling image)",
        image,
      ],
    ],
    [
      "its container cannot be made",
      [waits("CreateContainerError", "no space left on device")],
      [
        "not-reached",
        "its container could not be made (CreateContainerError: no space left on device)",
        "see the events of the namespace",
      ],
    ],
    [
      "the image has no holdfast",
      [
        {
          phase: "Failed",
          containerStatuses: [
            {
              name: "reader",
              state: { terminated: { exitCode: 128, reason: "StartError", message: 'exec: "holdfast": not found' } },
            },
          ],
        },
      ],
      [
        "not-reached",
        'its container could not be started (StartError: exec: "holdfast": not found)',
        "name an image that has holdfast in its PATH (--image), of this version or near it",
      ],
    ],
    [
      "the node is full",
      [{ phase: "Failed", reason: "OutOfpods", message: "Node didn't have enough resource: pods" }],
      [
        "not-reached",
        "the kubelet did not take its pod (OutOfpods: Node didn't have enough resource: pods)",
        "the node has as many pods as it may: remove one, or read it on the node itself",
      ],
    ],
    [
      "nobody starts it",
      [{ phase: "Pending" }],
      [
        "timed-out",
        "its pod did not run within 60 s (Pending)",
        "see the events of the pod's namespace, and whether the node's kubelet and runtime work",
      ],
    ],
    [
      "it ended too soon",
      [{ phase: "Succeeded" }],
      ["incomplete", "its pod ended before it was asked", "name an image of this version of holdfast (--image)"],
    ],
  ])("%s", async (_, statuses, expected) => {
    const outcome = await readByPod({ statuses });
    expect([untold(outcome), outcome.asked.slice(-3, -1)]).toEqual([expected, ["delete pod by its uid", "get pod"]]);
  });

  test("nobody starts it, and an event says why", async () => {
    const outcome = await readByPod({ statuses: [{ phase: "Pending" }], warnings: ["first", "no runtime\nto ask"] });
    expect(untold(outcome)[1]).toBe("its pod did not run within 60 s (Failed: no runtime to ask)");
  });

  test("a sidecar was added", async () => {
    const outcome = await readByPod({ spec: { containers: [{ name: "reader" }, { name: "istio-proxy" }] } });
    expect(untold(outcome)).toEqual([
      "not-permitted",
      "its pod was given the container istio-proxy",
      "exempt the namespace from what adds containers to pods, or name another (--reader-namespace)",
    ]);
  });

  test("it was given up", async () => {
    const outcome = await readByPod({ statuses: [{ phase: "Pending" }] }, { signal: AbortSignal.abort() });
    expect([untold(outcome)[1], outcome.asked]).toEqual([
      "it was given up before its pod ran",
      expect.arrayContaining(["delete pod by its uid"]),
    ]);
  });
});
