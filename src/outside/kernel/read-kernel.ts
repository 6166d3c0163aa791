import { spawn, type ChildProcess } from "node:child_process";
import { endianness } from "node:os";
import { extname } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { deserialize } from "node:v8";
import type { KernelLedger } from "../../model/ledger.ts";
import { mapTold, unknown, type ReasonCode, type Told, type Unknown } from "../../model/told.ts";
import type { ByteOrder } from "./address.ts";
import { lateness } from "./lateness.ts";
import type { KernelFacts } from "./observe-kernel.ts";

export interface KernelOptions {
  /** The next number of the run: what it counts are the readings of all sources. */
  readonly sequence: () => number;
  /** Milliseconds after which the reading is given up. Default 5,000; a node with 2,000 processes takes some 300. */
  readonly deadline?: number;
  /** Of the machine whose files these are. Default: this one's. */
  readonly byteOrder?: ByteOrder;
}

/**
 * What the kernel says, read from `proc` and `sys/fs/cgroup` below a root: `/`, or where a node's are mounted, or a
 * recorded tree. A child process reads, as whoever runs this: root, on a node. Where it does not answer in time the
 * reason names the pid that it was at, and the child is killed; where not even that ends it, it is left behind.
 */
export async function readKernel(root: string, options: KernelOptions): Promise<Told<KernelLedger>> {
  const { sequence, deadline = 5000, byteOrder = endianness() } = options;
  const began = sequence();
  const told = await readInChild([root, byteOrder], deadline);
  const reading = { began, ended: sequence(), at: new Date().toISOString() };
  return mapTold(told, (facts) => ({ reading, ...facts }));
}

/** It lies beside this file, in the sources as in the bundle. */
const entry = fileURLToPath(new URL(`./kernel-child${extname(import.meta.url)}`, import.meta.url));

function readInChild(args: readonly string[], deadline: number): Promise<Told<KernelFacts>> {
  // No environment: NODE_OPTIONS and the like are for the program, not for its parts.
  const child = spawn(process.execPath, [entry, ...args], { env: {}, stdio: ["ignore", "pipe", "pipe", "pipe"] });
  const [, output, errors, progress] = child.stdio;
  const answer = gathered(output);
  const complaint = gathered(errors);
  const reached = endOf(progress);
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      abandon(child);
      resolve(failed("timed-out", lateness(lastTask(reached), performance.now() - reached.at, deadline)));
    }, deadline);
    child.once("error", (error) => {
      clearTimeout(timer);
      resolve(failed("not-reached", `the kernel's reader could not be started: ${error.message}`));
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(deserialize(answer()));
      else resolve(failed("incomplete", `the kernel's reader ended with ${signal ?? code}: ${lastLine(complaint())}`));
    });
  });
}

/** What a stream gave so far. */
function gathered(stream: unknown): () => Buffer {
  const pieces: Buffer[] = [];
  readable(stream).on("data", (piece: Buffer) => pieces.push(piece));
  return () => Buffer.concat(pieces);
}

/** The end of what a stream gave, and when it came. */
interface Progress {
  end: string;
  at: number;
}

function endOf(stream: unknown): Progress {
  const progress = { end: "", at: performance.now() };
  readable(stream).on("data", (piece: Buffer) => {
    progress.end = (progress.end + piece.toString("latin1")).slice(-64);
    progress.at = performance.now();
  });
  return progress;
}

/** Its last whole line. */
function lastTask({ end }: Progress): string {
  return end.split("\n").at(-2) ?? "";
}

function readable(stream: unknown): Readable {
  if (!(stream instanceof Readable)) throw new TypeError("a pipe of the child is missing");
  return stream;
}

/** Nothing of this process waits for it from now on: a read that waits for a disk cannot be killed. */
function abandon(child: ChildProcess): void {
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
