import { create, toBinary } from "@bufbuild/protobuf";
import type { DescMessage, MessageInitShape } from "@bufbuild/protobuf";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http2";
import type { ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ListContainersResponseSchema,
  ListPodSandboxResponseSchema,
  VersionResponseSchema,
} from "../../src/outside/cri/generated/cri_pb.ts";
import { ListTasksResponseSchema } from "../../src/outside/cri/generated/tasks_pb.ts";

/** A gRPC server on a unix socket whose every frame a test decides. */
export interface CriServer extends AsyncDisposable {
  readonly socket: string;
  /** The calls in order: `ListContainers`, with the bytes of the request in hex where it has any. */
  readonly asked: string[];
  /** The value of `containerd-namespace` in each call of Tasks/List. */
  readonly namespaces: unknown[];
  /** The value of `grpc-timeout` in each call. */
  readonly timeouts: unknown[];
}

/** Answers one call. `request` is the message that was sent. */
export type Answer = (stream: ServerHttp2Stream, request: Buffer) => void;

/** Starts one; `await using` stops it. Calls that `answers` does not name are UNIMPLEMENTED. */
export async function criServer(answers: Readonly<Record<string, Answer>>): Promise<CriServer> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-cri-"));
  const socket = join(folder, "cri.sock");
  const asked: string[] = [];
  const namespaces: unknown[] = [];
  const timeouts: unknown[] = [];
  const sessions = new Set<ServerHttp2Session>();
  // In MiB: Node takes no further call while answers of more than this wait to be sent.
  const server = createServer({ maxSessionMemory: 128 });
  server.on("session", (session) => {
    sessions.add(session);
    session.on("error", () => {});
  });
  server.on("stream", (stream, headers) => {
    const path = String(headers[":path"]);
    const [, service = "", method = ""] = path.split("/");
    const call = service === "runtime.v1.RuntimeService" ? method : `${service}/${method}`;
    timeouts.push(headers["grpc-timeout"]);
    if (call === tasksList) namespaces.push(headers["containerd-namespace"]);
    const chunks: Buffer[] = [];
    stream.on("error", () => {});
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      const request = Buffer.concat(chunks).subarray(5);
      asked.push(request.length === 0 ? call : `${call} ${request.toString("hex")}`);
      (answers[call] ?? status(12, `unknown method ${call}`))(stream, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    socket,
    asked,
    namespaces,
    timeouts,
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const tasksList = "containerd.services.tasks.v1.Tasks/List";

/** What containerd 1.6.20 answers on a node where nothing runs. */
export const emptyNode: Readonly<Record<string, Answer>> = {
  Version: message(VersionResponseSchema, { runtimeName: "containerd", runtimeVersion: "1.6.20~ds1" }),
  ListPodSandbox: message(ListPodSandboxResponseSchema, {}),
  ListContainers: message(ListContainersResponseSchema, {}),
  [tasksList]: message(ListTasksResponseSchema, {}),
};

/** One message, and status 0. */
export function message<D extends DescMessage>(schema: D, init: MessageInitShape<D>): Answer {
  return bytes(toBinary(schema, create(schema, init)));
}

/** A stream of messages, and status 0. */
export function messages<D extends DescMessage>(schema: D, inits: readonly MessageInitShape<D>[]): Answer {
  return bytes(...inits.map((init) => toBinary(schema, create(schema, init))));
}

/** Messages as their bytes, and status 0. */
export function bytes(...contents: readonly Uint8Array[]): Answer {
  return (stream) => {
    stream.respond(grpcHeaders, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(Buffer.concat(contents.map(framed)));
  };
}

/** An error of gRPC, without a message. */
export function status(code: number, text: string): Answer {
  return (stream) =>
    stream.respond(
      { ...grpcHeaders, "grpc-status": String(code), "grpc-message": encodeURIComponent(text) },
      { endStream: true },
    );
}

/** The first half of a message; `then` decides what happens to the rest. */
export function half(then: (stream: ServerHttp2Stream) => void): Answer {
  return (stream) => {
    stream.respond(grpcHeaders);
    const whole = framed(Buffer.alloc(100));
    stream.write(whole.subarray(0, 50), () => then(stream));
  };
}

export const grpcHeaders = { ":status": 200, "content-type": "application/grpc" };

/** A message with gRPC's prefix: not compressed, its length. */
export function framed(content: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(content.length, 1);
  return Buffer.concat([prefix, content]);
}
