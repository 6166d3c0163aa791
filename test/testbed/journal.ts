import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/**
 * One thing that a bed brought into the world. Namespaces and cgroups are recorded before they are made, processes as
 * soon as they have an id; so `down` finds them all, however the process that made them ended.
 */
export type Made = Readonly<z.infer<typeof madeSchema>>;

export type MadeProcess = Extract<Made, { kind: "process" }>;

const madeSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("network"), path: z.string() }),
  z.object({ kind: z.literal("cgroup"), path: z.string() }),
  z.object({ kind: z.literal("process"), name: z.string(), pid: z.number(), startTime: z.string() }),
]);

/** Appends to the journal of the bed in `directory`. */
export function record(directory: string, made: Made): void {
  appendFileSync(journalOf(directory), `${JSON.stringify(made)}\n`);
}

/** Everything recorded, oldest first. A last line that was cut off is left out: nothing was made after it. */
export function readJournal(directory: string): readonly Made[] {
  const journal = journalOf(directory);
  if (!existsSync(journal)) return [];
  const lines = readFileSync(journal, "utf8").split("\n");
  return lines.slice(0, -1).map((line) => madeSchema.parse(JSON.parse(line)));
}

/** The process that was started last by this name; `null`: none ever was. */
export function lastProcess(directory: string, name: string): MadeProcess | null {
  const made = readJournal(directory).findLast((each) => each.kind === "process" && each.name === name);
  return made?.kind === "process" ? made : null;
}

function journalOf(directory: string): string {
  return join(directory, "journal.jsonl");
}
