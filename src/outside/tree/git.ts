import { spawnSync } from "node:child_process";

/** What git answered, with what it warned of besides, or why it could not be asked. */
export type GitAnswer = { readonly out: Buffer; readonly warnings: string } | { readonly failure: string };

/**
 * Asks git about a hostile repository: no hooks, no file-system monitor, no pager, no prompt, no lazy fetch; the
 * repository's own configuration can name programs, and these settings keep them from being run.
 */
export function askGit(directory: string, args: readonly string[], input?: Buffer): GitAnswer {
  const { stdout, stderr, status, error } = spawnSync("git", [...safeSettings, ...args], {
    cwd: directory,
    env: { ...process.env, GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", GIT_NO_LAZY_FETCH: "1", LC_ALL: "C" },
    maxBuffer: 1 << 30,
    // A pipe in place of .gitignore would keep git waiting for good.
    timeout: 120_000,
    killSignal: "SIGKILL",
    stdio: ["pipe", "pipe", "pipe"],
    input: input ?? Buffer.alloc(0),
  });
  if (error !== undefined) return { failure: failureText(error) };
  if (status !== 0) return { failure: firstLine(stderr.toString("utf8")) };
  return { out: stdout, warnings: stderr.toString("utf8") };
}

const safeSettings = [
  "-c",
  "core.fsmonitor=false",
  "-c",
  "core.hooksPath=/dev/null",
  "-c",
  "core.pager=cat",
  "--no-pager",
];

function failureText(error: Error): string {
  if ("code" in error && error.code === "ENOENT") return "git is not installed";
  if ("code" in error && error.code === "ETIMEDOUT") return "git did not answer within two minutes";
  return firstLine(error.message);
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]?.trim() ?? "git failed";
}
