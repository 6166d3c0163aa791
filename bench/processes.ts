import { readFileSync, readdirSync } from "node:fs";

/** The pid of the one process with all these words in its command line. */
export function processOf(...words: readonly string[]): number {
  const isIt = (pid: string): boolean => words.every((word) => commandLine(pid).includes(word));
  const [only, ...others] = readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && isIt(pid));
  if (only === undefined || others.length > 0)
    throw new Error(`${only === undefined ? "no process is" : "several processes are"} ${words.join(" ")}`);
  return Number(only);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

/** Seconds of processor that a process and its ended children have had [man 5 proc, stat: utime, stime, cutime, cstime]. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ")
    .map(Number);
  return [11, 12, 13, 14].reduce((sum, at) => sum + (fields[at] ?? 0), 0) / ticksASecond;
}

/** USER_HZ, on all that Node runs on. */
const ticksASecond = 100;
