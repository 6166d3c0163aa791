import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hungRun } from "../limits.ts";

/** What one run of the command printed and how it ended. */
export interface Ended {
  /** `null`: it was killed, by `signal`. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Runs as this user; only root may. */
  readonly uid?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Close standard output after this many characters, as `head` does; 0: before anything is written. */
  readonly closeAfter?: number;
  /** A file descriptor for standard input. Default: there is none. */
  readonly stdin?: number;
  /** A file descriptor for standard output instead of a pipe. */
  readonly stdout?: number;
  /** After this many milliseconds it is killed. Default `hungRun`. */
  readonly timeout?: number;
}

/** Runs `holdfast` from its sources in a process of its own. */
export function holdfast(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { cwd, uid, env = {}, closeAfter, stdin = "ignore", stdout: descriptor = "pipe", timeout = hungRun } = options;
  const child = spawn(process.execPath, [entry, ...args], {
    cwd,
    ...(uid === undefined ? {} : { uid, gid: uid }),
    env: { PATH: process.env["PATH"], HOME: "/nonexistent", NODE_COMPILE_CACHE: compiled, ...env },
    stdio: [stdin, descriptor, "pipe"],
    timeout,
    killSignal: "SIGKILL",
  });
  let stdout = "";
  let stderr = "";
  if (closeAfter === 0) child.stdout?.destroy();
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
    if (closeAfter !== undefined && stdout.length >= closeAfter) child.stdout?.destroy();
  });
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) => resolve({ status, signal, stdout, stderr }));
  });
}

const entry = join(import.meta.dirname, "../../bin/holdfast.js");
/** Halves the time of a run: the sources are stripped of their types once. */
const compiled = join(tmpdir(), `holdfast-compiled-${process.getuid?.() ?? 0}`);
