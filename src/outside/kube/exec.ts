import { on, once } from "node:events";
import type { WebSocket } from "ws";
import * as z from "zod";
import { pods } from "../../model/kube-kinds.ts";
import type { ExecOptions, ExecStep, KubeTold, ObjectName } from "../../model/kube-source.ts";
import { known } from "../../model/told.ts";
import { failureOf } from "../http/exchange.ts";
import { objectPath } from "./paths.ts";
import { messageOf, notUnderstood, reason, unanswered } from "./refusal.ts";
import type { Requests } from "./requests.ts";
import { jsonOf } from "../json-of.ts";

/**
 * Runs a program in a container of a pod, over a WebSocket. Of the two protocols v5 adds only that single streams can be
 * closed, which is not used, so that both do the same: API servers before 1.30 pass a WebSocket on to the container
 * runtime, and that speaks v4 [kubernetes v1.36.3, pkg/registry/core/pod/rest/subresources.go; apimachinery v0.36.3,
 * pkg/util/remotecommand/constants.go]. See {@link KubeSource.exec}.
 */
export async function* execSteps(
  requests: Requests,
  pod: ObjectName,
  { container, command, input, signal }: ExecOptions,
): AsyncGenerator<ExecStep> {
  const path = objectPath(pods, pod);
  if (path === null) return yield ended({ unknown: notUnderstood("what was asked for is no name of a pod", null) });
  const given = signal ?? new AbortController().signal;
  const stdin = input === undefined ? undefined : "true";
  const query = { container, command, stdin, stdout: "true", stderr: "true" };
  const needs = { verb: "create", group: "", resource: "pods/exec" };
  // A kubelet answers 406 to a WebSocket that should be JSON.
  const ask = { method: "GET", path: `${path}/exec`, query, accept: "*/*", needs, repeatable: false } as const;
  const reply = await requests.upgrade(ask, protocols, given);
  if ("reason" in reply) return yield ended({ unknown: reply.reason });
  const socket = reply.answer;
  try {
    if (input !== undefined) void pass(input, socket);
    yield* stepsOf(socket, given);
  } finally {
    socket.terminate();
  }
}

/** Passes on what comes, until it ends or the connection does. */
async function pass(input: AsyncIterable<Uint8Array>, socket: WebSocket): Promise<void> {
  for await (const bytes of input) {
    if (socket.readyState !== socket.OPEN) return;
    for (let from = 0; from < bytes.length; from += longestPiece)
      socket.send(Buffer.concat([Buffer.of(channels.stdin), bytes.subarray(from, from + longestPiece)]));
  }
}

/** Bytes of one message: as many as kubectl sends at once, which copies with io.Copy [client-go v0.36.3, tools/remotecommand/v2.go]. */
const longestPiece = 32 * 1024;

const protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];
/** The first byte of each message. */
const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3 };

/** The longest text that is taken on the channel that says how it ended. */
const longestOutcome = 1024 * 1024;

async function* stepsOf(socket: WebSocket, signal: AbortSignal): AsyncGenerator<ExecStep> {
  // It pauses the socket where nobody takes what comes.
  const messages = on(socket, "message", { signal, close: ["close"], highWaterMark: 64, lowWaterMark: 16 });
  const closed = once(socket, "close", { signal }).catch(() => []);
  socket.resume();
  let outcome = Buffer.alloc(0);
  try {
    for await (const [message, isBinary] of messages) {
      if (isBinary !== true || !Buffer.isBuffer(message)) return yield ended({ unknown: noChannel });
      const [channel] = message;
      const bytes = message.subarray(1);
      if (channel === channels.error) outcome = Buffer.concat([outcome, bytes]);
      else if (bytes.length > 0 && channel === channels.stdout) yield { step: "output", stream: "stdout", bytes };
      else if (bytes.length > 0 && channel === channels.stderr) yield { step: "output", stream: "stderr", bytes };
      if (outcome.length > longestOutcome) return yield ended({ unknown: noOutcome });
    }
    await closed;
  } catch (error) {
    return yield ended({ unknown: unanswered(failureOf(error), signal.aborted) });
  }
  yield ended(exitOf(outcome));
}

function ended(exit: KubeTold<number>): ExecStep {
  return { step: "ended", exit };
}

/** What a Status says of how a program ended [client-go v0.36.3, tools/remotecommand/v4.go]. */
const status = z.object({
  status: z.enum(["Success", "Failure"]),
  reason: z.string().optional(),
  message: z.string().optional(),
  code: z.int().optional(),
  details: z
    .object({
      causes: z.array(z.object({ reason: z.string().optional(), message: z.string().optional() })).optional(),
    })
    .optional(),
});

function exitOf(outcome: Buffer): KubeTold<number> {
  if (outcome.length === 0) return { unknown: cut };
  const read = status.safeParse(jsonOf(outcome.toString("utf8")));
  if (!read.success) return { unknown: noOutcome };
  const { status: how, reason: said = null, code = null, message, details } = read.data;
  if (how === "Success") return known(0);
  if (said === "NonZeroExitCode") {
    const exit = details?.causes?.find(({ reason: type }) => type === "ExitCode")?.message ?? "";
    return /^\d{1,3}$/.test(exit) ? known(Number(exit)) : { unknown: noOutcome };
  }
  const text = `the program could not be run${messageOf({ message })}`;
  return { unknown: reason("not-served", text, { status: code, said }) };
}

const cut = reason("incomplete", "the connection ended, and nobody said how the program did", {
  status: null,
  said: null,
});
const noChannel = notUnderstood("what came over the WebSocket belongs to no channel", null);
const noOutcome = notUnderstood("what came as the program's outcome is no Status", null);
