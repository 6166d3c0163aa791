import { closeSync, constants, readSync } from "node:fs";
import { makeOwnFolder, openOwnFile, syncFolder } from "../files/own-folder.ts";
import type { Disk } from "./disk.ts";

export interface JournalFiles {
  readonly folder: string;
  readonly current: string;
  readonly former: string;
}

/**
 * Appends a line and syncs it. The file is opened for each, so that it may be rotated or removed by others meanwhile. Throws
 * what {@link refusal} explains.
 */
export function appendLine(files: JournalFiles, line: string, limit: number, disk: Disk): void {
  makeOwnFolder(files.folder);
  const bytes = Buffer.from(`${line}\n`, "utf8");
  const { descriptor, size } = openWithRoom(files, bytes.length, limit, disk);
  try {
    // What was cut off before stays a line of its own, and damages none.
    const whole = endsLine(descriptor, size) ? bytes : Buffer.concat([Buffer.from("\n"), bytes]);
    // In one piece: two processes that append do not mix.
    if (disk.write(descriptor, whole) !== whole.length) throw new NoRoom();
    disk.sync(descriptor);
    if (size === 0) syncFolder(files.folder);
  } finally {
    closeSync(descriptor);
  }
}

function openWithRoom(
  { folder, current, former }: JournalFiles,
  length: number,
  limit: number,
  disk: Disk,
): ReturnType<typeof open> {
  const opened = open(current);
  if (opened.size === 0 || opened.size + length <= limit) return opened;
  try {
    disk.rename(current, former);
    syncFolder(folder);
  } finally {
    closeSync(opened.descriptor);
  }
  return open(current);
}

/** A disk that takes a part of a line has room for no more. */
export class NoRoom extends Error {}

function open(path: string): { descriptor: number; size: number } {
  // Read as well: a pipe in its place would not be waited for, and the last byte is looked at.
  return openOwnFile(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT);
}

function endsLine(descriptor: number, size: number): boolean {
  if (size === 0) return true;
  const last = Buffer.alloc(1);
  return readSync(descriptor, last, 0, 1, size - 1) === 1 && last.toString("latin1") === "\n";
}
