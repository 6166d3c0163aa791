import type { Journal } from "../../model/journal.ts";
import { isKnown, known } from "../../model/told.ts";
import type { SweepEvent } from "../../sweep/events.ts";
import { resumed } from "../../sweep/resume.ts";
import { noMemory, type Memory } from "../../sweep/memory.ts";
import { perform } from "../../sweep/perform.ts";
import type { Policy } from "../../sweep/policy.ts";
import type { Program } from "../../sweep/requests.ts";
import { fileJournal, newRun } from "../../outside/journal/journal.ts";
import { untilStopped } from "../../outside/node-reader/until-stopped.ts";
import { styleOf } from "../../report/style.ts";
import { eventLines } from "../../report/sweep/event-lines.ts";
import { Failure } from "../failure.ts";
import { lookOf } from "../observe/print.ts";
import { ownNodeName } from "../observe/real-sources.ts";
import { sweepEvent } from "./event-schema.ts";
import type { ActingOptions } from "./options.ts";
import { partiesHere } from "./parties-here.ts";
import { personThere, type Person } from "./person.ts";
import { worldOf } from "./world.ts";

export interface Acted<T> {
  readonly result: T;
  /** The address of the API server; `null`: none was asked. */
  readonly server: string | null;
  /** What was written down, in order. */
  readonly events: readonly SweepEvent[];
  readonly seconds: number;
}

/** For what does nothing. */
const agreeable: Person = { agrees: () => Promise.resolve(true) };

/**
 * Runs a program on this node, for the person at the terminal: told what is done as it is done, in the text format, and asked before
 * it is. The first Ctrl-C ends it before the next act, and says what was done.
 */
export async function actHere<T>(
  options: ActingOptions,
  policy: Policy,
  program: (memory: Memory) => Program<T>,
): Promise<Acted<T>> {
  const look = lookOf(options);
  const style = styleOf({ color: look.color ?? false, ascii: look.ascii ?? false });
  const frame = { columns: look.width ?? 100, style };
  const events: SweepEvent[] = [];
  const tell = (event: SweepEvent): void => {
    events.push(event);
    if (options.output !== "text" || isRepeated(event, events)) return;
    for (const line of eventLines(event, frame)) process.stdout.write(`${line}\n`);
  };
  return untilStopped(async (signal) => {
    const run = newRun();
    const person = policy.mode === "enforce" ? personThere(options, style, signal) : agreeable;
    const now = (): Date => new Date();
    const kept = fileJournal({ folder: options.stateDir, name: "sweep", schema: sweepEvent, run, now });
    const journal = policy.mode === "enforce" ? kept : readOnly(kept);
    const { parties, server } = await partiesHere(policy.node, options, { run, journal, person, tell, signal });
    const began = performance.now();
    const memory = await memoryFrom(journal, policy.mode);
    const result = await perform(program(memory), worldOf(parties));
    return { result, server, events, seconds: (performance.now() - began) / 1000 };
  });
}

/** An intent is written down before each act, and a person reads once that a rung is climbed. */
function isRepeated(event: SweepEvent, events: readonly SweepEvent[]): boolean {
  if (event.event !== "intent") return false;
  const before = events.slice(0, -1).findLast((each) => each.event === "intent");
  return before?.event === "intent" && before.rung === event.rung && before.target.uid === event.target.uid;
}

/**
 * What an earlier run wrote down of leftovers. How often it tried does not count here: a person who asks again has a reason. One
 * that cannot be read is no reason not to look; to act it is.
 */
async function memoryFrom(journal: Journal<SweepEvent>, mode: Policy["mode"]): Promise<Memory> {
  const told = await journal.read();
  if (isKnown(told)) {
    const { ours, pins } = resumed(told.known.entries, { now: Date.now(), forget: 0 });
    return { ...noMemory, ours, pins };
  }
  if (mode !== "enforce") return noMemory;
  throw new Failure("SWEEP002", told.unknown.text, "Name a folder for it that can be written: --state-dir DIRECTORY.");
}

/** Reads what is there, and writes nothing: who only looks leaves no trace. */
function readOnly(journal: Journal<SweepEvent>): Journal<SweepEvent> {
  return { read: () => journal.read(), write: () => Promise.resolve(known(undefined)) };
}

/** The node that the options are about. */
export function nodeOf({ node }: ActingOptions): string {
  return node ?? ownNodeName();
}
