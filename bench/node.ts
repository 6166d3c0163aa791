import { join } from "node:path";
import { endianness } from "node:os";
import { nodeProcesses, type NodeProcesses } from "../test/builders/node-processes.ts";
import { measured, type Program } from "./measure.ts";
import { publishedPackage } from "./programs.ts";
import { markdown } from "./table.ts";

/** How much there is on the node that is read. */
export interface NodeSize {
  readonly processes: number;
  readonly pods: number;
  readonly sockets: number;
}

/**
 * How long the reading of a real node's kernel takes: the whole process that reads it, beside `ss`, which is the floor:
 * it finds the holders of the same sockets in the same files. The node is made as root, or with sudo.
 */
export async function nodeTable(scratch: string, size: NodeSize, runs: number): Promise<string> {
  const { processes, pods, sockets } = size;
  const program = join(import.meta.dirname, "busy-node.py");
  await using node = await nodeProcesses(
    program,
    [processes, pods, sockets].map((count) => `${count}`),
  );
  const files = node.run(["sh", "-c", "ls /proc/[0-9]*/fd | grep -c '^[0-9]'"]).trim();
  publishedPackage(scratch);
  const child = join(scratch, "package", "dist", "kernel-child.js");
  const programs = [
    inNode(node, "holdfast, kernel", [process.execPath, child, "/", endianness()]),
    inNode(node, "ss -ltnp", ["ss", "-ltnp"]),
    inNode(node, "ss -ltnup", ["ss", "-ltnup"]),
    inNode(node, "node -e 0", [process.execPath, "-e", "0"]),
  ];
  const title = `### ${processes} processes of ${pods} pods, ${sockets} sockets, ${files} open files`;
  return `${title}\n\n${markdown(programs, measured(programs, scratch, runs))}`;
}

/** Its output is thrown away; what the reader says of its progress too. */
function inNode(node: NodeProcesses, name: string, command: readonly string[]): Program {
  const quiet = ["sh", "-c", 'exec "$@" >/dev/null 3>/dev/null', "sh"];
  return { name, version: "", command: node.command([...quiet, ...command]), succeedsWith: [0] };
}
