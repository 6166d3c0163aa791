import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { endGroup, type HelmHome } from "./home.ts";

export interface HelmRun {
  /** Path of the program. */
  readonly program: string;
  readonly args: readonly string[];
  readonly home: HelmHome;
  readonly environment?: Readonly<Record<string, string>>;
  readonly limits?: Partial<HelmLimits>;
}

export interface HelmLimits {
  /** Milliseconds. Default 30,000. */
  readonly time: number;
  /** Bytes that it may print. Default 64 MiB. */
  readonly output: number;
  /** Bytes of memory, where the kernel tells. Default 2 GiB. */
  readonly memory: number;
}

const defaults: HelmLimits = { time: 30_000, output: 64 * 1024 * 1024, memory: 2 * 1024 * 1024 * 1024 };

/** How a run of Helm ended; `failure` is a verb with what belongs to it. */
export type HelmEnd =
  | { readonly end: "done"; readonly stdout: string; readonly stderr: string }
  | { readonly end: "failed"; readonly code: number | null; readonly stderr: string }
  | { readonly end: "stopped"; readonly failure: string }
  | { readonly end: "not-started"; readonly failure: string };

/** Helm's own words are kept to this many bytes: of a failure the beginning tells most. */
const maximumComplaint = 64 * 1024;
/** How often its memory is looked at, in milliseconds. */
const memoryInterval = 200;

/** Runs Helm without a shell, a terminal or anything of the user's own. What it started ends with it. */
export function runHelm({ program, args, home, environment = {}, limits }: HelmRun): Promise<HelmEnd> {
  const { time, output, memory } = { ...defaults, ...limits };
  return new Promise((settle) => {
    const child = spawn(program, args, {
      cwd: home.folder,
      env: home.environment(environment),
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const { pid } = child;
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let printed = 0;
    let complained = 0;
    let ended = false;
    const end = (how: HelmEnd): void => {
      if (ended) return;
      ended = true;
      clearTimeout(late);
      clearInterval(watch);
      if (pid !== undefined) {
        endGroup(pid);
        home.ended(pid);
      }
      child.stdout.destroy();
      child.stderr.destroy();
      settle(how);
    };
    const stop = (failure: string): void => end({ end: "stopped", failure });
    if (pid !== undefined) home.began(pid);
    const late = setTimeout(() => stop(`did not end within ${time / 1000} s`), time);
    const watch = setInterval(() => {
      if (pid !== undefined && (memoryOf(pid) ?? 0) > memory) stop(`took more than ${memory} bytes of memory`);
    }, memoryInterval);
    child.stdout.on("data", (chunk: Buffer) => {
      printed += chunk.length;
      if (printed > output) stop(`printed more than ${output} bytes`);
      else stdout.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      if (complained < maximumComplaint) stderr.push(chunk.subarray(0, maximumComplaint - complained));
      complained += chunk.length;
      if (complained > output) stop(`printed more than ${output} bytes`);
    });
    child.on("error", (error: NodeJS.ErrnoException) =>
      end({ end: "not-started", failure: `could not be started (${error.code ?? "unknown error"})` }),
    );
    child.on("close", (code, by) => {
      const said = Buffer.concat(stderr).toString("utf8");
      if (code === 0) end({ end: "done", stdout: Buffer.concat(stdout).toString("utf8"), stderr: said });
      else if (by === null) end({ end: "failed", code, stderr: said });
      else stop(`was ended by ${by}`);
    });
  });
}

/** Bytes that a process has in memory; `null`: it is not told, as on a system without /proc. */
function memoryOf(pid: number): number | null {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}
