import { spawn } from "node:child_process";

/** How a command ended. `late`: nobody waited for it any longer, and what it did is not known. */
export type CommandEnd =
  | { readonly end: "exit"; readonly code: number; readonly said: string }
  | { readonly end: "signal"; readonly signal: string; readonly said: string }
  | { readonly end: "not-started"; readonly why: string }
  | { readonly end: "late" };

export interface NodeCommand {
  /** Where the node's root file system is: `/` on the node itself. */
  readonly root: string;
  /** The program and its arguments; no shell reads them. */
  readonly argv: readonly [string, ...(readonly string[])];
  /** Milliseconds. */
  readonly deadline: number;
}

/** Runs a program of the node, with an environment of the node's own. */
export function runOnNode({ root, argv, deadline }: NodeCommand): Promise<CommandEnd> {
  const [program, ...args] = commandLine(root, argv);
  return new Promise((settle) => {
    const child = spawn(program ?? "", args, {
      cwd: "/",
      env: { PATH: path, LC_ALL: "C" },
      stdio: ["ignore", "ignore", "pipe"],
      // A group of its own: what it started ends with it.
      detached: true,
    });
    let said = "";
    const timer = setTimeout(() => {
      endGroup(child.pid);
      child.stderr.destroy();
      child.unref();
      settle({ end: "late" });
    }, deadline);
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(0, mostSaid);
    });
    child.on("error", (error) => {
      clearTimeout(timer);
      settle({ end: "not-started", why: "code" in error && error.code === "ENOENT" ? "there is none" : error.message });
    });
    // Not "close": a program that it left behind may keep its output open.
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      setImmediate(() => {
        child.stderr.destroy();
        settle(code === null ? { end: "signal", signal: signal ?? "", said } : { end: "exit", code, said });
      });
    });
  });
}

/**
 * A program as it is on the node itself, and from a pod in the namespaces of the node's first process, where its systemd answers.
 */
export function commandLine(root: string, argv: NodeCommand["argv"]): readonly string[] {
  return root === "/" ? argv : [...enter, ...argv];
}

/** [util-linux, nsenter(1)] */
const enter = ["nsenter", "--target", "1", "--mount", "--pid", "--uts", "--ipc", "--net", "--"];

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Characters. */
const mostSaid = 2000;

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
