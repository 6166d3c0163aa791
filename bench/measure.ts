import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** What one whole process took, children included. */
interface Measurement {
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

/** Of several runs. */
export interface Summary extends Measurement {
  /** The quickest run: what a busy machine disturbed least. */
  readonly bestWallMs: number;
}

/** A program that takes longer than this is run once: its caches no longer matter. */
const longMs = 20_000;

/** Medians of `runs` rounds in a directory, each program once a round, after one round that warms the caches. */
export function measured(programs: readonly Program[], directory: string, runs: number): readonly Summary[] {
  const all = programs.map((program) => [once(program, directory)]);
  for (let round = 0; round < runs; round += 1) {
    for (const [index, program] of programs.entries()) {
      const times = all[index] ?? [];
      if ((times[0]?.wallMs ?? 0) <= longMs) times.push(once(program, directory));
    }
  }
  return all.map((times) => summary(times.length > 1 ? times.slice(1) : times));
}

function summary(times: readonly Measurement[]): Summary {
  const walls = times.map(({ wallMs }) => wallMs);
  return {
    wallMs: median(walls),
    bestWallMs: Math.min(...walls),
    cpuMs: median(times.map(({ cpuMs }) => cpuMs)),
    rssKiB: median(times.map(({ rssKiB }) => rssKiB)),
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
