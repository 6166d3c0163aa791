import * as z from "zod";
import type { Journal } from "../../src/model/journal.ts";
import { isKnown, type Told } from "../../src/model/told.ts";
import { fileJournal, type JournalOptions } from "../../src/outside/journal/journal.ts";

export interface Note {
  readonly note: string;
}

/** A journal of notes, `notes.ndjson`. */
export function notesIn(folder: string, options: Partial<JournalOptions<Note>> = {}): Journal<Note> {
  return fileJournal<Note>({
    folder,
    name: "notes",
    schema: z.strictObject({ note: z.string() }),
    run: "00000000000000aa",
    now: () => new Date("2026-05-17T09:00:39Z"),
    ...options,
  });
}

/** `written`, or why not, without the folder. */
export async function write(journal: Journal<Note>, folder: string, note: string): Promise<string> {
  const told = await journal.write({ note });
  return isKnown(told) ? "written" : reasonIn(told, folder);
}

/** All that is there: `aa 1 note`, and how many lines are damaged. */
export async function content(journal: Journal<Note>, folder: string): Promise<string> {
  const told = await journal.read();
  if (!isKnown(told)) return reasonIn(told, folder);
  const { entries, damaged } = told.known;
  const lines = entries.map(({ run, line, event }) => `${run.slice(-2)} ${line} ${event.note}`);
  return [...lines, `${damaged} damaged`].join("; ");
}

function reasonIn(told: Told<unknown>, folder: string): string {
  if (!("unknown" in told)) throw new Error("it is known");
  const { code, text, supply } = told.unknown;
  return `${code}: ${text}${supply === undefined ? "" : ` (${supply})`}`.replaceAll(folder, "FOLDER");
}
