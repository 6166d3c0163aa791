import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";

/** Real processes in pid, network and mount namespaces of their own: a node, as far as the kernel shows one. */
export interface NodeProcesses extends AsyncDisposable {
  /** Their pids in that node by what they do, as the program says it. */
  readonly roles: Readonly<Record<string, number>>;
  /** Below it the kubelet of that node would keep its pods, as /proc prints it. */
  readonly cgroupRoot: string;
  /** The command that runs a program in the node, as root. */
  command(program: readonly string[]): readonly [string, ...string[]];
  /** What a program prints that runs in the node. */
  run(program: readonly string[]): string;
}

/**
 * Starts a Python program as that node's pid 1, as root or with sudo. It gets the folder of a cgroup to work in, then
 * `args`, prints its roles as a line of JSON, and ends when its standard input does. `await using` ends it, with all
 * its processes and their cgroups.
 */
export async function nodeProcesses(program: string, args: readonly string[] = []): Promise<NodeProcesses> {
  const unified = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"].find((path) => existsSync(`${path}/cgroup.controllers`));
  if (unified === undefined) throw new Error("no unified cgroup hierarchy is mounted");
  const [file, ...rest] = asRoot(["sh", "-c", script, "sh", unified, program, ...args]);
  const child = spawn(file, rest, { stdio: ["pipe", "pipe", "inherit"] });
  const closed = once(child, "close");
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await closed;
  };
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error("the processes did not start");
    return value;
  };
  try {
    const shell = await line();
    const cgroup = await line();
    const roles: Record<string, number> = JSON.parse(await line());
    const init = childOf(childOf(shell));
    const enter = ["--target", init, "--pid", "--mount", "--net", "--"];
    const command = (inside: readonly string[]): readonly [string, ...string[]] =>
      asRoot(["nsenter", ...enter, ...inside]);
    const run = (inside: readonly string[]): string => {
      const [entering, ...options] = command(inside);
      return execFileSync(entering, options, { encoding: "utf8", maxBuffer: 1 << 28 });
    };
    return { roles, cgroupRoot: cgroup.slice(unified.length), command, run, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Arguments: the mount of cgroup v2, the program, and its arguments. A cgroup is busy until its last process is reaped. */
const script = `
  echo "$$"
  cgroup="$(mktemp -d "$1/holdfast-test-XXXXXX")" || exit
  echo "$cgroup"
  program="$2"
  shift 2
  unshare --fork --pid --net --mount-proc \\
    sh -c 'ip link set lo up && exec /usr/bin/python3 "$@"' sh "$program" "$cgroup" "$@"
  for _ in $(seq 100); do
    find "$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null && break
    sleep 0.05
  done`;

function asRoot(command: readonly [string, ...string[]]): readonly [string, ...string[]] {
  return process.getuid?.() === 0 ? command : ["sudo", "--non-interactive", ...command];
}

function childOf(pid: string): string {
  return execFileSync("pgrep", ["--parent", pid], { encoding: "utf8" }).trim();
}
