import { rmSync } from "node:fs";
import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { SnapshotFault } from "../../snapshot/format/fault.ts";
import { stoppingSignals } from "../stopping-signals.ts";
import { targetOf, temporaryBeside, writeFailure } from "../files/write.ts";

type Packed = (write: (chunk: Uint8Array) => Promise<void>) => Promise<void>;

/** Packs lines; `write` is waited for, so that no more is in memory than gzip keeps. */
export function packed(lines: Iterable<string> | AsyncIterable<string>): Packed {
  return (write) =>
    pipeline(Readable.from(lines), createGzip(), async (chunks: AsyncIterable<Uint8Array>) => {
      for await (const chunk of chunks) await write(chunk);
    });
}

/**
 * Writes a snapshot whole or not at all: packed into a temporary file beside it (mode 0600, or that of the file that is
 * replaced), synced, read back by `check`, renamed. A signal that ends the process removes the temporary file first.
 * `stopped` is for who removes more than that when a signal comes, and ends the process: the first is left to them.
 * What is no regular file (a pipe, /dev/stdout) is written into. Gives why it could not write, or `null`; a
 * {@link SnapshotFault} of `check` is such a reason.
 */
export async function writeSnapshot(
  path: string,
  pack: Packed,
  check: (temporary: string) => Promise<void>,
  stopped?: AbortSignal,
): Promise<string | null> {
  let target: ReturnType<typeof targetOf>;
  try {
    target = targetOf(path);
  } catch (error) {
    return writeFailure(error);
  }
  if (target.kind === "special") return failureOf(() => writeTo(path, "w", pack, () => Promise.resolve()));
  const { path: file, mode } = target;
  const temporary = temporaryBeside(file);
  const forget = removeWhenStopped(temporary, stopped);
  try {
    const failure = await failureOf(() =>
      writeTo(temporary, "wx", pack, async (handle) => {
        if (mode !== null) await handle.chmod(mode);
        await handle.sync();
      }),
    );
    if (failure !== null) return failure;
    return await failureOf(async () => {
      await check(temporary);
      await rename(temporary, file);
    });
  } finally {
    await rm(temporary, { force: true });
    forget();
  }
}

async function failureOf(work: () => Promise<void>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    return error instanceof SnapshotFault ? `what was written ${error.message}` : writeFailure(error);
  }
}

async function writeTo(
  path: string,
  flags: "w" | "wx",
  pack: Packed,
  then: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  await using handle = await open(path, flags, 0o600);
  await pack(async (chunk) => {
    for (let at = 0; at < chunk.length;) at += (await handle.write(chunk, at)).bytesWritten;
  });
  await then(handle);
}

/** Ends as the signal would have ended the process, once the file is gone; with `stopped`, from the signal on that follows it. */
function removeWhenStopped(temporary: string, stopped?: AbortSignal): () => void {
  const stop = (signal: NodeJS.Signals): void => {
    rmSync(temporary, { force: true });
    forget();
    process.kill(process.pid, signal);
  };
  const listen = (): void => {
    for (const signal of stoppingSignals) process.on(signal, stop);
  };
  const forget = (): void => {
    stopped?.removeEventListener("abort", listen);
    for (const signal of stoppingSignals) process.off(signal, stop);
  };
  if (stopped === undefined || stopped.aborted) listen();
  else stopped.addEventListener("abort", listen);
  return forget;
}
