import type * as z from "zod";
import type { Journal } from "../../model/journal.ts";
import type { RuntimeLedger, SandboxDetail } from "../../model/ledger.ts";
import type { Said } from "../../model/node-actor.ts";
import type { NodeHand, NodeSide } from "../../model/node-hand.ts";
import type { Cause } from "../../model/node-word.ts";
import type { Reading } from "../../model/ledger.ts";
import type { Sequence } from "../../model/sources.ts";
import { mapTold, unknown, type Reason, type Told } from "../../model/told.ts";
import { reasonFrom, toldFrom } from "../../snapshot/format/ledger-schemas.ts";
import { jsonOf } from "../json-of.ts";
import { fits } from "./answer-limits.ts";
import { calls, reply, type CallName } from "./protocol.ts";

/** The two ends of the connection to a program that serves a node. */
export interface NodeWire {
  write(line: string): void;
  /** The next line; or why there is none. */
  read(signal: AbortSignal): Promise<{ readonly line: string } | { readonly reason: Reason }>;
}

/** Milliseconds for a question that only reads. */
const readingTakes = 75_000;
/** The runtime is given as long for a sandbox (src/outside/cri/actor.ts). */
const sandboxTakes = 240_000;
/** On top of a container's grace. */
const stoppingTakes = 120_000;
/** Beyond what the node itself gives an act. */
const margin = 15_000;

type Got = { readonly answer: unknown } | { readonly reason: Reason };

/**
 * A node over a wire. An answer that does not come, or has not the form of one, is unknown; of an act nobody knows then what was
 * done, and the next look tells. `sequence` counts the readings of the run here, since those of the node have its own numbers.
 */
export function remoteNode<E>(wire: NodeWire, sequence: Sequence, event: z.ZodType<E>): NodeSide<E> {
  const talk = new Talk(wire);
  const ask = <C extends CallName>(call: C, args: z.input<(typeof calls)[C]["args"]>, waits: Waits = {}) =>
    talk.ask(call, args, waits);
  return {
    hand: handOver(ask, sequence),
    lock: (want) => told(ask("lock", [want]), calls.lock.answer),
    journal: journalOver(ask, event),
  };
}

interface Waits {
  readonly signal?: AbortSignal;
  /** Milliseconds. */
  readonly takes?: number;
}

type Ask = <C extends CallName>(call: C, args: z.input<(typeof calls)[C]["args"]>, waits?: Waits) => Promise<Got>;

/** One question at a time: the answers come in that order. */
class Talk {
  readonly #wire: NodeWire;
  #number = 0;
  #before: Promise<unknown> = Promise.resolve();

  constructor(wire: NodeWire) {
    this.#wire = wire;
  }

  ask(call: CallName, args: readonly unknown[], { signal, takes = readingTakes }: Waits): Promise<Got> {
    const asked = this.#before.then(() => this.#ask(call, args, { signal, takes }));
    this.#before = asked;
    return asked;
  }

  async #ask(
    call: CallName,
    args: readonly unknown[],
    { signal, takes }: { readonly signal: AbortSignal | undefined; readonly takes: number },
  ): Promise<Got> {
    this.#number += 1;
    const number = this.#number;
    this.#wire.write(`${JSON.stringify({ number, call, args })}\n`);
    const late = AbortSignal.timeout(takes + margin);
    const inTime = signal === undefined ? late : AbortSignal.any([signal, late]);
    for (;;) {
      const read = await this.#wire.read(inTime);
      if ("reason" in read) return read;
      const answered = numberOf(read.line);
      // One that was given up before may be answered late.
      if (answered !== null && answered < number) continue;
      if (answered !== number) return { reason: noAnswer };
      if (!fits(read.line, call)) return { reason: tooMuch };
      const parsed = reply.safeParse(jsonOf(read.line));
      return parsed.success && parsed.data.number === number ? { answer: parsed.data.answer } : { reason: noAnswer };
    }
  }
}

/** To which question a line is the answer, which comes first in it (serve.ts); `null`: to none. */
function numberOf(line: string): number | null {
  const [, number] = /^\{"number":([1-9]\d{0,14}),/.exec(line.slice(0, 32)) ?? [];
  return number === undefined ? null : Number(number);
}

function handOver(ask: Ask, sequence: Sequence): NodeHand {
  const numbered = async <T extends { readonly reading: Reading }>(read: () => Promise<Told<T>>): Promise<Told<T>> => {
    const began = sequence();
    const ledger = await read();
    const ended = sequence();
    return mapTold(ledger, (each) => ({ ...each, reading: { ...each.reading, began, ended } }));
  };
  return {
    runtime: (signal) =>
      numbered(async () => {
        const ledger = await told(ask("runtime", [], { signal }), calls.runtime.answer);
        return mapTold(ledger, (each): RuntimeLedger => ({ ...each, tasks: toldFrom(each.tasks) }));
      }),
    details: async (ids, signal) => {
      const got = await ask("details", [[...ids]], { signal });
      const parsed = "reason" in got ? null : calls.details.answer.safeParse(got.answer);
      const reason = "reason" in got ? got.reason : noAnswer;
      const answers = new Map<string, Told<SandboxDetail>>(ids.map((id) => [id, unknown(reason)]));
      for (const [id, detail] of parsed?.data ?? []) if (answers.has(id)) answers.set(id, toldFrom(detail));
      return answers;
    },
    kernel: (quiet, signal, pids = []) =>
      numbered(() => told(ask("kernel", [[...quiet], [...pids]], { signal }), calls.kernel.answer)),
    machine: (signal) => told(ask("machine", [], { signal }), calls.machine.answer),
    peers: (signal) => told(ask("peers", [], { signal }), calls.peers.answer),
    serving: (uid, processes, signal) => told(ask("serving", [uid, [...processes]], { signal }), calls.serving.answer),
    cause: async (processes, attempt, signal): Promise<Cause> => {
      const cut = { ...attempt, said: attempt.said?.slice(0, mostSaid) ?? null };
      const got = await ask("cause", [[...processes], cut], { signal });
      const parsed = "reason" in got ? null : calls.cause.answer.safeParse(got.answer);
      return parsed?.data ?? noCause;
    },
    stopContainers: (containers, signal) => {
      const longest = Math.max(0, ...containers.map(({ graceSeconds }) => graceSeconds));
      const takes = longest * 1000 + stoppingTakes;
      return said(ask("stopContainers", [[...containers]], { signal, takes }));
    },
    stopSandbox: (id, signal) => said(ask("stopSandbox", [id], { signal, takes: sandboxTakes })),
    removeSandbox: (id, signal) => said(ask("removeSandbox", [id], { signal, takes: sandboxTakes })),
    killCgroup: (target, signal) => said(ask("killCgroup", [onWire(target)], { signal })),
    killProcesses: (target, signal) => said(ask("killProcesses", [onWire(target)], { signal })),
    restartKubelet: (signal) => said(ask("restartKubelet", [], { signal })),
    requestReboot: (signal) => said(ask("requestReboot", [], { signal })),
  };
}

/** Characters of what a runtime complained that say why. */
const mostSaid = 4096;

type Target = Parameters<NodeHand["killCgroup"]>[0];

function onWire({ uid, cgroups, processes }: Target): z.input<(typeof calls)["killCgroup"]["args"]>[0] {
  return { uid, cgroups: [...cgroups], processes: [...processes] };
}

function journalOver<E>(ask: Ask, event: z.ZodType<E>): Journal<E> {
  return {
    write: async (entry) =>
      mapTold(await told(ask("journalWrite", [entry]), calls.journalWrite.answer), () => undefined),
    read: async () =>
      mapTold(await told(ask("journalRead", []), calls.journalRead.answer), ({ entries, damaged }) => {
        const read = entries.map((each) => ({ ...each, event: event.safeParse(each.event) }));
        const understood = read.flatMap((each) => (each.event.success ? [{ ...each, event: each.event.data }] : []));
        return { entries: understood, damaged: damaged + read.length - understood.length };
      }),
  };
}

async function told<T>(
  asked: Promise<Got>,
  form: z.ZodType<{ known: T } | { unknown: Parameters<typeof reasonFrom>[0] }>,
): Promise<Told<T>> {
  const got = await asked;
  if ("reason" in got) return unknown(got.reason);
  const parsed = form.safeParse(got.answer);
  return parsed.success ? toldFrom(parsed.data) : unknown(noAnswer);
}

async function said(asked: Promise<Got>): Promise<Said> {
  const got = await asked;
  if ("reason" in got) return { said: "silent", reason: got.reason };
  const parsed = calls.stopSandbox.answer.safeParse(got.answer);
  if (!parsed.success) return { said: "silent", reason: noAnswer };
  return "reason" in parsed.data ? { ...parsed.data, reason: reasonFrom(parsed.data.reason) } : parsed.data;
}

const noAnswer: Reason = {
  code: "not-understood",
  text: "what holdfast on the node gave is no answer",
  at: [],
  supply: "name an image of this version of holdfast (--image)",
};

const tooMuch: Reason = {
  code: "limit",
  text: "what holdfast on the node gave is more than an answer to that may be",
  at: [],
  supply: "look at the node itself (holdfast sweep there)",
};

const noCause: Cause = {
  kind: "not-told",
  confidence: "inferred",
  text: "why it does not end could not be told",
  persists: null,
  fix: null,
};
