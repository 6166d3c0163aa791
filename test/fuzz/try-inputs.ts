import { threadCpuUsage } from "node:process";
import { Random } from "../oracle/random.ts";
import { judgeInput } from "./judge-input.ts";
import { damage, type Files } from "./mutations.ts";
import { seedFiles } from "./seeds.ts";

/** An input that did harm: its seed makes it again. */
export interface Harm {
  readonly seed: number;
  readonly what: string;
}

const seeds = seedFiles();
const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2028\u2029\u2066-\u2069]/;

/**
 * Milliseconds of processor time that one input may take: the clock would count what other programs take. Machines
 * differ, so the whole example, undamaged and not warmed up, gives the measure.
 */
const maximumTime = Math.max(2_000, 10 * timeOfExample());

function timeOfExample(): number {
  const start = threadCpuUsage();
  judgeInput(new Map(seeds));
  return timeSince(start);
}

/** Makes the input of a seed and audits it; `null`: no crash, not slow, nothing raw in what would be printed. */
export function tryInput(seed: number): Harm | null {
  const random = new Random(seed);
  const files = chosen(random);
  damage(files, random);
  const start = threadCpuUsage();
  try {
    const raw = judgeInput(files).find((text) => control.test(text));
    if (raw !== undefined) return { seed, what: `prints a control character: ${JSON.stringify(around(raw))}` };
  } catch (error) {
    return { seed, what: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  const took = timeSince(start);
  return took > maximumTime ? { seed, what: `takes ${took} ms` } : null;
}

function timeSince(start: NodeJS.CpuUsage): number {
  const { user, system } = threadCpuUsage(start);
  return Math.round((user + system) / 1000);
}

/** All of the example, or some of it: a few files take less time, and each is damaged more often. */
function chosen(random: Random): Files {
  if (random.chance(0.2)) return new Map(seeds);
  const some = [...seeds].filter(() => random.chance(0.25));
  return new Map(some.length === 0 ? seeds : some);
}

function around(text: string): string {
  const at = text.search(control);
  return text.slice(Math.max(0, at - 60), at + 60);
}
