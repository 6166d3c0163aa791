import fc from "fast-check";
import { chmodSync } from "node:fs";
import { expect, test } from "vitest";
import {
  bytes,
  criServer,
  emptyNode,
  framed,
  grpcHeaders,
  half,
  message,
  status,
  tasksList,
} from "../../../test/builders/cri-server.ts";
import type { Answer } from "../../../test/builders/cri-server.ts";
import { rawServer } from "../../../test/builders/raw-server.ts";
import type { RuntimeLedger } from "../../model/ledger.ts";
import { isKnown } from "../../model/told.ts";
import type { Told } from "../../model/told.ts";
import { connectCri } from "./connect.ts";
import { VersionResponseSchema } from "./generated/cri-v1alpha2_pb.ts";

const clock = { sequence: () => 0, now: () => new Date(0) };
const never = new AbortController().signal;

/** Deadlines that a loaded machine keeps; `short` ones are for what shall reach them. */
function list(socket: string, { short = false } = {}): Promise<Told<RuntimeLedger>> {
  const deadline = short ? 2000 : 30_000;
  return connectCri(socket, { ...clock, connectDeadline: deadline, callDeadline: deadline }).list(never);
}

/** `code: text; what to do`, with SOCKET for the path. */
function row(told: Told<unknown>, socket: string): string {
  if (isKnown(told)) return "told";
  const { code, text, supply } = told.unknown;
  return `${code}: ${text}; ${supply}`.replaceAll(socket, "SOCKET");
}

/** One row a case, in order. */
async function rows<T>(
  cases: Readonly<Record<string, T>>,
  ask: (given: T) => Promise<string>,
): Promise<Record<string, string>> {
  const told: Record<string, string> = {};
  for (const [name, given] of Object.entries(cases)) told[name] = await ask(given);
  return told;
}

test("a path behind which nothing listens", async () => {
  const paths = {
    missing: "/nowhere/cri.sock",
    "a file, or the socket of a process that ended": import.meta.filename,
    "a directory": "/",
    "below a file": `${import.meta.filename}/cri.sock`,
    "no path": "a\0b",
    "a port": "8080",
  };
  expect(await rows(paths, async (path) => row(await list(path), path))).toMatchInlineSnapshot(`
    {
      "a directory": "not-reached: nothing listens on SOCKET; start the runtime",
      "a file, or the socket of a process that ended": "not-reached: nothing listens on SOCKET; start the runtime",
      "a port": "not-reached: there is no socket SOCKET; name the socket that the kubelet uses: containerRuntimeEndpoint in its configuration",
      "below a file": "not-reached: there is no socket SOCKET; name the socket that the kubelet uses: containerRuntimeEndpoint in its configuration",
      "missing": "not-reached: there is no socket SOCKET; name the socket that the kubelet uses: containerRuntimeEndpoint in its configuration",
      "no path": "not-reached: SOCKET cannot be the path of a socket; name the socket that the kubelet uses: containerRuntimeEndpoint in its configuration",
    }
  `);
});

test("a socket that this user may not open", async () => {
  await using server = await criServer(emptyNode);
  chmodSync(server.socket, 0);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.("nobody");
  const told = await list(server.socket).finally(() => isRoot && process.seteuid?.(0));
  expect(row(told, server.socket)).toBe("not-permitted: this user may not open SOCKET; run it as root");
});

test("a socket behind which something else is", async () => {
  const servers: Record<string, Parameters<typeof rawServer>[0]> = {
    "closes at once": (socket) => socket.end(),
    "HTTP/1.1": (socket) => socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"),
    noise: (socket) => socket.write(Buffer.alloc(10_000, 7)),
  };
  const ask = async (serve: Parameters<typeof rawServer>[0]): Promise<string> => {
    await using server = await rawServer(serve);
    return row(await list(server.socket), server.socket);
  };
  expect(await rows(servers, ask)).toMatchInlineSnapshot(`
    {
      "HTTP/1.1": "not-understood: what listens on SOCKET does not speak HTTP/2; name the socket that the kubelet uses: containerRuntimeEndpoint in its configuration",
      "closes at once": "not-reached: what listens on SOCKET closes every connection; see its log",
      "noise": "not-understood: what listens on SOCKET does not speak HTTP/2; name the socket that the kubelet uses: containerRuntimeEndpoint in its configuration",
    }
  `);
});

const http =
  (code: number): Answer =>
  (stream) => {
    stream.respond({ ":status": code, "content-type": "text/html" });
    stream.end("<html>");
  };

/** Of ListContainers, on a node where all else answers. */
const faults: Record<string, Answer> = {
  "half an answer, then its end": half((stream) => stream.end()),
  "half an answer, then the stream reset": half((stream) => stream.close(8)),
  "half an answer, then the connection closed": half((stream) => stream.session?.destroy()),
  "half an answer, then GOAWAY with an error": half((stream) => stream.session?.goaway(2)),
  "an answer without a status": (stream) => {
    stream.respond(grpcHeaders);
    stream.end(framed(Buffer.alloc(0)));
  },
  "no message": bytes(),
  "two messages": bytes(Buffer.alloc(0), Buffer.alloc(0)),
  "not protobuf": bytes(Buffer.from("ffffff", "hex")),
  "a status that is none": (stream) => stream.respond({ ...grpcHeaders, "grpc-status": "x" }, { endStream: true }),
  "a page": http(200),
  "a page that is not found": http(404),
  "not permitted": status(7, "only root may"),
  "a login": status(16, ""),
  "an error of the runtime": status(13, `failed to load\n sandbox: ${"x".repeat(300)}`),
  "not ready yet": status(14, "server is not initialized yet"),
  "its own deadline": status(4, "context deadline exceeded"),
  "unknown method": status(12, "unknown method ListContainers"),
};

async function askedContainers(answer: Answer): Promise<string> {
  await using server = await criServer({ ...emptyNode, ListContainers: answer });
  return row(await list(server.socket), server.socket);
}

test("a runtime that fails in the middle", async () => {
  expect(await rows(faults, askedContainers)).toMatchInlineSnapshot(`
    {
      "a login": "not-permitted: the runtime at SOCKET does not permit ListContainers; run it as root",
      "a page": "not-understood: what listens on SOCKET did not answer ListContainers as CRI over gRPC: unsupported content type text/html; name the socket that the kubelet uses: containerRuntimeEndpoint in its configuration",
      "a page that is not found": "not-understood: what listens on SOCKET did not answer ListContainers as CRI over gRPC: HTTP 404; name the socket that the kubelet uses: containerRuntimeEndpoint in its configuration",
      "a status that is none": "not-reached: the runtime at SOCKET answered ListContainers with the error Internal: invalid grpc-status: x; see the runtime's log",
      "an answer without a status": "incomplete: the runtime at SOCKET broke off before it had answered ListContainers; try again: it may have been restarted",
      "an error of the runtime": "not-reached: the runtime at SOCKET answered ListContainers with the error Internal: failed to load sandbox: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…; see the runtime's log",
      "half an answer, then GOAWAY with an error": "incomplete: the runtime at SOCKET broke off before it had answered ListContainers; try again: it may have been restarted",
      "half an answer, then its end": "incomplete: the runtime at SOCKET broke off before it had answered ListContainers; try again: it may have been restarted",
      "half an answer, then the connection closed": "incomplete: the runtime at SOCKET broke off before it had answered ListContainers; try again: it may have been restarted",
      "half an answer, then the stream reset": "incomplete: the runtime at SOCKET broke off before it had answered ListContainers; try again: it may have been restarted",
      "its own deadline": "timed-out: the runtime at SOCKET answered ListContainers with the error DeadlineExceeded: context deadline exceeded; try again; a runtime that stays so slow has a shim or a disk that hangs: see its log",
      "no message": "not-understood: what listens on SOCKET did not answer ListContainers as CRI over gRPC: protocol error: missing output message for unary method; name the socket that the kubelet uses: containerRuntimeEndpoint in its configuration",
      "not permitted": "not-permitted: the runtime at SOCKET does not permit ListContainers: only root may; run it as root",
      "not protobuf": "not-understood: what listens on SOCKET did not answer ListContainers as CRI over gRPC: parse binary: premature EOF; name the socket that the kubelet uses: containerRuntimeEndpoint in its configuration",
      "not ready yet": "not-reached: the runtime at SOCKET answered ListContainers with the error Unavailable: server is not initialized yet; see the runtime's log",
      "two messages": "not-understood: what listens on SOCKET did not answer ListContainers as CRI over gRPC: protocol error: received extra output message for unary method; name the socket that the kubelet uses: containerRuntimeEndpoint in its configuration",
      "unknown method": "not-reached: the runtime at SOCKET answered ListContainers with the error Unimplemented: unknown method ListContainers; see the runtime's log",
    }
  `);
});

test("what takes too long", async () => {
  await using silent = await rawServer(() => {});
  const servers: Record<string, Record<string, Answer>> = {
    "nothing answers": { Version: () => {} },
    "half an answer": { ListContainers: half(() => {}) },
    "a sandbox list on a disk that hangs": { ListPodSandbox: () => {} },
    "tasks whose shims hang": { [tasksList]: () => {} },
  };
  const ask = async (answers: Record<string, Answer>): Promise<string> => {
    await using server = await criServer({ ...emptyNode, ...answers });
    const told = await list(server.socket, { short: true });
    return isKnown(told) ? `tasks ${row(told.known.tasks, server.socket)}` : row(told, server.socket);
  };
  const asked = [
    ...Object.values(servers).map(ask),
    list(silent.socket, { short: true }).then((told) => row(told, silent.socket)),
  ];
  expect((await Promise.all(asked)).map((text) => text.replace(/; .*/, ""))).toMatchInlineSnapshot(`
    [
      "timed-out: the runtime at SOCKET did not answer Version within 2 s",
      "timed-out: the runtime at SOCKET did not answer ListContainers within 2 s",
      "timed-out: the runtime at SOCKET did not answer ListPodSandbox within 2 s",
      "tasks timed-out: the runtime at SOCKET did not answer Tasks.List within 2 s",
      "timed-out: what listens on SOCKET takes connections and says nothing within 2 s",
    ]
  `);
});

test("a connection that the runtime winds up is not followed by another within a reading", async () => {
  const windUp: Answer = (stream, request) => {
    stream.session?.goaway(0);
    emptyNode["ListPodSandbox"]?.(stream, request);
  };
  await using server = await criServer({ ...emptyNode, ListPodSandbox: windUp });
  expect(row(await list(server.socket), server.socket)).toMatchInlineSnapshot(
    `"incomplete: the runtime at SOCKET broke off before it had answered ListContainers; try again: it may have been restarted"`,
  );
});

test("a server without CRI v1", async () => {
  const old = message(VersionResponseSchema, { runtimeName: "containerd", runtimeVersion: "v1.5.18" });
  const servers: Record<string, Record<string, Answer>> = {
    "older than CRI v1": { "runtime.v1alpha2.RuntimeService/Version": old },
    "no CRI at all": {},
    "an HTTP server": { Version: http(404), "runtime.v1alpha2.RuntimeService/Version": http(404) },
  };
  const ask = async (answers: Record<string, Answer>): Promise<string> => {
    await using server = await criServer(answers);
    return row(await list(server.socket), server.socket);
  };
  expect(await rows(servers, ask)).toMatchInlineSnapshot(`
    {
      "an HTTP server": "not-understood: what listens on SOCKET did not answer Version as CRI over gRPC: HTTP 404; name the socket that the kubelet uses: containerRuntimeEndpoint in its configuration",
      "no CRI at all": "not-understood: what listens on SOCKET speaks gRPC and serves no CRI: a containerd with its CRI plugin disabled?; name the socket that the kubelet uses: containerRuntimeEndpoint in its configuration",
      "older than CRI v1": "not-understood: containerd v1.5.18 at SOCKET is too old: it serves CRI v1alpha2 and not v1; containerd serves v1 from 1.6 on",
    }
  `);
});

test("where only the tasks fail, the rest is told", async () => {
  const answers: Record<string, Answer> = {
    "not containerd": status(12, "unknown service containerd.services.tasks.v1.Tasks"),
    "an error": status(13, "failed to list"),
    "the end of the connection": (stream) => stream.session?.destroy(),
  };
  const ask = async (answer: Answer): Promise<string> => {
    await using server = await criServer({ ...emptyNode, [tasksList]: answer });
    const told = await list(server.socket);
    return isKnown(told) ? row(told.known.tasks, server.socket) : "no ledger";
  };
  expect(await rows(answers, ask)).toMatchInlineSnapshot(`
    {
      "an error": "not-reached: the runtime at SOCKET answered Tasks.List with the error Internal: failed to list; see the runtime's log",
      "not containerd": "not-reached: the runtime at SOCKET has no list of tasks: only containerd has one; nothing is to be done: processes are told by the kernel",
      "the end of the connection": "incomplete: the runtime at SOCKET broke off before it had answered Tasks.List; try again: it may have been restarted",
    }
  `);
});

test("whatever bytes are answered, a reading ends and throws nothing", async () => {
  let content: Uint8Array = new Uint8Array();
  const anything: Answer = (stream, request) => bytes(content)(stream, request);
  const answers = {
    ListPodSandbox: anything,
    ListContainers: anything,
    PodSandboxStatus: anything,
    [tasksList]: anything,
  };
  await using server = await criServer({ ...emptyNode, ...answers });
  const source = connectCri(server.socket, clock);
  const likely = fc.constantFrom(0x0a, 0x02, 0x12, 0x18, 0x01, 0x22, 0x7a, 0xff);
  const arbitrary = fc.array(fc.oneof(likely, fc.nat(255)), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(arbitrary, async (numbers) => {
      content = Uint8Array.from(numbers);
      const told: Told<unknown>[] = [await source.list(never), ...(await source.inspect(["s"], never)).values()];
      expect(told.map((one) => (isKnown(one) ? "told" : one.unknown.code))).toEqual([
        expect.stringMatching(/^(?:told|not-understood)$/),
        expect.stringMatching(/^(?:told|not-understood)$/),
      ]);
    }),
    { numRuns: 60 },
  );
});

test("who asks can give up, by a signal or by closing", async () => {
  await using server = await criServer({ ...emptyNode, Version: () => {} });
  const closing = connectCri(server.socket, clock);
  const cases: Record<string, () => Promise<Told<unknown>>> = {
    "given up before": () => connectCri(server.socket, clock).list(AbortSignal.abort()),
    "given up meanwhile": () => {
      const giveUp = new AbortController();
      setTimeout(() => giveUp.abort(), 50);
      return connectCri(server.socket, clock).list(giveUp.signal);
    },
    "a deadline for the whole": () => connectCri(server.socket, clock).list(AbortSignal.timeout(50)),
    closed: () => {
      setTimeout(() => closing.close(), 50);
      return closing.list(never);
    },
    "closed before": () => closing.list(never),
  };
  expect(await rows(cases, async (ask) => row(await ask(), server.socket))).toMatchInlineSnapshot(`
    {
      "a deadline for the whole": "timed-out: the runtime at SOCKET was given up before it had answered; try again",
      "closed": "incomplete: the runtime at SOCKET was given up before it had answered; try again",
      "closed before": "incomplete: the runtime at SOCKET was given up before it had answered; try again",
      "given up before": "incomplete: the runtime at SOCKET was given up before it had answered; try again",
      "given up meanwhile": "incomplete: the runtime at SOCKET was given up before it had answered; try again",
    }
  `);
});
