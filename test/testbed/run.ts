import { spawn, type StdioOptions } from "node:child_process";

export interface RunOptions {
  /** Standard input: text, or a file descriptor. Default: none. */
  readonly input?: string | number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Ends the program; what throws then does so once it has ended. */
  readonly signal?: AbortSignal;
}

/** How a program ended and what it printed. */
export interface Ran {
  /** `null`: a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; gives its standard output. Throws `RunFailed` where its exit code is not 0. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const ran = await tryRun(argv, options);
  if (ran.status !== 0) throw new RunFailed(argv, ran);
  return ran.stdout;
}

/** Runs a program to its end, whatever its exit code. Throws only where it cannot be started. */
export function tryRun(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { input, cwd, env, signal } = options;
  const stdin = typeof input === "number" ? input : input === undefined ? "ignore" : "pipe";
  const child = start(argv, [stdin, "pipe", "pipe"], { cwd, env, signal });
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  if (typeof input === "string") child.stdin?.on("error", () => {}).end(input);
  return new Promise((resolve, reject) => {
    let aborted: Error | undefined;
    child.on("error", (error) => {
      aborted = error;
      if (child.pid === undefined) reject(error);
    });
    child.on("close", (status) => {
      if (aborted === undefined) resolve({ status, stdout, stderr });
      else reject(aborted);
    });
  });
}

/** Runs a program on this process's own terminal; gives its exit code (128 + N where signal N ended it). */
export function runInteractively(argv: readonly string[]): Promise<number> {
  const child = start(argv, "inherit", {});
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) => resolve(status ?? (signal === "SIGINT" ? 130 : 143)));
  });
}

class RunFailed extends Error {
  readonly ran: Ran;

  constructor(argv: readonly string[], ran: Ran) {
    const said = (ran.stderr.trim() === "" ? ran.stdout : ran.stderr).trim();
    super(`${argv.join(" ")}: exit code ${ran.status ?? "none, a signal ended it"}\n${said.slice(-2_000)}`);
    this.name = "RunFailed";
    this.ran = ran;
  }
}

type StartOptions = { readonly [K in "cwd" | "env" | "signal"]?: RunOptions[K] | undefined };

function start(argv: readonly string[], stdio: StdioOptions, options: StartOptions): ReturnType<typeof spawn> {
  const [program = "", ...args] = argv;
  const { cwd, env, signal } = options;
  return spawn(program, args, {
    stdio,
    ...(cwd === undefined ? {} : { cwd }),
    ...(signal === undefined ? {} : { signal }),
    env: { ...process.env, ...env },
  });
}
