import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
} from "node:fs";
import { isInside } from "./inside.ts";

type Read = { readonly text: string } | { readonly failure: string };

/**
 * The text of a file that a person names on the command line, or why it cannot be read. UTF-8, 64 MiB at most. It may
 * lie anywhere, and may be a pipe (`--state <(terraform state pull)`).
 */
export function readNamed(path: string): Read {
  return readText(path, { flags: constants.O_RDONLY, pipes: true });
}

/**
 * The text of a file of a repository, or why it cannot be read. UTF-8, 64 MiB at most. Links are followed while they stay
 * inside `root`; only regular files are read, so that nothing blocks.
 */
export function readInside(root: string, path: string): Read {
  try {
    const target = realpathSync.native(path);
    if (!isInside(realpathSync.native(root), target)) return { failure: "a link that leads out of the repository" };
    return readText(target, { flags: constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW, pipes: false });
  } catch (error) {
    const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    const failure = failureText(error);
    return { failure: isLink && failure === "no such file" ? "a link that leads nowhere" : failure };
  }
}

function readText(path: string, { flags, pipes }: { flags: number; pipes: boolean }): Read {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, flags);
    const status = fstatSync(descriptor);
    if (status.isDirectory()) return { failure: "it is a directory" };
    const isPipe = pipes && status.isFIFO();
    if (!status.isFile() && !isPipe) return { failure: "it is not a regular file" };
    if (status.size > maximumSize) return { failure: `${status.size} bytes is over the cap of ${maximumSize}` };
    return isPipe ? readPipe(descriptor) : decoded(readBytes(descriptor, status.size));
  } catch (error) {
    return { failure: failureText(error) };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

const maximumSize = 64 * 1024 * 1024;

/** Reads at most `size` bytes from the start: the file may grow or shrink meanwhile. */
export function readBytes(descriptor: number, size: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(size);
  let filled = 0;
  while (filled < size) {
    const count = readSync(descriptor, bytes, filled, size - filled, filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

function readPipe(descriptor: number): Read {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(65_536);
    const count = readSync(descriptor, chunk);
    if (count === 0) return decoded(Buffer.concat(chunks));
    length += count;
    if (length > maximumSize) return { failure: `it gives more than the cap of ${maximumSize} bytes` };
    chunks.push(chunk.subarray(0, count));
  }
}

function decoded(bytes: Uint8Array): Read {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { failure: "it is not valid UTF-8" };
  }
}

/** A file system error in plain words. */
export function failureText(error: unknown): string {
  const code =
    error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown error";
  return plainWords.get(code) ?? code;
}

const plainWords = new Map([
  ["ENOENT", "no such file"],
  ["ENOTDIR", "no such file"],
  ["EACCES", "no permission"],
  ["EPERM", "not permitted"],
  ["EROFS", "the file system is read-only"],
  ["ENOSPC", "no space left"],
  ["EDQUOT", "no space left in the quota"],
  ["EFBIG", "larger than this process may write"],
  ["EISDIR", "it is a directory"],
  ["ELOOP", "a link that leads to itself"],
  ["ENAMETOOLONG", "the name is too long"],
  ["ENXIO", "it is not a regular file"],
]);

/** What stands at a path, links followed; a directory that cannot be listed is unreadable. */
export function kindOf(path: string): "directory" | "file" | "other" | "missing" | "unreadable" {
  try {
    const status = statSync(path);
    if (status.isDirectory()) {
      accessSync(path, constants.R_OK | constants.X_OK);
      return "directory";
    }
    return status.isFile() ? "file" : "other";
  } catch (error) {
    return failureText(error) === "no such file" ? "missing" : "unreadable";
  }
}
