import { closeSync, constants, fstatSync, fsyncSync, mkdirSync, openSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import { failureText } from "./read.ts";

/** Why a folder or a file of our own is not used, a plain clause with its path. */
export class NotOurs extends Error {}

/**
 * Makes a folder for this user alone, if there is none, or looks whether nobody else may write into the one that is there:
 * what lies in it decides what is done as root. Throws {@link NotOurs}, or the error of the system.
 */
export function makeOwnFolder(path: string): void {
  // With `recursive` it says nothing where there is one already.
  const made = plainly(path, () => mkdirSync(path, { recursive: true, mode: 0o700 }));
  if (made !== undefined) syncFolder(dirname(path));
  checkOwnFolder(path);
}

/** The same of a folder that is there. */
export function checkOwnFolder(path: string): void {
  const descriptor = openFolder(path);
  try {
    refuseOthers(path, fstatSync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

/** Names that were made, changed or removed in a folder are on the disk when this is done. */
export function syncFolder(path: string): void {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Opens a regular file that only this user may write, and that has no other name; it waits for nothing. */
export function openOwnFile(path: string, flags: number): { readonly descriptor: number; readonly size: number } {
  const descriptor = plainly(path, () =>
    openSync(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY, 0o600),
  );
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw new NotOurs(`${path} is no regular file`);
    if (status.nlink !== 1) throw new NotOurs(`${path} has another name too, or none any more`);
    refuseOthers(path, status);
    return { descriptor, size: status.size };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function openFolder(path: string): number {
  return plainly(path, () => openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW));
}

/** What stands in the way is told; other errors of the system are passed on. */
function plainly<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ELOOP") throw new NotOurs(`${path} is a link, and none is followed`);
    if (code === "ENOTDIR" || code === "EEXIST") throw new NotOurs(`${path} is no folder, or only a link to one`);
    throw error;
  }
}

function refuseOthers(path: string, { uid, mode }: Stats): void {
  const own = process.geteuid?.() ?? 0;
  if (uid !== own && uid !== 0) throw new NotOurs(`${path} belongs to another user`);
  if ((mode & 0o022) !== 0) throw new NotOurs(`${path} may be written by others`);
}

/** Whether there is nothing at a path. */
export function isMissing(error: unknown): boolean {
  return failureText(error) === "no such file";
}
