import type { Bed, Node } from "./bed.ts";
import { lastProcess } from "./journal.ts";
import { startDaemon, type Daemon } from "./processes.ts";

/** Starts the process that a node lives in. */
export function launch(bed: Bed, node: Node, argv: readonly string[]): void {
  startDaemon(bed.directory, nameOf(node), argv, logOf(node));
}

/** The process that a node was started with last. Throws where it never was. */
export function launcherOf(bed: Bed, node: Node): Daemon {
  const made = lastProcess(bed.directory, nameOf(node));
  if (made === null) throw new Error(`node ${node.name} was never started`);
  return { ...made, log: logOf(node) };
}

/** For a process that has to be there while its node runs, and is not. */
export function notRunning(node: Node): Error {
  return new Error(`node ${node.name} is not running; its log is ${logOf(node)}`);
}

function nameOf(node: Node): string {
  return `node ${node.name}`;
}

function logOf(node: Node): string {
  return `${node.root}.log`;
}
