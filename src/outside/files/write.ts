import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { randomBytes } from "node:crypto";

/**
 * Replaces a file whole or not at all: a temporary file beside it, synced, then renamed over it. Keeps the
 * mode of an existing file. Throws what the file system throws; the temporary file is removed then.
 */
export function writeWhole(path: string, text: string): void {
  const temporary = join(dirname(path), `.holdfast-${randomBytes(6).toString("hex")}`);
  const descriptor = openSync(temporary, "wx", 0o644);
  try {
    const mode = modeOf(path);
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

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}

function modeOf(path: string): number | null {
  try {
    return statSync(path).mode & 0o777;
  } catch {
    return null;
  }
}
