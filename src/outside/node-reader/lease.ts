import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Readable } from "node:stream";
import { failureText } from "../files/read.ts";
import { leaseFolder } from "./pod.ts";

/** Milliseconds. */
export interface PodLife {
  /** For the first to come. Default 60,000. */
  readonly patience?: number;
  /** In all. Default 120,000. */
  readonly longest?: number;
}

const socketOf = (folder: string): string => join(folder, "lease.sock");

/**
 * What the reader's pod does: nothing, until the last of those who read in it has left, and never for long. So nobody has
 * to end it: it does so when they are done, when they die, and when nobody comes. Gives why nobody could come, or `null`.
 */
export async function keepPod(
  { patience = 60_000, longest = 120_000 }: PodLife = {},
  folder = leaseFolder,
): Promise<string | null> {
  const server = createServer();
  const readers = new Set<Socket>();
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  const tooLong = setTimeout(end, longest);
  const nobodyCame = setTimeout(end, patience);
  server.on("connection", (socket) => {
    clearTimeout(nobodyCame);
    readers.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => {
      readers.delete(socket);
      if (readers.size === 0) end();
    });
    socket.resume();
  });
  server.listen(socketOf(folder));
  try {
    await Promise.race([over, once(server, "close")]);
    return null;
  } catch (error) {
    return failureText(error);
  } finally {
    clearTimeout(tooLong);
    clearTimeout(nobodyCame);
    for (const socket of readers) socket.destroy();
    server.close();
  }
}

/** `null`: nobody keeps the pod, also after so many milliseconds. Who reads may come before who keeps it is ready. */
async function leaseIn(folder: string, soon: number): Promise<Socket | null> {
  for (const end = performance.now() + soon; ;) {
    const lease = connect(socketOf(folder));
    try {
      await once(lease, "connect");
      return lease;
    } catch {
      if (performance.now() > end) return null;
      await sleep(20);
    }
  }
}

/**
 * Does something in that pod, which lives as long. `leave` is called where whoever asked has left, which the end of
 * standard input tells; `null`: what is done there takes it as its input. Gives `null` where this is no such pod, or one that is
 * about to end.
 */
export async function inPod<T>(
  work: () => Promise<T>,
  asker: { readonly input: Readable; readonly leave: () => void } | null,
  folder = leaseFolder,
  soon = 2000,
): Promise<T | null> {
  const lease = await leaseIn(folder, soon);
  if (lease === null) return null;
  asker?.input.on("end", asker.leave).on("error", asker.leave).resume();
  try {
    return await work();
  } finally {
    asker?.input.off("end", asker.leave).destroy();
    lease.destroy();
  }
}
