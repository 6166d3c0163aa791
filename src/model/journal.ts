import type { Told } from "./told.ts";

/** One line of a journal: what was meant, done or seen, when, by which run. Of a sweep: `SweepEvent` in src/sweep. */
export interface JournalEntry<E> {
  /** Of the run that wrote it: 16 hex digits. */
  readonly run: string;
  /** Counts the lines of the run. */
  readonly line: number;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly event: E;
}

/** Where entries are kept. An entry that was written is on the disk when `write` has answered. */
export interface Journal<E> {
  /** Unknown: it may not be there, and nothing may be done that it was to announce. */
  write(event: E): Promise<Told<void>>;
  /** What is there, oldest first, and what of it could not be read (a line that was cut off by a crash). */
  read(): Promise<Told<{ readonly entries: readonly JournalEntry<E>[]; readonly damaged: number }>>;
}
