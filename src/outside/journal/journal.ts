import { randomBytes } from "node:crypto";
import type * as z from "zod";
import type { Journal, JournalEntry } from "../../model/journal.ts";
import { known, unknown, type Told } from "../../model/told.ts";
import { appendLine, type JournalFiles } from "./append.ts";
import { realDisk, type Disk } from "./disk.ts";
import { encodeEntry } from "./entries.ts";
import { readEntries } from "./read.ts";
import { refusal } from "./refusal.ts";

export interface JournalOptions<E> {
  /** Made for this user alone where there is none. */
  readonly folder: string;
  /** `sweep`: it is `sweep.ndjson`, and what it was before it grew too large `sweep.1.ndjson`. */
  readonly name: string;
  /** What an event is. A line of another form is damaged, and is not written either. */
  readonly schema: z.ZodType<E>;
  /** Of this run: {@link newRun}. */
  readonly run: string;
  readonly now: () => Date;
  /** Bytes after which a new file is begun. Default 8 MiB. */
  readonly limit?: number;
  readonly disk?: Disk;
}

/**
 * A journal in two files of JSON, a line an entry. Each entry is written at once, and synced before that is answered. Several
 * processes may write; what one of them left half written costs that line and no other.
 */
export function fileJournal<E>(options: JournalOptions<E>): Journal<E> {
  const { folder, name, schema, run, now, limit = 8 * 1024 * 1024, disk = realDisk } = options;
  const files: JournalFiles = { folder, current: `${folder}/${name}.ndjson`, former: `${folder}/${name}.1.ndjson` };
  let line = 0;
  return {
    write: (event) => {
      // Of a line that failed nobody knows how much is there: its number is not used again.
      line++;
      const encoded = encodeEntry({ run, line, at: now().toISOString(), event }, schema);
      return Promise.resolve(
        "unknown" in encoded ? encoded : attempt(files, "written", () => appendLine(files, encoded.known, limit, disk)),
      );
    },
    read: () => Promise.resolve(attempt<Content<E>>(files, "read", () => readEntries(files, schema))),
  };
}

type Content<E> = { readonly entries: readonly JournalEntry<E>[]; readonly damaged: number };

/** A name for a run that no other has. */
export function newRun(): string {
  return randomBytes(8).toString("hex");
}

function attempt<T>({ current }: JournalFiles, done: string, act: () => T): Told<T> {
  try {
    return known(act());
  } catch (error) {
    return unknown(refusal(`the journal ${current} could not be ${done}`, error));
  }
}
