import { spawn, type ChildProcessWithoutNullStreams as Child } from "node:child_process";
import { endianness } from "node:os";
import { extname } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { deserialize } from "node:v8";
import type { KernelLedger } from "../../model/ledger.ts";
import { mapTold, unknown, type ReasonCode, type Told, type Unknown } from "../../model/told.ts";
import type { ByteOrder } from "./address.ts";
import type { Asked, Printed } from "./kernel-child.ts";
import type { KernelFacts } from "./observe-kernel.ts";
import { unpackSockets } from "./packed-sockets.ts";
import { progressOf } from "./progress.ts";

export interface KernelOptions {
  /** The next number of the run: what it counts are the readings of all sources. */
  readonly sequence: () => number;
  /** The reading begins when this is settled, and the process that reads is started meanwhile. Default: at once. */
  readonly after?: Promise<unknown>;
  /** Uids of pods whose own networks are not read: the ledger has them as `unreadNetworks`. Default: none. */
  readonly quiet?: readonly string[];
  /** Pids of processes that are told wherever their cgroup is by now. Default: none. */
  readonly pids?: readonly number[];
  /** Gives the reading up. */
  readonly signal?: AbortSignal;
  /** Milliseconds after which a reader that gets no further is given up. Default 5,000. */
  readonly patience?: number;
  /**
   * Milliseconds after which one that still gets on is. Default 60,000; a node with 2,000 processes takes some 250, one
   * with 200,000 connections some 2,000, and a machine under load a multiple of that.
   */
  readonly deadline?: number;
  /** Of the machine whose files these are. Default: this one's. */
  readonly byteOrder?: ByteOrder;
}

/**
 * What the kernel says, read from `proc` and `sys/fs/cgroup` below a root: `/`, or where a node's are mounted, or a
 * recorded tree. A child process reads, as whoever runs this: root, on a node. Where it is given up the reason names the
 * pid that it was at, and the child is killed; where not even that ends it, it is left behind.
 */
export async function readKernel(root: string, options: KernelOptions): Promise<Told<KernelLedger>> {
  const { sequence, after, signal, patience = 5000, deadline = 60_000, byteOrder = endianness() } = options;
  const asked: Asked = { quiet: options.quiet ?? [], pids: options.pids ?? [] };
  // No environment: NODE_OPTIONS and the like are for the program, not for its parts.
  const child = spawn(process.execPath, [...flags, entry, root, byteOrder], { env: {}, stdio: "pipe" });
  if (child.pid === undefined) return notStarted(child);
  signal?.addEventListener("abort", () => abandon(child), { once: true });
  const answer = answerOf(child);
  await Promise.allSettled([after]);
  const began = sequence();
  child.stdin.end(JSON.stringify(asked));
  const told = await inTime(answer, child, { patience, deadline });
  const reading = { began, ended: sequence(), at: new Date().toISOString() };
  return mapTold(told, (facts) => ({ reading, ...facts }));
}

/** In MiB: with less room for what is new the reader is 10 MiB smaller, and no slower. */
const flags = ["--max-semi-space-size=1"];

/** It lies beside this file, in the sources as in the bundle. */
const entry = fileURLToPath(new URL(`./kernel-child${extname(import.meta.url)}`, import.meta.url));

/** Where the system is out of files it has not even pipes. */
async function notStarted(child: Child): Promise<Unknown> {
  const { message } = await new Promise<Error>((resolve) => child.once("error", resolve));
  return failed("not-reached", `the kernel's reader could not be started: ${message}`);
}

function answerOf(child: Child): Promise<Told<KernelFacts>> {
  const answer = gathered(child.stdout);
  const complaint = gathered(child.stderr);
  // One that has ended reads no more; why it did is told below.
  child.stdin.on("error", () => {});
  return new Promise((resolve) => {
    child.once("close", (code, signal) => {
      if (code === 0) resolve(factsIn(deserialize(answer())));
      else resolve(failed("incomplete", `the kernel's reader ended with ${signal ?? code}: ${lastLine(complaint())}`));
    });
  });
}

function factsIn(printed: Printed): Told<KernelFacts> {
  return mapTold(printed, (facts) => ({ ...facts, sockets: unpackSockets(facts.sockets) }));
}

/** What a stream gave so far. */
function gathered(stream: Readable): () => Buffer {
  const pieces: Buffer[] = [];
  stream.on("data", (piece: Buffer) => pieces.push(piece));
  return () => Buffer.concat(pieces);
}

type Limits = Required<Pick<KernelOptions, "patience" | "deadline">>;

/** Looks now and then where the child is, and gives it up once it gets no further, or takes too long. */
async function inTime<T>(answer: Promise<T>, child: Child, { patience, deadline }: Limits): Promise<T | Unknown> {
  const { promise: givenUp, resolve: giveUp } = Promise.withResolvers<Unknown>();
  let last = { place: "at an unknown place", ticks: -1 };
  let since = performance.now();
  const look = async (): Promise<void> => {
    const progress = await progressOf(child.pid ?? 0);
    if (progress === null || progress.place !== last.place || progress.ticks !== last.ticks) since = performance.now();
    last = progress ?? last;
    if (performance.now() - since >= patience)
      giveUp(failed("timed-out", `stuck ${last.place} for ${patience / 1000} s`));
  };
  const looking = setInterval(() => void look(), patience / 10);
  const late = setTimeout(
    () => giveUp(failed("timed-out", `too slow, it was ${last.place} after ${deadline / 1000} s`)),
    deadline,
  );
  void givenUp.then(() => abandon(child));
  try {
    return await Promise.race([answer, givenUp]);
  } finally {
    clearInterval(looking);
    clearTimeout(late);
  }
}

/** Nothing of this process waits for it from now on: a read that waits for a disk cannot be killed. */
function abandon(child: Child): void {
  // That it cannot be killed is no more than that it is left behind.
  child.once("error", () => {});
  child.kill("SIGKILL");
  for (const stream of child.stdio) stream?.destroy();
  child.unref();
}

function lastLine(text: Buffer): string {
  return text.toString("utf8").trimEnd().split("\n").at(-1) ?? "";
}

function failed(code: ReasonCode, text: string): Unknown {
  return unknown({ code, text, at: [] });
}
