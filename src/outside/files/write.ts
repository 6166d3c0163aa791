import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { randomBytes } from "node:crypto";
import { failureText } from "./read.ts";

/**
 * Replaces a file whole or not at all: a temporary file beside it, synced, then renamed over it. Keeps the
 * mode of an existing file, writes through a link, and writes into what is no regular file (`/dev/stdout`) instead
 * of replacing it. Gives why it could not write, or `null`; the temporary file is removed then.
 */
export function writeWhole(path: string, text: string): string | null {
  try {
    const target = targetOf(path);
    if (target.kind === "special") writeFileSync(path, text);
    else replace(target.path, target.mode, text);
    return null;
  } catch (error) {
    return writeFailure(error);
  }
}

/** What is missing is never the file itself, which would be made. */
export function writeFailure(error: unknown): string {
  const failure = failureText(error);
  return failure === "no such file" ? "there is no such directory" : failure;
}

/** Why a file could not be written to, told without writing; `null` where nothing stands against it. */
export function whyNotWritable(path: string): string | null {
  try {
    targetOf(path);
    return null;
  } catch (error) {
    return failureText(error);
  }
}

type Target =
  | { readonly kind: "special" }
  | { readonly kind: "file"; readonly path: string; readonly mode: number | null };

/** Whether somebody may write to a file is a matter of the file, not only of its directory. */
export function targetOf(path: string): Target {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return { kind: "file", path, mode: null };
  if (!status.isFile()) return { kind: "special" };
  accessSync(path, constants.W_OK);
  return { kind: "file", path: realpathSync(path), mode: status.mode & 0o777 };
}

function replace(path: string, mode: number | null, text: string): void {
  const temporary = temporaryBeside(path);
  const descriptor = openSync(temporary, "wx", 0o644);
  try {
    if (mode !== null) fchmodSync(descriptor, mode);
    writeAll(descriptor, Buffer.from(text, "utf8"));
    fsyncSync(descriptor);
    closeSync(descriptor);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

export function temporaryBeside(path: string): string {
  return join(dirname(path), `.holdfast-${randomBytes(6).toString("hex")}`);
}

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
}
