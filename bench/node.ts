import { spawn } from "node:child_process";
import { endianness } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { listContainers, listSandboxes } from "../src/outside/cri/lists.ts";
import { Runtime } from "../src/outside/cri/runtime.ts";
import { nodeProcesses, type NodeProcesses } from "../test/builders/node-processes.ts";
import { measured, type Program } from "./measure.ts";
import { peakMemory } from "./memory.ts";
import { publishedPackage } from "./programs.ts";
import { markdown } from "./table.ts";

/** How much there is on the node that is read. */
export interface NodeSize {
  readonly processes: number;
  readonly pods: number;
  readonly sockets: number;
}

/**
 * How long `holdfast node` takes on a real kernel with a served API and runtime, and its reader of the kernel alone.
 * Beside it the floor: the two lists of the runtime, and `ss`, which finds the holders of the same sockets in the same
 * files. The node is made as root, or with sudo.
 */
export async function nodeTable(scratch: string, size: NodeSize, runs: number): Promise<string> {
  const { processes, pods, sockets } = size;
  await using node = await nodeProcesses(
    join(import.meta.dirname, "busy-node.py"),
    [processes, pods, sockets].map((count) => `${count}`),
  );
  await using served = await servedIn(node, scratch, pods);
  const files = node.run(["sh", "-c", "ls /proc/[0-9]*/fd | grep -c '^[0-9]'"]).trim();
  const [own, program] = publishedPackage(scratch).command;
  const child = join(scratch, "package", "dist", "kernel-child.js");
  const reading = [
    own,
    program ?? "",
    "node",
    "busy",
    "--kubeconfig",
    served.kubeconfig,
    "--cri-socket",
    served.socket,
  ];
  const programs = [
    inNode(node, "holdfast node", reading),
    inNode(node, "holdfast, kernel", [own, child, "/", endianness()]),
    inNode(node, "ss -ltnp", ["ss", "-ltnp"]),
    inNode(node, "ss -ltnup", ["ss", "-ltnup"]),
    inNode(node, "node -e 0", [own, "-e", "0"]),
  ];
  const title = `### ${processes} processes of ${pods} pods, ${sockets} sockets, ${files} open files`;
  const table = markdown(programs, measured(programs, scratch, runs));
  const lists = await criLists(served.socket, runs);
  const { together, resident } = await peakMemory(node.command(reading));
  return (
    `${title}\n\n${table}\n` +
    `The two CRI lists, by a client that is warm: ${lists.toFixed(1)} ms. ` +
    `\`holdfast node\` and its child together: ${mebibytes(together)} at their peak, ` +
    `${mebibytes(resident)} with the files that both map counted twice.\n`
  );
}

interface Served extends AsyncDisposable {
  readonly kubeconfig: string;
  readonly socket: string;
}

async function servedIn(node: NodeProcesses, scratch: string, pods: number): Promise<Served> {
  const program = join(import.meta.dirname, "serve-node.ts");
  const [file, ...args] = node.command([process.execPath, program, scratch, `${pods}`]);
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "inherit"] });
  const closed = new Promise((resolve) => child.once("close", resolve));
  const { value: socket = "" } = await createInterface(child.stdout)[Symbol.asyncIterator]().next();
  if (socket === "") throw new Error("the node's API and runtime did not start");
  return {
    kubeconfig: join(scratch, "kubeconfig"),
    socket,
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await closed;
    },
  };
}

/** Milliseconds that both lists take at best. */
async function criLists(socket: string, runs: number): Promise<number> {
  const signal = new AbortController().signal;
  using runtime = await Runtime.connect({ socket, connectDeadline: 10_000, callDeadline: 60_000, signal });
  const times: number[] = [];
  for (let round = 0; round <= runs; round += 1) {
    const start = performance.now();
    await listContainers(
      runtime,
      (await listSandboxes(runtime)).map(({ id }) => id),
    );
    times.push(performance.now() - start);
  }
  return Math.min(...times);
}

function mebibytes(kibibytes: number): string {
  return `${Math.round(kibibytes / 1024)} MiB`;
}

/** Its output is thrown away. */
function inNode(node: NodeProcesses, name: string, command: readonly string[]): Program {
  const quiet = ["sh", "-c", 'exec "$@" >/dev/null', "sh"];
  return { name, version: "", command: node.command([...quiet, ...command]), succeedsWith: [0] };
}
