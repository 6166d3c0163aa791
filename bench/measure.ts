import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** What one whole process took, children included. */
export interface Measurement {
  readonly wallMs: number;
  /** User and system time. */
  readonly cpuMs: number;
  /** Largest resident set of a process, KiB. */
  readonly rssKiB: number;
}

export interface Program {
  readonly name: string;
  readonly version: string;
  readonly command: readonly [string, ...string[]];
  /** Environment beside that of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that mean that the program did its work. */
  readonly succeedsWith: readonly number[];
}

const gnuTime = "/usr/bin/time";

/** Whether user time and memory can be told: GNU time does, Node says them of itself only. */
export const canTellMemory = existsSync(gnuTime);

/** A program that takes longer than this is run once: its caches no longer matter. */
const longMs = 20_000;

/** Medians of `runs` runs in a directory, after one that warms the caches of the file system. */
export function measured(program: Program, directory: string, runs: number): Measurement {
  const first = once(program, directory);
  if (runs <= 1 || first.wallMs > longMs) return first;
  const all = Array.from({ length: runs }, () => once(program, directory));
  return {
    wallMs: median(all.map(({ wallMs }) => wallMs)),
    cpuMs: median(all.map(({ cpuMs }) => cpuMs)),
    rssKiB: median(all.map(({ rssKiB }) => rssKiB)),
  };
}

function once({ name, command, env, succeedsWith }: Program, directory: string): Measurement {
  const timed: Program["command"] = [gnuTime, "-q", "-f", "\n%U %S %M", ...command];
  const [file, ...args] = canTellMemory ? timed : command;
  const start = process.hrtime.bigint();
  const run = spawnSync(file, args, {
    cwd: directory,
    env: { ...process.env, NO_COLOR: "1", ...env },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 1 << 30,
  });
  const wallMs = Number(process.hrtime.bigint() - start) / 1e6;
  if (run.error !== undefined || run.status === null || !succeedsWith.includes(run.status)) {
    throw new Error(`${name} ended with ${run.error?.message ?? run.status ?? run.signal}: ${run.stderr.slice(-2000)}`);
  }
  const [user = NaN, system = NaN, rssKiB = NaN] = canTellMemory ? lastLine(run.stderr).split(" ").map(Number) : [];
  return { wallMs, cpuMs: (user + system) * 1000, rssKiB };
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [below = NaN, above = NaN] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (below + above) / 2;
}
