import { create, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { bytes, criServer, emptyNode, message, tasksList } from "../../../test/builders/cri-server.ts";
import type { Answer } from "../../../test/builders/cri-server.ts";
import { isKnown } from "../../model/told.ts";
import { connectCri } from "./connect.ts";
import type { CriOptions } from "./connect.ts";
import {
  ContainerState,
  ListContainersResponseSchema,
  ListPodSandboxResponseSchema,
  PodSandboxSchema,
  PodSandboxState,
} from "./generated/cri_pb.ts";
import { ListTasksResponseSchema, Status } from "./generated/tasks_pb.ts";

const signal = new AbortController().signal;

function options(): CriOptions {
  let last = 0;
  return { sequence: () => ++last, now: () => new Date(0), callDeadline: 30_000 };
}

test("one reading has the runtime, its sandboxes and containers, and containerd's tasks of Kubernetes", async () => {
  const answers = {
    ListPodSandbox: message(ListPodSandboxResponseSchema, {
      items: [
        {
          id: "s1",
          metadata: { name: "csi-nfs-node-x7", namespace: "nfs-csi", uid: "uid-1", attempt: 1 },
          state: PodSandboxState.SANDBOX_NOTREADY,
          createdAt: 1_700_000_000_123_456_789n,
          labels: { "io.kubernetes.pod.uid": "uid-2", app: "csi" },
          annotations: {
            "kubernetes.io/config.source": "api",
            "kubernetes.io/config.hash": "abc",
            "example.com/password": "x",
          },
          runtimeHandler: "runc",
        },
        { id: "s2", metadata: { name: "by-hand", namespace: "", uid: "" } },
      ],
    }),
    ListContainers: message(ListContainersResponseSchema, {
      containers: [
        {
          id: "c1",
          podSandboxId: "s1",
          metadata: { name: "nfs", attempt: 3 },
          image: { image: "sha256:abc", userSpecifiedImage: "registry.k8s.io/sig-storage/nfsplugin:v4.13.2" },
          state: ContainerState.CONTAINER_RUNNING,
          createdAt: 5n,
          labels: { "io.kubernetes.pod.uid": "uid-1" },
          annotations: {
            "io.kubernetes.pod.terminationGracePeriod": "30",
            "io.kubernetes.container.preStopHandler": '{"exec":{"command":["x"]}}',
          },
        },
        { id: "c2", podSandboxId: "s1", image: { image: "busybox:1.36" }, state: ContainerState.CONTAINER_EXITED },
      ],
    }),
    [tasksList]: message(ListTasksResponseSchema, {
      tasks: [
        { id: "s1", pid: 12, status: Status.RUNNING },
        { id: "c1", pid: 0, status: Status.UNKNOWN },
      ],
    }),
  };
  await using server = await criServer({ ...emptyNode, ...answers });
  const told = await connectCri(`unix://${server.socket}`, options()).list(signal);
  expect(server.namespaces).toEqual(["k8s.io"]);
  expect(JSON.parse(JSON.stringify(told).replaceAll(server.socket, "SOCKET"))).toMatchInlineSnapshot(`
    {
      "at": [],
      "known": {
        "containers": [
          {
            "attempt": 3,
            "createdAt": "5",
            "graceSeconds": 30,
            "id": "c1",
            "image": "registry.k8s.io/sig-storage/nfsplugin:v4.13.2",
            "labelUid": "uid-1",
            "name": "nfs",
            "sandboxId": "s1",
            "state": "running",
          },
          {
            "attempt": 0,
            "createdAt": "0",
            "graceSeconds": null,
            "id": "c2",
            "image": "busybox:1.36",
            "labelUid": null,
            "name": "",
            "sandboxId": "s1",
            "state": "exited",
          },
        ],
        "containersOf": "all",
        "endpoint": "SOCKET",
        "reading": {
          "at": "1970-01-01T00:00:00.000Z",
          "began": 1,
          "ended": 2,
        },
        "runtime": {
          "name": "containerd",
          "version": "1.6.20~ds1",
        },
        "sandboxes": [
          {
            "attempt": 1,
            "configHash": "abc",
            "configSource": "api",
            "createdAt": "1700000000123456789",
            "id": "s1",
            "labelUid": "uid-2",
            "name": "csi-nfs-node-x7",
            "namespace": "nfs-csi",
            "runtimeHandler": "runc",
            "state": "not-ready",
            "uid": "uid-1",
          },
          {
            "attempt": 0,
            "configHash": null,
            "configSource": null,
            "createdAt": "0",
            "id": "s2",
            "labelUid": null,
            "name": "by-hand",
            "namespace": "",
            "runtimeHandler": "",
            "state": "ready",
            "uid": "",
          },
        ],
        "tasks": {
          "at": [],
          "known": [
            {
              "id": "s1",
              "pid": 12,
              "status": "running",
            },
            {
              "id": "c1",
              "pid": 0,
              "status": "unknown",
            },
          ],
        },
      },
    }
  `);
});

test("a state's number without a name here is unknown, and one that was not sent is the first", async () => {
  const answers = {
    ListPodSandbox: message(ListPodSandboxResponseSchema, {
      items: [{ id: "s1" }, { id: "s2", state: 7 as PodSandboxState }],
    }),
    ListContainers: message(ListContainersResponseSchema, {
      containers: [{ id: "c1" }, { id: "c2", state: 9 as ContainerState }],
    }),
    [tasksList]: message(ListTasksResponseSchema, { tasks: [{ id: "t1" }, { id: "t2", status: 6 as Status }] }),
  };
  expect(await states(answers)).toEqual([
    "s1 ready",
    "s2 unknown",
    "c1 created",
    "c2 unknown",
    "t1 unknown",
    "t2 unknown",
  ]);
});

const termination = "io.kubernetes.pod.terminationGracePeriod";
const deletion = "io.kubernetes.pod.deletionGracePeriod";

test.each<[string, Record<string, string>, number | null]>([
  ["none", {}, null],
  ["one", { [termination]: "30" }, 30],
  ["the larger", { [termination]: "30", [deletion]: "7200" }, 7200],
  ["the larger, of the two the other way", { [termination]: "7200", [deletion]: "0" }, 7200],
  ["zero", { [deletion]: "0" }, 0],
  ["the longest", { [termination]: "2147483648" }, 2_147_483_648],
  ["too long", { [termination]: "2147483649" }, 2_147_483_648],
  ["of more digits than are read", { [termination]: "00000000030" }, 2_147_483_648],
  ["one malformed beside a good one", { [termination]: "-1", [deletion]: "15" }, 2_147_483_648],
  ["words", { [termination]: "30s", [deletion]: "" }, 2_147_483_648],
  ["a number that is none of seconds", { [termination]: "1e9", [deletion]: "0x10" }, 2_147_483_648],
  ["of another name", { "io.kubernetes.pod.gracePeriod": "9" }, null],
])("the grace of a container: %s", async (_name, annotations, graceSeconds) => {
  const containers = message(ListContainersResponseSchema, { containers: [{ id: "c1", annotations }] });
  await using server = await criServer({ ...emptyNode, ListContainers: containers });
  const told = await connectCri(server.socket, options()).list(signal);
  expect(isKnown(told) && told.known.containers.map((container) => container.graceSeconds)).toEqual([graceSeconds]);
});

test("fields of a newer runtime are skipped", async () => {
  const sandbox = toBinary(
    PodSandboxSchema,
    create(PodSandboxSchema, { id: "s1", state: PodSandboxState.SANDBOX_NOTREADY }),
  );
  // Field 15 as a string, and field 200 as a number, in the record and beside it.
  const newer = Buffer.from("7a036e6577c00c07", "hex");
  const record = Buffer.concat([sandbox, newer]);
  const answer = Buffer.concat([Buffer.from([0x0a, record.length]), record, newer]);
  expect(await states({ ListPodSandbox: bytes(answer) })).toEqual(["s1 not-ready"]);
});

/** "ID STATE" of sandboxes, containers and tasks. */
async function states(answers: Record<string, Answer>): Promise<string[]> {
  await using server = await criServer({ ...emptyNode, ...answers });
  const told = await connectCri(server.socket, options()).list(signal);
  if (!isKnown(told) || !isKnown(told.known.tasks)) return ["not told"];
  const { sandboxes, containers, tasks } = told.known;
  return [
    ...[...sandboxes, ...containers].map(({ id, state }) => `${id} ${state}`),
    ...tasks.known.map(({ id, status }) => `${id} ${status}`),
  ];
}
