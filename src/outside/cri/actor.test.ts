import { fromBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { criServer, emptyNode, half, message, status } from "../../../test/builders/cri-server.ts";
import type { Answer } from "../../../test/builders/cri-server.ts";
import type { ContainerStop, Said } from "../../model/node-actor.ts";
import { connectRuntimeActor } from "./actor.ts";
import type { ActorOptions, RuntimeActor } from "./actor.ts";
import {
  RemovePodSandboxResponseSchema,
  StopContainerRequestSchema,
  StopContainerResponseSchema,
  StopPodSandboxResponseSchema,
} from "./generated/cri_pb.ts";

const never = new AbortController().signal;
const id = "0123456789abcdef".repeat(4);
const other = "fedcba9876543210".repeat(4);

const stopped = message(StopContainerResponseSchema, {});
const willing: Readonly<Record<string, Answer>> = {
  ...emptyNode,
  StopContainer: stopped,
  StopPodSandbox: message(StopPodSandboxResponseSchema, {}),
  RemovePodSandbox: message(RemovePodSandboxResponseSchema, {}),
};

interface Acted {
  /** `done`, `failed: TEXT`, `refused CODE: TEXT`, `silent CODE: TEXT`, with SOCKET for the path. */
  readonly said: string;
  readonly asked: readonly string[];
  readonly timeouts: readonly unknown[];
}

async function acted(
  answers: Readonly<Record<string, Answer>>,
  act: (actor: RuntimeActor) => Promise<Said>,
  options: ActorOptions = {},
): Promise<Acted> {
  await using server = await criServer({ ...willing, ...answers });
  const said = await act(connectRuntimeActor(server.socket, { connectDeadline: 30_000, ...options }));
  return { said: row(said).replaceAll(server.socket, "SOCKET"), asked: server.asked, timeouts: server.timeouts };
}

function row(said: Said): string {
  if (said.said === "done") return "done";
  if (said.said === "failed") return `failed: ${said.text}`;
  return `${said.said} ${said.reason.code}: ${said.reason.text}`;
}

const stop =
  (...containers: readonly ContainerStop[]) =>
  (actor: RuntimeActor): Promise<Said> =>
    actor.stopContainers(containers, never);

test("a sandbox is stopped and removed by its whole id, with four minutes for each", async () => {
  const { said, asked, timeouts } = await acted({}, async (actor) => {
    const first = await actor.stopSandbox(id, never);
    return first.said === "done" ? actor.removeSandbox(id, never) : first;
  });
  const request = `0a40${Buffer.from(id).toString("hex")}`;
  expect({ said, asked, timeouts }).toEqual({
    said: "done",
    asked: [`StopPodSandbox ${request}`, `RemovePodSandbox ${request}`],
    timeouts: ["240000m", "240000m"],
  });
});

// grace, the deadline that is sent
test.each([
  [0, "120000m"],
  [30, "150000m"],
  [300, "420000m"],
  [7200, "7320000m"],
  [99_879, "99999000m"],
  // From here on it could not be written.
  [99_880, undefined],
  [2_147_483_648, undefined],
])("a container with a grace of %i s is given it, and two minutes", async (graceSeconds, timeout) => {
  let grace: bigint | null = null;
  const StopContainer: Answer = (stream, request) => {
    grace = fromBinary(StopContainerRequestSchema, request).timeout;
    stopped(stream, request);
  };
  const { said, timeouts } = await acted({ StopContainer }, stop({ id, graceSeconds }));
  expect({ said, grace, timeouts }).toEqual({ said: "done", grace: BigInt(graceSeconds), timeouts: [timeout] });
});

test("containers are stopped at the same time, each until its own deadline", async () => {
  let running = 0;
  let atOnce = 0;
  const StopContainer: Answer = (stream, request) => {
    atOnce = Math.max(atOnce, ++running);
    // One that takes all its grace answers behind it.
    const grace = Number(fromBinary(StopContainerRequestSchema, request).timeout) * 1000;
    setTimeout(() => {
      running -= 1;
      stopped(stream, request);
    }, grace + 50);
  };
  const both = stop({ id, graceSeconds: 1 }, { id: other, graceSeconds: 2 });
  expect(await acted({ StopContainer }, both, { stopMargin: 20_000 })).toMatchObject({ said: "done" });
  expect(atOnce).toBe(2);
});

test("none is as good as done, and asks nothing", async () => {
  expect(await acted({}, stop())).toEqual({ said: "done", asked: [], timeouts: [] });
});

const permission =
  'failed to kill container "ID": unknown error after kill: runc did not terminate successfully: exit status 1: unable to signal init: permission denied\n: unknown';

test("what the runtime says instead of doing it is told in one line, with the cause at its end", async () => {
  const cases: Record<string, Answer> = {
    AppArmor: status(2, permission),
    "much text": status(2, `${"x".repeat(5000)}: permission denied`),
    "text for a terminal": status(13, "a\u001b[31mb\u202ec"),
    "no text": status(13, ""),
    "not permitted": status(7, "no"),
    "its deadline": status(4, "context deadline exceeded"),
    "an unknown method": status(12, "unknown method"),
  };
  const rows: Record<string, string> = {};
  for (const [name, StopContainer] of Object.entries(cases)) {
    const { said } = await acted({ StopContainer }, stop({ id, graceSeconds: 0 }));
    rows[name] = said.replaceAll(/x{9,}/g, ({ length }) => `${length} x`);
  }
  expect(rows).toMatchInlineSnapshot(`
    {
      "AppArmor": "failed: container 0123456789ab: failed to kill container "ID": unknown error after kill: runc did not terminate successfully: exit status 1: unable to signal init: permission denied : unknown",
      "an unknown method": "failed: container 0123456789ab: unknown method",
      "its deadline": "failed: container 0123456789ab: context deadline exceeded",
      "much text": "failed: container 0123456789ab: 176 x … 381 x: permission denied",
      "no text": "failed: container 0123456789ab: the error Internal, without a word on it",
      "not permitted": "failed: container 0123456789ab: no",
      "text for a terminal": "failed: container 0123456789ab: a\\u{1b}[31mb\\u{202e}c",
    }
  `);
});

test("where nothing was said, nobody knows what was done", async () => {
  const given = new AbortController();
  const cases: Record<string, readonly [Answer, AbortSignal]> = {
    "half an answer": [half((stream) => stream.end()), never],
    "the connection closed": [(stream) => stream.session?.destroy(), never],
    "the stream reset": [half((stream) => stream.close(8)), never],
    "too late": [() => {}, never],
    "given up": [() => given.abort(), given.signal],
    "given up before": [() => {}, AbortSignal.abort()],
  };
  const rows: Record<string, string> = {};
  for (const [name, [answer, signal]] of Object.entries(cases)) {
    const { said } = await acted({ StopPodSandbox: answer }, (actor) => actor.stopSandbox(id, signal), {
      sandboxDeadline: 1000,
    });
    rows[name] = said;
  }
  const missing = await connectRuntimeActor("/nowhere/cri.sock").removeSandbox(id, never);
  expect({ ...rows, "no runtime": row(missing) }).toMatchInlineSnapshot(`
    {
      "given up": "silent incomplete: the runtime at SOCKET was given up before it had answered",
      "given up before": "silent incomplete: the runtime at SOCKET was given up before it had answered",
      "half an answer": "silent incomplete: the runtime at SOCKET broke off before it had answered StopPodSandbox",
      "no runtime": "silent not-reached: there is no socket /nowhere/cri.sock",
      "the connection closed": "silent incomplete: the runtime at SOCKET broke off before it had answered StopPodSandbox",
      "the stream reset": "silent incomplete: the runtime at SOCKET broke off before it had answered StopPodSandbox",
      "too late": "silent timed-out: the runtime at SOCKET did not answer StopPodSandbox within 1 s",
    }
  `);
});

test("of several containers, what was said of one stands beside the silence about another", async () => {
  const answers = new Map<string, Answer>([
    [id, (stream) => stream.session?.destroy()],
    [other, status(2, "permission denied")],
  ]);
  const StopContainer: Answer = (stream, request) =>
    answers.get(fromBinary(StopContainerRequestSchema, request).containerId)?.(stream, request);
  const [one, two] = [
    { id, graceSeconds: 0 },
    { id: other, graceSeconds: 0 },
  ];
  expect((await acted({ StopContainer }, stop(one, two))).said).toMatch(
    /^silent incomplete: container fedcba987654: permission denied; the runtime at .* broke off before it had answered/,
  );
  expect((await acted({ StopContainer }, stop(one))).said).toMatch(/^silent incomplete: /);
});

test.each<[string, (actor: RuntimeActor) => Promise<Said>]>([
  ["no id", (actor) => actor.stopSandbox("", never)],
  ["the beginning of an id", (actor) => actor.removeSandbox(id.slice(0, 63), never)],
  ["more than an id", (actor) => actor.stopSandbox(`${id}\n`, never)],
  ["of a container", stop({ id, graceSeconds: 0 }, { id: "c1", graceSeconds: 0 })],
  ["a grace below zero", stop({ id, graceSeconds: -1 })],
  ["half a second", stop({ id, graceSeconds: 0.5 })],
  ["a grace without end", stop({ id, graceSeconds: Number.POSITIVE_INFINITY })],
  ["a grace that overflows", stop({ id, graceSeconds: 2 ** 34 })],
])("%s is refused before anything is asked", async (_name, act) => {
  expect(await acted({}, act)).toMatchObject({ said: expect.stringMatching(/^refused /) as unknown, asked: [] });
});
