import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { incident } from "../../../test/builders/incident.ts";
import type { ExecStep } from "../../model/kube-source.ts";
import type { Said } from "../../model/node-actor.ts";
import type { NodeSide } from "../../model/node-hand.ts";
import { isKnown, known, unknown, type Reason } from "../../model/told.ts";
import { ExecWire } from "./exec-wire.ts";
import { remoteNode } from "./remote.ts";
import { serveNode } from "./serve.ts";

const event = z.object({ note: z.string() });
type Event = z.infer<typeof event>;
const reason: Reason = { code: "timed-out", text: "the runtime gave no answer", at: [], supply: "look at it" };
const never = new AbortController().signal;
const at = "2026-05-17T09:00:41.000Z";
const { runtime, kernel } = incident().observation;
if (!isKnown(runtime) || !isKnown(kernel)) throw new Error("the incident has both");

/** A node of which each call is written down, and answers with what it is given. */
function node(answers: Partial<Record<string, unknown>> = {}): { side: NodeSide<unknown>; asked: string[] } {
  const asked: string[] = [];
  const answer = (call: string, ...args: readonly unknown[]): Promise<never> => {
    const plain = args.filter((each) => !(each instanceof AbortSignal));
    asked.push([call, ...plain.map((each) => JSON.stringify(each))].join(" "));
    return Promise.resolve(answers[call] ?? { said: "done" }) as Promise<never>;
  };
  const hand: NodeSide<unknown>["hand"] = {
    runtime: (...args) => answer("runtime", ...args),
    details: (...args) => answer("details", ...args),
    kernel: (...args) => answer("kernel", ...args),
    machine: (...args) => answer("machine", ...args),
    peers: (...args) => answer("peers", ...args),
    serving: (...args) => answer("serving", ...args),
    cause: (...args) => answer("cause", ...args),
    stopContainers: (...args) => answer("stopContainers", ...args),
    stopSandbox: (...args) => answer("stopSandbox", ...args),
    removeSandbox: (...args) => answer("removeSandbox", ...args),
    killCgroup: (...args) => answer("killCgroup", ...args),
    killProcesses: (...args) => answer("killProcesses", ...args),
    restartKubelet: (...args) => answer("restartKubelet", ...args),
    requestReboot: (...args) => answer("requestReboot", ...args),
  };
  const journal = { write: (entry: unknown) => answer("journalWrite", entry), read: () => answer("journalRead") };
  return { side: { hand, lock: (want) => answer("lock", want), journal }, asked };
}

/** The node over a wire, served as in its pod. */
function over(side: NodeSide<unknown>): NodeSide<Event> {
  let readings = 100;
  const wire = new ExecWire((input) => served(side, input));
  return remoteNode(wire, () => (readings += 1), event);
}

async function* served(side: NodeSide<unknown>, input: AsyncIterable<Uint8Array>): AsyncGenerator<ExecStep> {
  const output = new PassThrough();
  const serving = serveNode(side, input, (line) => {
    // In pieces, as a connection gives them.
    for (let from = 0; from < line.length; from += 10_000) output.write(line.slice(from, from + 10_000));
    return Promise.resolve();
  }).finally(() => output.end());
  for await (const bytes of output) yield { step: "output", stream: "stdout", bytes };
  await serving;
  yield { step: "ended", exit: known(0) };
}

const processes = [{ pid: 7, startTicks: 9 }];
const target = { uid: "u", cgroups: [{ hierarchy: 0, path: "/kubepods/podu" }], processes };
const cause = { kind: "apparmor", confidence: "inferred", text: "why", persists: true, fix: "this" } as const;
const peer = { pid: 1, startTicks: 2, name: "kubelet\n\u001b", ageSeconds: 3 };

describe("what is asked and answered is the same over the wire", () => {
  const serving = [{ pid: 7, by: "socket", peerPod: null, text: "is connected" }];
  const entry = { run: "00000000000000aa", line: 1, at: "2026-05-17T09:00:39.000Z" };
  const detail = {
    pid: 5,
    cgroupParent: "/k",
    hostNetwork: true,
    portMappings: [],
    runtimeType: "io.containerd.runc.v2",
  };
  test.each<[string, unknown, (side: NodeSide<Event>) => Promise<unknown>, unknown]>([
    ["machine", known({ bootId: "b", machineId: null, at }), ({ hand }) => hand.machine(never), "same"],
    ["peers", known({ runtime: peer, clients: [peer], kubelets: [] }), ({ hand }) => hand.peers(never), "same"],
    ["serving", known(serving), ({ hand }) => hand.serving("u", processes, never), "same"],
    [
      "cause",
      cause,
      ({ hand }) => hand.cause(processes, { said: "it said\nno", tried: 12.5, recordLost: true }, never),
      "same",
    ],
    [
      "details",
      new Map<string, unknown>([
        ["a", known(detail)],
        ["b", unknown(reason)],
      ]),
      ({ hand }) => hand.details(["a", "b"], never),
      "same",
    ],
    [
      "stopContainers",
      { said: "failed", text: "no" },
      ({ hand }) => hand.stopContainers([{ id: "c", graceSeconds: 30 }], never),
      "same",
    ],
    ["stopSandbox", { said: "done" }, ({ hand }) => hand.stopSandbox("s", never), "same"],
    ["removeSandbox", { said: "silent", reason }, ({ hand }) => hand.removeSandbox("s", never), "same"],
    ["killCgroup", { said: "refused", reason }, ({ hand }) => hand.killCgroup(target, never), "same"],
    ["killProcesses", { said: "done" }, ({ hand }) => hand.killProcesses(target, never), "same"],
    ["restartKubelet", { said: "done" }, ({ hand }) => hand.restartKubelet(never), "same"],
    ["requestReboot", { said: "done" }, ({ hand }) => hand.requestReboot(never), "same"],
    ["lock", known("process 7"), ({ lock }) => lock("take"), "same"],
    ["lock", known(null), ({ lock }) => lock("give-back"), "same"],
    ["machine", unknown(reason), ({ hand }) => hand.machine(never), "same"],
    ["journalWrite", known(undefined), ({ journal }) => journal.write({ note: "\u001b[2J" }), "same"],
    ["journalWrite", unknown(reason), ({ journal }) => journal.write({ note: "a" }), "same"],
    [
      "journalRead",
      known({
        entries: [
          { ...entry, event: { note: "a" } },
          { ...entry, line: 2, event: { other: 1 } },
        ],
        damaged: 1,
      }),
      ({ journal }) => journal.read(),
      known({ entries: [{ ...entry, event: { note: "a" } }], damaged: 2 }),
    ],
    [
      "runtime",
      runtime,
      ({ hand }) => hand.runtime(never),
      known({ ...runtime.known, reading: { ...runtime.known.reading, began: 101, ended: 102 } }),
    ],
    [
      "kernel",
      kernel,
      ({ hand }) => hand.kernel(["u"], never, [7]),
      known({ ...kernel.known, reading: { ...kernel.known.reading, began: 101, ended: 102 } }),
    ],
  ])("%s", async (call, answer, ask, expected) => {
    const { side, asked } = node({ [call]: answer });
    expect(await ask(over(side))).toEqual(expected === "same" ? answer : expected);
    expect(asked.map((each) => each.split(" ")[0])).toEqual([call]);
  });

  test("with all that is asked for", async () => {
    const { side, asked } = node({ kernel, cause });
    const { hand } = over(side);
    await hand.kernel(["u"], never, [7]);
    await hand.kernel([], never);
    await hand.cause(processes, { said: "no", tried: 12.5, recordLost: true }, never);
    await hand.cause(processes, { said: null, tried: null, recordLost: false }, never);
    const pids = JSON.stringify(processes);
    expect(asked).toEqual([
      'kernel ["u"] [7]',
      "kernel [] []",
      `cause ${pids} {"said":"no","tried":12.5,"recordLost":true}`,
      `cause ${pids} {"said":null,"tried":null,"recordLost":false}`,
    ]);
  });

  test("one after the other, however they are asked", async () => {
    const { side, asked } = node({ machine: known({ bootId: "b", machineId: "m", at }) });
    const { hand } = over(side);
    const answers = await Promise.all([hand.machine(never), hand.stopSandbox("s", never), hand.machine(never)]);
    expect(answers.map((each) => ("said" in each ? each.said : isKnown(each)))).toEqual([true, "done", true]);
    expect(asked).toEqual(["machine", 'stopSandbox "s"', "machine"]);
  });
});

describe("what is no answer is unknown, and of an act nobody knows what was done", () => {
  /** What somebody else says in the place of the program, a line for each question. */
  const saying = (...lines: readonly string[]): NodeSide<Event> => {
    const wire = new ExecWire(async function* () {
      for (const line of lines) yield { step: "output", stream: "stdout", bytes: Buffer.from(line) };
      yield { step: "ended", exit: known(3) };
    });
    return remoteNode(wire, () => 0, event);
  };
  const noAnswer = "not-understood: what holdfast on the node gave is no answer";
  const ended = "incomplete: holdfast in the pod ended with code 3";
  test.each<[string, readonly string[], string]>([
    ["nothing", [], ended],
    ["the half of a line", ['{"number":1,"answer":{"said":"do'], ended],
    ["no JSON", ["hello\n"], noAnswer],
    ["null", ["null\n"], noAnswer],
    ["an answer to another question", ['{"number":2,"answer":{"said":"done"}}\n'], noAnswer],
    ["an answer to none", ['{"number":0,"answer":{"said":"done"}}\n'], noAnswer],
    ["another form", ['{"number":1,"answer":{"said":"yes"}}\n'], noAnswer],
    ["a reason of the wrong kind", ['{"number":1,"answer":{"said":"refused","reason":7}}\n'], noAnswer],
    ["bytes that are no text", ["\u0000\u0001\n"], noAnswer],
  ])("%s", async (_, lines, expected) => {
    const said: Said = await saying(...lines).hand.stopSandbox("s", never);
    expect("reason" in said ? `${said.said} ${said.reason.code}: ${said.reason.text}` : said.said).toBe(
      `silent ${expected}`,
    );
    const machine = await saying(...lines).hand.machine(never);
    expect(isKnown(machine) ? "known" : `${machine.unknown.code}: ${machine.unknown.text}`).toBe(expected);
  });

  const tooMuch = "limit: what holdfast on the node gave is more than an answer to that may be";
  const many = (value: string, count: number): string => Array.from({ length: count }, () => value).join(",");
  const { reading, bootId } = kernel.known;
  const facts = JSON.stringify({ ...kernel.known, processes: undefined, sockets: undefined, reading, bootId }).slice(1);
  test.each<[string, string, (side: NodeSide<Event>) => Promise<object>, string]>([
    ["a machine with a long name", `{"x":"${"x".repeat(1 << 20)}"}`, ({ hand }) => hand.machine(never), tooMuch],
    ["a machine of many values", `[${many("[]", 20_000)}]`, ({ hand }) => hand.machine(never), tooMuch],
    ["a machine in many brackets", "[".repeat(20_000), ({ hand }) => hand.machine(never), tooMuch],
    [
      "more values than a kernel has",
      `{"known":[${many("{}", 6_000_000)}]}`,
      ({ hand }) => hand.kernel([], never),
      tooMuch,
    ],
    [
      "as many sockets as a kernel may have, all of another form",
      `{"known":{"processes":[],"sockets":[${many("{}", 1_900_000)}],${facts}}`,
      ({ hand }) => hand.kernel([], never),
      noAnswer,
    ],
    [
      "one process with as many, all of another form",
      `{"known":{"processes":[{"sockets":[${many("[]", 1_900_000)}]}],"sockets":[],${facts}}`,
      ({ hand }) => hand.kernel([], never),
      noAnswer,
    ],
  ])("it takes no memory that the workstation does not have: %s", async (_, answer, ask, expected) => {
    const told = await ask(saying(`{"number":1,"answer":${answer}}\n`));
    expect(told).toMatchObject({ unknown: { code: expected.split(":")[0], text: expected.split(": ")[1] } });
  });

  test("of a thousand questions that were given up none is parsed when it is answered", async () => {
    const late = Array.from({ length: 1000 }, (_, number) => `{"number":${number + 1},"answer":[[[\n`);
    const { hand } = saying(...late, '{"number":1001,"answer":{"said":"done"}}\n');
    for (let count = 0; count < 1000; count++) await hand.machine(AbortSignal.abort());
    expect(await hand.stopSandbox("s", never)).toEqual({ said: "done" });
  });

  test("an answer that comes too late belongs to no other question", async () => {
    const gate = Promise.withResolvers<void>();
    const { side } = node({ machine: gate.promise.then(() => known({ bootId: "late", machineId: null, at })) });
    const { hand } = over(side);
    const late = await hand.machine(AbortSignal.abort());
    gate.resolve();
    expect([isKnown(late), await hand.stopSandbox("s", never)]).toEqual([false, { said: "done" }]);
  });
});

describe("what is no question ends the serving, and nothing is done", () => {
  test.each<[string, string]>([
    ["no JSON", "hello"],
    ["no call of ours", '{"number":1,"call":"toString","args":[]}'],
    ["a call of ours with a path for an id", '{"number":1,"call":"stopSandbox","args":[7]}'],
    ["more than it takes", '{"number":1,"call":"stopSandbox","args":["a","b"]}'],
    ["a target without processes", '{"number":1,"call":"killCgroup","args":[{"uid":"u","cgroups":[]}]}'],
    ["a grace of the past", '{"number":1,"call":"stopContainers","args":[[{"id":"c","graceSeconds":-1}]]}'],
  ])("%s", async (_, line) => {
    const { side, asked } = node();
    const written: string[] = [];
    const input = (async function* () {
      yield Buffer.from(`${line}\n{"number":2,"call":"stopSandbox","args":["s"]}\n`);
    })();
    await serveNode(side, input, (text) => (written.push(text), Promise.resolve()));
    expect([asked, written]).toEqual([[], []]);
  });
});
