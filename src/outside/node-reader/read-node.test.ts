import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { incident } from "../../../test/builders/incident.ts";
import { ledgersOf } from "../../../test/builders/ledgers.ts";
import {
  readerKube,
  readerUid,
  readyNode,
  runningStatus,
  type ReaderFacts,
} from "../../../test/builders/reader-kube.ts";
import type { ExecStep, KubeReason } from "../../model/kube-source.ts";
import type { NodeObservation } from "../../model/ledger.ts";
import { isKnown, known } from "../../model/told.ts";
import { snapshotLines } from "../../snapshot/record/nodes.ts";
import type { NodeReading } from "../../model/sources.ts";
import { readNodeByPod } from "./read-node.ts";

const stopped = new AbortController();
stopped.abort();

async function read(facts: ReaderFacts = {}, { signal = new AbortController().signal, counted = 0 } = {}) {
  const { kube, waiting, asked, made } = readerKube({
    exec: () => printed(snapshotOf(incident().observation)),
    ...facts,
  });
  const sequence = (): number => (counted += 1);
  const options = { image: "holdfast:1", namespace: "kube-system", sequence, signal, waiting };
  const reading = await readNodeByPod(kube, "cp", options);
  return { ...reading, left: await reading.left, asked, made };
}

/** What `holdfast node-read` prints. */
function snapshotOf(observation: NodeObservation): Buffer {
  const { knowledge } = incident();
  const nodes = [{ observed: { knowledge, observation }, cgroupRoot: null }];
  const lines = snapshotLines({ toolVersion: "0.1.0", at: "2026-05-17T09:00:40Z", server: null, nodes });
  return gzipSync([...lines].join(""));
}

const ended = (exit: (ExecStep & { step: "ended" })["exit"]): ExecStep => ({ step: "ended", exit });

async function* printed(bytes: Uint8Array, last: ExecStep = ended(known(0)), complaint = ""): AsyncGenerator<ExecStep> {
  for (let at = 0; at < bytes.length; at += 1000)
    yield { step: "output", stream: "stdout", bytes: bytes.subarray(at, at + 1000) };
  if (complaint !== "") yield { step: "output", stream: "stderr", bytes: Buffer.from(complaint) };
  yield last;
}

/** Why neither runtime nor kernel was read, and what to do; what was left. */
function untold({ observation: { runtime, kernel }, left }: Awaited<ReturnType<typeof read>>): string[] {
  if (isKnown(runtime) || isKnown(kernel) || runtime.unknown !== kernel.unknown) throw new Error("something was told");
  const { code, text, supply = "nothing" } = runtime.unknown;
  return [code, text.replace("cp could not be read through a pod: ", ""), supply, ...left.map((each) => each.text)];
}

const ready = { status: { ...readyNode } };
const waits = (reason: string, message?: string): object => ({
  phase: "Pending",
  containerStatuses: [{ name: "reader", state: { waiting: { reason, message } } }],
});
const refused = (status: number | null, said: string | null, text: string): KubeReason => ({
  code: "not-permitted",
  text,
  at: [],
  status,
  said,
});

test("makes the pod, asks it, waits until it has ended, removes it, and looks for those of earlier runs", async () => {
  const { asked } = await read({ statuses: [{ phase: "Pending" }, waits("ContainerCreating"), runningStatus] });
  expect(asked).toEqual([
    "get node cp",
    "create in kube-system",
    "get pod",
    "exec in kube-system/holdfast-node-reader-… reader: holdfast node-read --node cp <",
    "get pod",
    "delete pod by its uid",
    "get pod",
    "list kube-system spec.nodeName=cp app.kubernetes.io/name=holdfast,app.kubernetes.io/component=node-reader,app.kubernetes.io/managed-by=holdfast",
  ]);
});

test("asks as soon as the container runs, whatever the API server says yet", async () => {
  const pending = Array.from({ length: 20 }, () => waits("ContainerCreating"));
  const { asked, observation } = await read({ runsEarly: true, statuses: [...pending, runningStatus] });
  expect(isKnown(observation.kernel)).toBe(true);
  expect(asked.slice(1, 5)).toEqual([
    "create in kube-system",
    "get pod",
    "exec in kube-system/holdfast-node-reader-… reader: holdfast node-read --node cp <",
    "get pod",
  ]);
});

test("what fails before the pod is said to run is asked again", async () => {
  let times = 0;
  const exec = (): AsyncIterable<ExecStep> => {
    times += 1;
    return times === 1
      ? printed(Buffer.alloc(0), ended(known(2)), "holdfast: NODE003: not yet")
      : printed(snapshotOf(incident().observation));
  };
  const statuses = [waits("ContainerCreating")];
  const { observation } = await read({ runsEarly: true, statuses, statusAfter: runningStatus, exec });
  expect([times, isKnown(observation.kernel)]).toEqual([2, true]);
});

test("one whose pod ended because of what was asked too soon says what became of that", async () => {
  const exec = (): AsyncIterable<ExecStep> => printed(Buffer.alloc(0), ended(known(7)), "out of memory");
  expect(untold(await read({ runsEarly: true, statuses: [waits("ContainerCreating")], exec }))).toEqual([
    "incomplete",
    "holdfast in the pod ended with code 7: out of memory",
    "name an image of this version of holdfast (--image)",
  ]);
});

test("the pod that is made", async () => {
  const { made } = await read();
  expect(JSON.parse(JSON.stringify(made).replace(/reader-[0-9a-f]{10}/, "reader-1"))).toMatchInlineSnapshot(`
    [
      {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
          "annotations": {
            "linkerd.io/inject": "disabled",
            "sidecar.istio.io/inject": "false",
          },
          "labels": {
            "app.kubernetes.io/component": "node-reader",
            "app.kubernetes.io/managed-by": "holdfast",
            "app.kubernetes.io/name": "holdfast",
            "sidecar.istio.io/inject": "false",
          },
          "name": "holdfast-node-reader-1",
          "namespace": "kube-system",
        },
        "spec": {
          "activeDeadlineSeconds": 300,
          "automountServiceAccountToken": false,
          "containers": [
            {
              "command": [
                "holdfast",
                "node-wait",
              ],
              "env": [
                {
                  "name": "HOLDFAST_POD_UID",
                  "valueFrom": {
                    "fieldRef": {
                      "fieldPath": "metadata.uid",
                    },
                  },
                },
              ],
              "image": "holdfast:1",
              "imagePullPolicy": "IfNotPresent",
              "name": "reader",
              "securityContext": {
                "privileged": true,
                "readOnlyRootFilesystem": true,
                "runAsGroup": 0,
                "runAsUser": 0,
              },
              "terminationMessagePolicy": "FallbackToLogsOnError",
              "volumeMounts": [
                {
                  "mountPath": "/run/holdfast",
                  "name": "lease",
                },
              ],
            },
          ],
          "dnsPolicy": "Default",
          "enableServiceLinks": false,
          "hostNetwork": true,
          "hostPID": true,
          "nodeName": "cp",
          "restartPolicy": "Never",
          "tolerations": [
            {
              "operator": "Exists",
            },
          ],
          "volumes": [
            {
              "emptyDir": {
                "medium": "Memory",
                "sizeLimit": "1Mi",
              },
              "name": "lease",
            },
          ],
        },
      },
    ]
  `);
});

test("tells what was read, in the order of this run", async () => {
  const { observation, left } = await read({}, { counted: 41 });
  const { runtime, kernel, details } = incident().observation;
  const here = { began: 42, ended: 43 };
  if (!isKnown(runtime) || !isKnown(kernel)) throw new Error("the builder tells both");
  expect({ observation, left }).toEqual({
    observation: {
      node: "cp",
      runtime: known({ ...runtime.known, reading: { ...runtime.known.reading, ...here } }),
      kernel: known({ ...kernel.known, reading: { ...kernel.known.reading, ...here } }),
      details,
    },
    left: [],
  });
});

test("leaves the pod itself out, which shows where the kubelet has its pods", async () => {
  const reader = { name: "kube-system/holdfast-node-reader-1", uid: readerUid };
  const other = { name: "kube-system/kube-proxy" };
  const besideIt = await read(
    { exec: () => printed(snapshotOf(ledgersOf({ pods: [reader, other] }).observation)) },
    { counted: 2 },
  );
  const alone = await read(
    { exec: () => printed(snapshotOf(ledgersOf({ pods: [other] }).observation)) },
    { counted: 2 },
  );
  expect([besideIt.cgroupRoot, alone.cgroupRoot]).toEqual(["/", null]);
  const seen = ({ observation: { runtime, kernel } }: Pick<NodeReading, "observation">): unknown =>
    isKnown(runtime) && isKnown(kernel)
      ? [runtime.known.sandboxes, runtime.known.containers, kernel.known.processes.map(({ cgroup }) => cgroup)]
      : null;
  expect(seen(besideIt)).toEqual(seen(alone));
});

describe("a node on which nothing would run gets no pod", () => {
  test.each<[string, NonNullable<ReaderFacts["node"]> | null, string[]]>([
    [
      "there is none of this name",
      null,
      [
        "wrong-cluster",
        "the API server has no node cp",
        "name the node as kubectl get nodes prints it, and the right cluster (--kubeconfig, --context)",
      ],
    ],
    [
      "its kubelet is down",
      {
        status: {
          ...ready.status,
          conditions: [
            {
              type: "Ready",
              status: "Unknown",
              reason: "NodeStatusUnknown",
              message: "Kubelet stopped posting node status.",
              lastTransitionTime: "2026-05-17T08:58:00Z",
            },
          ],
        },
      },
      [
        "not-reached",
        "the node cp is not ready since 2026-05-17T08:58:00Z (NodeStatusUnknown: Kubelet stopped posting node status.)",
        "see why its kubelet does not answer, or read it on the node itself: holdfast snapshot --local -o FILE",
      ],
    ],
    [
      "it runs Windows",
      { status: { nodeInfo: { operatingSystem: "windows" } } },
      [
        "not-reached",
        "the node cp runs windows, and only Linux can be read",
        "name the node as kubectl get nodes prints it, and the right cluster (--kubeconfig, --context)",
      ],
    ],
    [
      "the API server is silent",
      { ...refused(null, null, "no answer"), code: "timed-out" },
      ["timed-out", "no answer", "nothing"],
    ],
  ])("%s", async (_, node, expected) => {
    const outcome = await read({ node });
    expect([untold(outcome), outcome.asked]).toEqual([expected, ["get node cp"]]);
  });

  test("but who may not look at Nodes tries", async () => {
    const outcome = await read({ node: refused(403, "Forbidden", "no") });
    expect(isKnown(outcome.observation.kernel)).toBe(true);
  });
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
    expect(untold(await read({ create }))).toEqual(expected);
  });

  test("is, though no answer came: then it is used and removed", async () => {
    const outcome = await read({
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
    const outcome = await read({ statuses });
    expect([untold(outcome), outcome.asked.slice(-3, -1)]).toEqual([expected, ["delete pod by its uid", "get pod"]]);
  });

  test("nobody starts it, and an event says why", async () => {
    const outcome = await read({ statuses: [{ phase: "Pending" }], warnings: ["first", "no runtime\nto ask"] });
    expect(untold(outcome)[1]).toBe("its pod did not run within 60 s (Failed: no runtime to ask)");
  });

  test("a sidecar was added", async () => {
    const outcome = await read({ spec: { containers: [{ name: "reader" }, { name: "istio-proxy" }] } });
    expect(untold(outcome)).toEqual([
      "not-permitted",
      "its pod was given the container istio-proxy",
      "exempt the namespace from what adds containers to pods, or name another (--reader-namespace)",
    ]);
  });

  test("it was given up", async () => {
    const outcome = await read({ statuses: [{ phase: "Pending" }] }, { signal: stopped.signal });
    expect([untold(outcome)[1], outcome.asked]).toEqual([
      "it was given up before its pod ran",
      expect.arrayContaining(["delete pod by its uid"]),
    ]);
  });
});

describe("an answer that is not whole is none", () => {
  const whole = snapshotOf(incident().observation);
  const about = (code: number | null) => ({ status: code, said: null });
  const sameVersion = "name an image of this version of holdfast (--image)";
  test.each<[string, () => AsyncIterable<ExecStep>, string[]]>([
    [
      "the connection was cut",
      () =>
        printed(
          whole.subarray(0, 900),
          ended({ unknown: { code: "incomplete", text: "the connection was cut", at: [], ...about(null) } }),
        ),
      ["incomplete", "the connection was cut", "nothing"],
    ],
    [
      "it ended in the middle",
      () => printed(whole.subarray(0, 900)),
      ["incomplete", "what holdfast in the pod gave was cut off: it has no end", sameVersion],
    ],
    [
      "a byte is another",
      () =>
        printed(Buffer.concat([whole.subarray(0, -6), Buffer.from([~(whole.at(-6) ?? 0) & 255]), whole.subarray(-5)])),
      [
        "not-understood",
        "what holdfast in the pod gave is damaged, or was changed: it cannot be unpacked",
        sameVersion,
      ],
    ],
    [
      "it is of another node",
      () => printed(snapshotOf({ ...incident().observation, node: "w1" })),
      ["not-understood", "what holdfast in the pod gave is not of the node that was asked for", sameVersion],
    ],
    [
      "there is nothing, and the program says why",
      () => printed(Buffer.alloc(0), ended(known(2)), "holdfast: USAGE001: unknown command 'node-read'\n"),
      [
        "incomplete",
        "holdfast in the pod ended with code 2: holdfast: USAGE001: unknown command 'node-read'",
        sameVersion,
      ],
    ],
    [
      "it is something else",
      () => printed(Buffer.from("hello")),
      ["not-understood", "what holdfast in the pod gave is no snapshot", sameVersion],
    ],
  ])("%s", async (_, exec, expected) => {
    const outcome = await read({ exec });
    expect([untold(outcome), outcome.asked]).toEqual([expected, expect.arrayContaining(["delete pod by its uid"])]);
  });

  test("and where the pod failed meanwhile, that is why", async () => {
    const message = "holdfast: USAGE001: unknown command 'node-wait'.\n";
    const terminated = { exitCode: 2, reason: "Error", message };
    const statusAfter = { phase: "Failed", containerStatuses: [{ name: "reader", state: { terminated } }] };
    const refusal = { code: "not-served", text: "status 500", at: [], ...about(500) } as const;
    const exec = () => printed(Buffer.alloc(0), ended({ unknown: refusal }));
    expect(untold(await read({ exec, statusAfter }))).toEqual([
      "incomplete",
      "its container ended with code 2 (Error: holdfast: USAGE001: unknown command 'node-wait'.)",
      "name an image that has holdfast in its PATH (--image), of this version or near it",
    ]);
  });

  test("but one that is whole is, whatever the program's exit code", async () => {
    const { observation } = await read({ exec: () => printed(whole, ended(known(2))) });
    expect(isKnown(observation.kernel)).toBe(true);
  });
});

describe("what is left", () => {
  const left = (name: string): string =>
    `the pod kube-system/${name}, through which the node was read, could not be removed: `;

  test("is told by what is there, where the deletion got no answer", async () => {
    const deleteAnswer = refused(null, null, "no answer came");
    expect((await read({ deleteAnswer })).left).toEqual([]);
    const { left: stayed } = await read({ deleteAnswer, stay: () => true });
    expect(stayed.map(({ text }) => text.replace(/reader-[0-9a-f]{10}/, "reader-1"))).toEqual([
      `${left("holdfast-node-reader-1")}no answer came`,
    ]);
  });

  test("is told where the pod stays", async () => {
    const outcome = await read({ stay: () => true });
    expect(outcome.left.map(({ text }) => text.replace(/-[0-9a-f]{10},/, "-1,"))).toEqual([
      `${left("holdfast-node-reader-1")}it is still there 15 s after it was deleted`,
    ]);
  });

  test("of earlier runs is removed, if it is older than any reader gets", async () => {
    const outcome = await read({ earlier: { old: 301, stuck: 4000, young: 299 }, stay: (name) => name === "stuck" });
    expect(outcome.asked.filter((line) => line.startsWith("delete"))).toEqual([
      "delete pod by its uid",
      "delete old by its uid",
      "delete stuck by its uid",
    ]);
    expect(outcome.left.map(({ text }) => text)).toEqual([
      `${left("stuck")}it is still there 15 s after it was deleted`,
    ]);
  });
});
