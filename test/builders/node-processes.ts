import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdtempSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Real processes in pid, network and mount namespaces of their own: a node, as far as the kernel shows one. */
export interface NodeProcesses extends AsyncDisposable {
  /** Their pids in that node by what they do, as the program says it. */
  readonly roles: Readonly<Record<string, number>>;
  /** Below it the kubelet of that node would keep its pods, as /proc prints it. */
  readonly cgroupRoot: string;
  /** The command that runs a program in the node. */
  command(program: readonly string[]): readonly [string, ...string[]];
  /** What a program prints that runs in the node. */
  run(program: readonly string[]): string;
}

/**
 * Starts a Python program as that node's pid 1; only root may. It gets the folder of a cgroup to work in, then `args`,
 * and prints its roles as a line of JSON. `await using` ends it with all its processes, and removes their cgroups.
 */
export async function nodeProcesses(program: string, args: readonly string[] = []): Promise<NodeProcesses> {
  const unified = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"].find((path) => existsSync(`${path}/cgroup.controllers`));
  if (unified === undefined) throw new Error("no unified cgroup hierarchy is mounted");
  const cgroup = mkdtempSync(join(unified, "holdfast-test-"));
  const start = 'ip link set lo up && exec /usr/bin/python3 "$@"';
  const namespaces = ["--fork", "--kill-child", "--pid", "--net", "--mount-proc"];
  const child = spawn("unshare", [...namespaces, "sh", "-c", start, "sh", program, cgroup, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    await removeCgroups(cgroup);
  };
  try {
    const roles: Record<string, number> = JSON.parse(await firstLine(child));
    const init = firstChildOf(child.pid ?? 0);
    const enter = ["--target", init, "--pid", "--mount", "--net", "--"];
    const command = (inside: readonly string[]): readonly [string, ...string[]] => ["nsenter", ...enter, ...inside];
    const run = (inside: readonly string[]): string => {
      const [file, ...rest] = command(inside);
      return execFileSync(file, rest, { encoding: "utf8", maxBuffer: 1 << 28 });
    };
    return { roles, cgroupRoot: cgroup.slice(unified.length), command, run, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("no standard output");
  for await (const line of createInterface(child.stdout)) return line;
  throw new Error("the processes did not start");
}

function firstChildOf(pid: number): string {
  return execFileSync("pgrep", ["--parent", `${pid}`], { encoding: "utf8" }).trim();
}

/** The deepest first; a cgroup is busy until its last process is reaped. */
async function removeCgroups(root: string): Promise<void> {
  const folders = globSync("**/", { cwd: root }).toSorted((a, b) => b.length - a.length);
  for (const folder of [...folders, ""]) {
    for (let tries = 0; existsSync(join(root, folder)); tries += 1) {
      try {
        rmdirSync(join(root, folder));
      } catch (error) {
        if (tries === 100) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }
}
