import * as z from "zod";
import type { JournalEntry } from "../../model/journal.ts";
import { known, unknown, type Told } from "../../model/told.ts";
import { escapeInJson } from "../../report/safe.ts";

const longestLine = 1024 * 1024;

/** The line of an entry, if it would be read back as one. What it holds is hostile: it is safe to print as it stands. */
export function encodeEntry<E>(entry: JournalEntry<E>, schema: z.ZodType<E>): Told<string> {
  const line = escapeInJson(JSON.stringify(entry));
  if (line.length > longestLine)
    return unknown({ code: "limit", text: `an entry is over the cap of ${longestLine} characters`, at: [] });
  if (decodeEntry(line, schema) !== null) return known(line);
  return unknown({ code: "not-understood", text: "an entry could not be read back as it was to be written", at: [] });
}

/** `null`: the line is damaged. */
export function decodeEntry<E>(line: string, schema: z.ZodType<E>): JournalEntry<E> | null {
  try {
    const { event, ...entry } = envelope.parse(JSON.parse(line));
    return { ...entry, event: schema.parse(event) };
  } catch {
    return null;
  }
}

const envelope = z.object({
  run: z.string().regex(/^[0-9a-f]{16}$/),
  line: z.int().positive(),
  at: z.iso.datetime(),
  event: z.unknown(),
});
