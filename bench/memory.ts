import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** What a program and its children had in memory together, KiB, when it was most. */
export interface Peak {
  /** The program's file, which all of them map, is counted once. */
  readonly together: number;
  /** It is counted in each. */
  readonly resident: number;
}

/** Milliseconds between two looks: a peak that is shorter may be missed. */
const every = 3;

/** Runs the command once, and looks at its processes all the time. */
export async function peakMemory([file, ...args]: readonly [string, ...string[]]): Promise<Peak> {
  const child = spawn(file, args, { stdio: "ignore" });
  const peak = { together: 0, resident: 0 };
  while (child.exitCode === null && child.signalCode === null) {
    const each = withChildren(child.pid ?? 0).map(memoryOf);
    const anonymous = sum(each.map((process) => process.anonymous));
    const files = each.map((process) => process.files);
    peak.together = Math.max(peak.together, anonymous + Math.max(...files));
    peak.resident = Math.max(peak.resident, anonymous + sum(files));
    await sleep(every);
  }
  return peak;
}

/** KiB that a process and its children have now: each its own, and the files that one of them maps most of. */
export function memoryNow(pid: number): { readonly anonymous: number; readonly files: number } {
  const each = withChildren(pid).map(memoryOf);
  return { anonymous: sum(each.map(({ anonymous }) => anonymous)), files: Math.max(...each.map(({ files }) => files)) };
}

function withChildren(pid: number): readonly number[] {
  const children = textOf(`/proc/${pid}/task/${pid}/children`)
    .split(" ")
    .filter((each) => each !== "");
  return [pid, ...children.flatMap((each) => withChildren(Number(each)))];
}

function memoryOf(pid: number): { readonly anonymous: number; readonly files: number } {
  const text = textOf(`/proc/${pid}/smaps_rollup`);
  const kibibytes = (name: string) => Number(new RegExp(`^${name}: +(\\d+) kB$`, "m").exec(text)?.[1] ?? 0);
  return { anonymous: kibibytes("Anonymous"), files: kibibytes("Rss") - kibibytes("Anonymous") };
}

/** Empty where the process has ended. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
