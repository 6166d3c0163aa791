import type { MessageInitShape } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { criServer, emptyNode, half, message, status } from "../../../test/builders/cri-server.ts";
import type { Answer } from "../../../test/builders/cri-server.ts";
import type { SandboxDetail } from "../../model/ledger.ts";
import { isKnown } from "../../model/told.ts";
import type { Told } from "../../model/told.ts";
import { connectCri } from "./connect.ts";
import { NamespaceMode, PodSandboxStatusResponseSchema } from "./generated/cri_pb.ts";

const never = new AbortController().signal;

/** What is told of some sandboxes by a server that answers their ids one after the other. */
async function inspect(...answers: Answer[]): Promise<ReadonlyMap<string, Told<SandboxDetail>>> {
  let next = 0;
  await using server = await criServer({
    ...emptyNode,
    PodSandboxStatus: (stream, request) => answers[next++]?.(stream, request),
  });
  const source = connectCri(server.socket, { sequence: () => 0, now: () => new Date(0), callDeadline: 2000 });
  const told = await source.inspect(
    answers.map((_, index) => `s${index}`),
    never,
  );
  const text = JSON.stringify([...told]).replaceAll(server.socket, "SOCKET");
  return new Map(JSON.parse(text));
}

function answer(info: unknown, network: NamespaceMode | null = NamespaceMode.POD): Answer {
  const namespaces = network === null ? {} : { linux: { namespaces: { options: { network } } } };
  const init: MessageInitShape<typeof PodSandboxStatusResponseSchema> = { status: namespaces };
  const text = typeof info === "string" ? info : JSON.stringify(info);
  return message(PodSandboxStatusResponseSchema, info === undefined ? init : { ...init, info: { info: text } });
}

/** Of `kubectl run` with a host port, as containerd 1.6 answers, less what is not read. */
const healthy = {
  pid: 4711,
  processStatus: "running",
  runtimeType: "io.containerd.runc.v2",
  config: {
    metadata: { name: "p", uid: "u" },
    port_mappings: [
      { container_port: 80, host_port: 8080 },
      { protocol: 1, container_port: 53, host_port: 53, host_ip: "127.0.0.1" },
      { protocol: 2, container_port: 9 },
    ],
    linux: { cgroup_parent: "/kubepods/besteffort/podu", security_context: { namespace_options: { pid: 1 } } },
  },
  runtimeSpec: { process: { args: ["/pause"], env: ["PATH=/bin"] } },
};

test.each<[string, Answer, SandboxDetail]>([
  [
    "healthy",
    answer(healthy),
    {
      pid: 4711,
      cgroupParent: "/kubepods/besteffort/podu",
      hostNetwork: false,
      portMappings: [
        { protocol: "tcp", containerPort: 80, hostPort: 8080, hostIp: "" },
        { protocol: "udp", containerPort: 53, hostPort: 53, hostIp: "127.0.0.1" },
      ],
      runtimeType: "io.containerd.runc.v2",
    },
  ],
  [
    "host network, nothing mapped",
    answer({ ...healthy, config: { linux: {} } }, NamespaceMode.NODE),
    { pid: 4711, cgroupParent: null, hostNetwork: true, portMappings: [], runtimeType: "io.containerd.runc.v2" },
  ],
  [
    "exited",
    answer({ ...healthy, pid: 0, processStatus: "" }),
    {
      pid: null,
      cgroupParent: "/kubepods/besteffort/podu",
      hostNetwork: false,
      portMappings: [
        { protocol: "tcp", containerPort: 80, hostPort: 8080, hostIp: "" },
        { protocol: "udp", containerPort: 53, hostPort: 53, hostIp: "127.0.0.1" },
      ],
      runtimeType: "io.containerd.runc.v2",
    },
  ],
  [
    "containerd 2.3 without its shim",
    answer({ pid: 0, processStatus: "deleted", config: null, runtimeSpec: null }, null),
    { pid: null, cgroupParent: null, hostNetwork: null, portMappings: null, runtimeType: null },
  ],
  [
    "containerd 1.7 without its shim",
    answer("", null),
    { pid: null, cgroupParent: null, hostNetwork: null, portMappings: null, runtimeType: null },
  ],
  [
    "no verbose part",
    answer(undefined),
    { pid: null, cgroupParent: null, hostNetwork: false, portMappings: null, runtimeType: null },
  ],
  [
    "a protocol and a network without a name here",
    answer({ config: { port_mappings: [{ protocol: 3, host_port: 1 }] } }, 9 as NamespaceMode),
    { pid: null, cgroupParent: null, hostNetwork: null, portMappings: null, runtimeType: null },
  ],
  [
    "CRI-O",
    answer({ image: "pause", pid: 5, runtimeSpec: { linux: {} } }),
    { pid: 5, cgroupParent: null, hostNetwork: false, portMappings: null, runtimeType: null },
  ],
])("%s", async (_, given, expected) => {
  const told = await inspect(given);
  expect(told.get("s0")).toEqual({ known: expected, at: [] });
});

test("each sandbox is told or unknown for itself", async () => {
  const told = await inspect(
    status(5, "an error occurred when try to find sandbox: not found"),
    () => {},
    half((stream) => stream.close(8)),
    answer(healthy),
  );
  const rows = [...told].map(
    ([id, one]) => `${id} ${isKnown(one) ? "told" : `${one.unknown.code}: ${one.unknown.text}`}`,
  );
  expect(rows).toMatchInlineSnapshot(`
    [
      "s0 not-reached: the runtime at SOCKET answered PodSandboxStatus with the error NotFound: an error occurred when try to find sandbox: not found",
      "s1 timed-out: the runtime at SOCKET did not answer PodSandboxStatus within 2 s",
      "s2 incomplete: the runtime at SOCKET broke off before it had answered PodSandboxStatus",
      "s3 told",
    ]
  `);
});

test("many are asked a few at a time, each once", async () => {
  let open = 0;
  let most = 0;
  const slow: Answer = (stream, request) => {
    most = Math.max(most, ++open);
    setTimeout(() => (open--, answer(healthy)(stream, request)), 5);
  };
  await using server = await criServer({ ...emptyNode, PodSandboxStatus: slow });
  const ids = Array.from({ length: 30 }, (_, index) => `s${index}`);
  const source = connectCri(server.socket, { sequence: () => 0, now: () => new Date(0) });
  const told = await source.inspect([...ids, ...ids], never);
  expect([[...told.keys()], most, server.asked.length]).toEqual([ids, 4, 30]);
});

test("where the shims of many hang, the rest are given up with them", async () => {
  const hang: Answer = () => {};
  await using server = await criServer({ ...emptyNode, PodSandboxStatus: hang });
  const ids = Array.from({ length: 30 }, (_, index) => `s${index}`);
  const limits = { connectDeadline: 60_000, callDeadline: 60_000, inspectDeadline: 1000 };
  const source = connectCri(server.socket, { sequence: () => 0, now: () => new Date(0), ...limits });
  const told = await source.inspect(ids, never);
  const text = `the runtime at ${server.socket} was given up before it had answered`;
  expect([...told.keys()]).toEqual(ids);
  expect(
    new Set([...told.values()].map((one) => (isKnown(one) ? "" : `${one.unknown.code} ${one.unknown.text}`))),
  ).toEqual(new Set([`timed-out ${text}`]));
  expect(server.asked.length).toBeLessThanOrEqual(4);
});

test("nothing is asked where no sandbox is named, and none is left out where the runtime cannot be asked", async () => {
  const source = connectCri("/nowhere/cri.sock", { sequence: () => 0, now: () => new Date(0) });
  expect([...(await source.inspect([], never))]).toEqual([]);
  const told = await source.inspect(["s1", "s2"], never);
  expect([...told].map(([id, one]) => (isKnown(one) ? "" : `${id} ${one.unknown.text}`))).toEqual([
    "s1 there is no socket /nowhere/cri.sock",
    "s2 there is no socket /nowhere/cri.sock",
  ]);
});

const secret = "hunter2";

test.each([
  ["in the environment", { ...healthy, config: { ...healthy.config, envs: [{ key: "PASSWORD", value: secret }] } }],
  ["in the process", { ...healthy, runtimeSpec: { process: { args: ["--password", secret], env: [`P=${secret}`] } } }],
  ["in an annotation", { ...healthy, config: { ...healthy.config, annotations: { note: secret } } }],
  ["beside what is not of the known form", { ...healthy, pid: secret }],
  ["in a port", { ...healthy, config: { port_mappings: [{ host_port: secret }] } }],
  ["in what is not JSON", `{"config":{"envs":[{"value":"${secret}"}]}`],
  ["in JSON of another form", `"${secret}"`],
  ["in brackets without an end", `${"[".repeat(100_000)}"${secret}"`],
])("a secret %s is neither kept nor quoted", async (_, info) => {
  expect(JSON.stringify([...(await inspect(answer(info)))])).not.toContain(secret);
});
