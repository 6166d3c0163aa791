import { basename, dirname, join } from "node:path";
import * as z from "zod";
import { folderBelow } from "../../outside/files/below-root.ts";
import { fileJournal, newRun } from "../../outside/journal/journal.ts";
import { handHere, type NodeServices } from "../../outside/node-hand/here.ts";
import { serveNode } from "../../outside/node-hand/serve.ts";
import { heldLock } from "../../outside/node-lock/held-lock.ts";
import { inPod } from "../../outside/node-reader/lease.ts";
import { sweepEvent } from "./event-schema.ts";

export interface ServeOptions {
  /** {@link NodeServices} in JSON. */
  readonly services: string;
  readonly criSocket?: string;
}

/** The files and sockets of the node's pid 1. */
const root = "/proc/1/root";

const services = z.object({
  stateFolder: z.string().startsWith("/").max(4096),
  kubeletRestart: z.tuple([z.string().min(1)], z.string()),
  sentinel: z.string().startsWith("/").max(4096),
}) satisfies z.ZodType<NodeServices>;

/** Serves this node to who asks on standard input; `false`: this is not the pod that it is served in. */
export async function serveNodeHere({ services: given, criSocket }: ServeOptions): Promise<boolean> {
  const { stateFolder: onNode, ...others } = services.parse(JSON.parse(given));
  const stateFolder = join(folderBelow(root, dirname(onNode)), basename(onNode));
  let readings = 0;
  const counter = { sequence: () => (readings += 1), now: () => new Date() };
  const side = {
    hand: handHere({ root, criSocket: criSocket ?? null, services: { stateFolder, ...others }, ...counter }),
    lock: heldLock(stateFolder),
    journal: fileJournal<unknown>({
      folder: stateFolder,
      name: "sweep",
      schema: sweepEvent,
      run: newRun(),
      now: counter.now,
    }),
  };
  return (await inPod(async () => (await serveNode(side, process.stdin, write), true), null)) ?? false;
}

/** Settles once it may be given more. */
function write(line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(line, (error) => ((error ?? null) === null ? resolve() : reject(error)));
  });
}
