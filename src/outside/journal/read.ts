import { closeSync, constants, statSync } from "node:fs";
import type * as z from "zod";
import type { JournalEntry } from "../../model/journal.ts";
import { checkOwnFolder, isMissing, openOwnFile } from "../files/own-folder.ts";
import { readBytes } from "../files/read.ts";
import type { JournalFiles } from "./append.ts";
import { decodeEntry } from "./entries.ts";

/** More than rotation leaves: somebody else wrote there. */
const largest = 64 * 1024 * 1024;

/** Reads both files, oldest first. Throws what {@link refusal} explains. */
export function readEntries<E>(
  files: JournalFiles,
  schema: z.ZodType<E>,
): { readonly entries: readonly JournalEntry<E>[]; readonly damaged: number } {
  const entries: JournalEntry<E>[] = [];
  let damaged = 0;
  for (const line of bothFiles(files).flatMap(linesOf)) {
    const entry = line === null ? null : decodeEntry(line, schema);
    if (entry === null) damaged++;
    else entries.push(entry);
  }
  return { entries, damaged };
}

/** Of two files that another process rotates meanwhile, one would be read twice, or none of its lines. */
function bothFiles(files: JournalFiles): readonly Uint8Array[] {
  if (!isThere(files.folder)) return [];
  checkOwnFolder(files.folder);
  for (let tried = 0; tried < 3; tried++) {
    const before = inodeOf(files.former);
    const both = [readWhole(files.former), readWhole(files.current)];
    if (inodeOf(files.former) === before) return both;
  }
  throw new KeptChanging();
}

export class KeptChanging extends Error {}
export class TooLarge extends Error {}

function readWhole(path: string): Uint8Array {
  try {
    const { descriptor, size } = openOwnFile(path, constants.O_RDONLY);
    try {
      if (size > largest) throw new TooLarge(`${size} bytes is over the cap of ${largest}`);
      return readBytes(descriptor, size);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (isMissing(error)) return new Uint8Array();
    throw error;
  }
}

/** `null`: a line that is no text. An empty one is left where a cut line was ended twice. */
function linesOf(bytes: Uint8Array): (string | null)[] {
  const lines: (string | null)[] = [];
  for (let start = 0; start < bytes.length;) {
    const feed = bytes.indexOf(0x0a, start);
    const end = feed === -1 ? bytes.length : feed;
    if (end > start) lines.push(textOf(bytes.subarray(start, end)));
    start = end + 1;
  }
  return lines;
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function inodeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? null;
}
