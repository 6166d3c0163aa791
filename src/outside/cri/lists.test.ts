import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import {
  bytes,
  criServer,
  emptyNode,
  framed,
  grpcHeaders,
  message,
  messages,
  status,
} from "../../../test/builders/cri-server.ts";
import type { Answer, CriServer } from "../../../test/builders/cri-server.ts";
import type { RuntimeLedger } from "../../model/ledger.ts";
import { isKnown } from "../../model/told.ts";
import type { Told } from "../../model/told.ts";
import { connectCri } from "./connect.ts";
import {
  ContainerState,
  ListContainersRequestSchema,
  ListContainersResponseSchema,
  ListPodSandboxRequestSchema,
  ListPodSandboxResponseSchema,
  PodSandboxState,
  StreamContainersResponseSchema,
  StreamPodSandboxesResponseSchema,
} from "./generated/cri_pb.ts";
import type { ContainerSchema, PodSandboxSchema } from "./generated/cri_pb.ts";

type Sandboxes = MessageInitShape<typeof PodSandboxSchema>[];
type Containers = MessageInitShape<typeof ContainerSchema>[];

const { SANDBOX_NOTREADY } = PodSandboxState;
const { CONTAINER_RUNNING, CONTAINER_EXITED } = ContainerState;

const tooLarge = status(8, "grpc: trying to send message larger than max (16777300 vs. 16777216)");

/** Answers as containerd does, with a limit of some records a message instead of 16 MiB. */
function sandboxesOf(items: Sandboxes, limit: number): Answer {
  return (stream, request) => {
    const { filter } = fromBinary(ListPodSandboxRequestSchema, request);
    const asked = items.filter(({ state = 0 }) => filter?.state === undefined || filter.state.state === state);
    const answer = asked.length > limit ? tooLarge : message(ListPodSandboxResponseSchema, { items: asked });
    answer(stream, request);
  };
}

function containersOf(containers: Containers, limit: number): Answer {
  return (stream, request) => {
    const { filter } = fromBinary(ListContainersRequestSchema, request);
    const asked = containers
      .filter(({ state = 0 }) => filter?.state === undefined || filter.state.state === state)
      .filter(({ podSandboxId }) => (filter?.podSandboxId ?? "") === "" || filter?.podSandboxId === podSandboxId);
    const answer = asked.length > limit ? tooLarge : message(ListContainersResponseSchema, { containers: asked });
    answer(stream, request);
  };
}

const sandboxes: Sandboxes = [{ id: "s1" }, { id: "s2" }, { id: "s3", state: SANDBOX_NOTREADY }];
const containers: Containers = [
  { id: "c1", podSandboxId: "s1", state: CONTAINER_RUNNING },
  { id: "c2", podSandboxId: "s1", state: CONTAINER_EXITED },
  { id: "c3", podSandboxId: "s2", state: CONTAINER_EXITED },
  { id: "c4", podSandboxId: "gone", state: CONTAINER_EXITED },
];

const firstPage = create(StreamPodSandboxesResponseSchema, { podSandboxes: sandboxes.slice(0, 2) });
const streamed = {
  StreamPodSandboxes: messages(StreamPodSandboxesResponseSchema, [firstPage, { podSandboxes: sandboxes.slice(2) }]),
  StreamContainers: messages(StreamContainersResponseSchema, [
    { containers: containers.slice(0, 1) },
    { containers: containers.slice(1) },
  ]),
};

async function read(server: CriServer): Promise<Told<RuntimeLedger>> {
  const source = connectCri(server.socket, { sequence: () => 0, now: () => new Date(0), callDeadline: 30_000 });
  return source.list(new AbortController().signal);
}

/** What is told, and in which calls between Version and Tasks.List. */
async function list(answers: Record<string, Answer>): Promise<string> {
  await using server = await criServer({ ...emptyNode, ...answers });
  const told = await read(server);
  if (!isKnown(told)) return `${told.unknown.code}: ${told.unknown.text.replace(server.socket, "SOCKET")}`;
  const { sandboxes: some, containers: others, containersOf: scope } = told.known;
  const calls = Map.groupBy(server.asked.slice(1, -1), (call) => call.replace(/ .*/, " by"));
  const counted = [...calls].map(([call, each]) => (each.length === 1 ? call : `${call} ${each.length}`));
  return `${[...some, ...others].map(({ id }) => id).join(" ")} of ${scope}: ${counted.join(", ")}`;
}

const few = { ListPodSandbox: sandboxesOf(sandboxes, 9), ListContainers: containersOf(containers, 9) };

test.each<[string, Record<string, Answer>, string]>([
  ["both fit", few, "s1 s2 s3 c1 c2 c3 c4 of all: ListPodSandbox, ListContainers"],
  [
    "streamed where that is served",
    { ListPodSandbox: sandboxesOf(sandboxes, 0), ListContainers: containersOf(containers, 0), ...streamed },
    "s1 s2 s3 c1 c2 c3 c4 of all: ListPodSandbox, StreamPodSandboxes, ListContainers, StreamContainers",
  ],
  [
    "sandboxes by state",
    { ...few, ListPodSandbox: sandboxesOf(sandboxes, 2) },
    "s1 s2 s3 c1 c2 c3 c4 of all: ListPodSandbox, StreamPodSandboxes, ListPodSandbox by 2, ListContainers",
  ],
  [
    "containers by state",
    { ...few, ListContainers: containersOf(containers, 3) },
    "s1 s2 s3 c1 c2 c3 c4 of all: ListPodSandbox, ListContainers, StreamContainers, ListContainers by 4",
  ],
  [
    "containers by sandbox: one whose sandbox has no record is missing, and that is told",
    { ...few, ListContainers: containersOf(containers, 2) },
    "s1 s2 s3 c1 c2 c3 of listed-sandboxes: ListPodSandbox, ListContainers, StreamContainers, ListContainers by 7",
  ],
  [
    "containers of one sandbox do not fit",
    { ...few, ListContainers: containersOf(containers, 1) },
    "incomplete: the runtime at SOCKET has more to say to ListContainers than fits into a message",
  ],
  [
    "containers do not fit, and there is no sandbox to ask by",
    { ListContainers: containersOf(containers, 0) },
    "incomplete: the runtime at SOCKET has more to say to ListContainers than fits into a message",
  ],
  [
    "sandboxes of one state do not fit",
    { ...few, ListPodSandbox: sandboxesOf(sandboxes, 1) },
    "incomplete: the runtime at SOCKET has more to say to ListPodSandbox than fits into a message",
  ],
  [
    "a stream that breaks off is not taken for a list",
    {
      ...few,
      ListPodSandbox: sandboxesOf(sandboxes, 0),
      StreamPodSandboxes: (stream) => {
        stream.respond(grpcHeaders);
        stream.end(framed(toBinary(StreamPodSandboxesResponseSchema, firstPage)));
      },
    },
    "incomplete: the runtime at SOCKET broke off before it had answered ListPodSandbox",
  ],
  [
    "a message of 33 MiB is as good as none",
    {
      ...few,
      ListPodSandbox: (stream, request) =>
        (request.length === 0 ? bytes(Buffer.alloc(33 * 1024 * 1024)) : few.ListPodSandbox)(stream, request),
    },
    "s1 s2 s3 c1 c2 c3 c4 of all: ListPodSandbox, StreamPodSandboxes, ListPodSandbox by 2, ListContainers",
  ],
  [
    "a server without the list is not asked for it in parts",
    { ...few, ListPodSandbox: status(12, "unknown method ListPodSandbox") },
    "not-reached: the runtime at SOCKET answered ListPodSandbox with the error Unimplemented: unknown method ListPodSandbox",
  ],
])("%s", async (_, answers, expected) => {
  expect(await list(answers)).toBe(expected);
});

test("what changes its state while it is asked by state is told once, as it was last", async () => {
  let asked = 0;
  const moving: Answer = (stream, request) => {
    const state = asked++ < 2 ? PodSandboxState.SANDBOX_READY : SANDBOX_NOTREADY;
    sandboxesOf([{ id: "s1", state }], request.length === 0 ? 0 : 1)(stream, request);
  };
  await using server = await criServer({ ...emptyNode, ListPodSandbox: moving });
  const told = await read(server);
  expect(isKnown(told) && told.known.sandboxes.map(({ id, state }) => `${id} ${state}`)).toEqual(["s1 not-ready"]);
});
