import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { SnapshotFault } from "../../snapshot/format/fault.ts";
import { limits } from "../../snapshot/format/format.ts";
import { failureText } from "../files/read.ts";

/**
 * The text of a packed file that a person names, a piece at a time; it may be a pipe, and `-` is standard input. Throws
 * {@link SnapshotFault}.
 */
export function unpacked(path: string): AsyncGenerator<Uint8Array> {
  return unpackedFrom(path === "-" ? (process.stdin as AsyncIterable<Buffer>) : piecesOf(path));
}

/** The text of what comes packed, from wherever. Throws {@link SnapshotFault}. */
export async function* unpackedFrom(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let taken = 0;
  let given = 0;
  const gunzip = createGunzip();
  const source = Readable.from(
    (async function* () {
      for await (const chunk of fromItsBeginning(packed)) {
        taken += chunk.length;
        yield chunk;
      }
    })(),
  );
  source.on("error", (error) => gunzip.destroy(error));
  try {
    for await (const chunk of source.pipe(gunzip) as AsyncIterable<Uint8Array>) {
      given += chunk.length;
      checkSize(given, taken);
      yield chunk;
    }
    // Bytes behind the end of the packed text, where these are zeros, are passed over by zlib.
    if (gunzip.bytesWritten < taken)
      throw new SnapshotFault("damaged", "is damaged, or was changed: it goes on behind its end");
  } catch (error) {
    throw error instanceof SnapshotFault ? error : unpackFault(error);
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

async function* fromItsBeginning(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let first = true;
  for await (const chunk of pieces) {
    // The first bytes of gzip [RFC 1952, 2.3.1].
    if (first && !(chunk[0] === 0x1f && (chunk[1] ?? 0x8b) === 0x8b))
      throw new SnapshotFault("foreign", "is no snapshot");
    first = false;
    yield chunk;
  }
  if (first) throw new SnapshotFault("foreign", "is no snapshot: it is empty");
}

async function* piecesOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    await using file = await open(path, "r");
    yield* file.createReadStream({ autoClose: false, start: undefined }) as AsyncIterable<Buffer>;
  } catch (error) {
    throw error instanceof SnapshotFault ? error : unreadable(failureText(error));
  }
}

function unreadable(why: string): SnapshotFault {
  return new SnapshotFault(why === "no such file" ? "absent" : "unreadable", `could not be read (${why})`);
}

function checkSize(given: number, taken: number): void {
  if (given > limits.total) throw new SnapshotFault("too-large", `has more than ${limits.total} bytes of text`);
  if (given > limits.freeOfRatio && given > taken * limits.ratio)
    throw new SnapshotFault("too-large", `has more than ${limits.ratio} times as much text as it has bytes`);
}

function unpackFault(error: unknown): SnapshotFault {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "Z_BUF_ERROR") return new SnapshotFault("truncated", "was cut off: it has no end");
  return new SnapshotFault("damaged", "is damaged, or was changed: it cannot be unpacked");
}
