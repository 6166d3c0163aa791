import type { JournalEntry } from "../model/journal.ts";
import type { SweepEvent } from "./events.ts";
import { noMemory, type Memory, type Pins } from "./memory.ts";
import type { Target } from "./target.ts";

type Resumed = Pick<Memory, "ours" | "attempts" | "pins" | "graces">;

/**
 * What of a journal counts for a run that begins: which cluster and machine it was, what was seen or acted on and is not known to
 * be cleared, how often, and which large graces were listed. How long it has waited and confirmations are not among it: they start
 * from nothing. Attempts that are older than `forget` milliseconds are forgiven.
 */
export function resumed(
  entries: readonly JournalEntry<SweepEvent>[],
  { now, forget }: { readonly now: number; readonly forget: number },
): Resumed {
  let pins: Pins | null = null;
  const ours = new Map<string, Target>();
  const attempts = new Map<string, number>();
  const graces = new Map<string, number>();
  const counted = new Set<string>();
  for (const { event, run, at } of entries) {
    switch (event.event) {
      case "pinned":
        pins = { clusterUid: event.clusterUid, machineId: event.machineId };
        break;
      case "graced":
        graces.set(event.uid, Math.max(event.seconds, graces.get(event.uid) ?? 0));
        break;
      case "sighted":
        ours.set(event.target.uid, event.target);
        break;
      case "intent": {
        const { uid } = event.target;
        ours.set(uid, event.target);
        if (now - Date.parse(at) > forget || counted.has(`${run} ${uid}`)) break;
        counted.add(`${run} ${uid}`);
        attempts.set(uid, (attempts.get(uid) ?? 0) + 1);
        break;
      }
      case "outcome":
        // The next intent is another attempt.
        counted.delete(`${run} ${event.uid}`);
        if (event.outcome.is !== "cleared") break;
        ours.delete(event.uid);
        attempts.delete(event.uid);
        break;
      default:
        break;
    }
  }
  return { ours, attempts, pins, graces };
}

/** A memory that knows what the journal does. */
export function memoryOf(known: Resumed): Memory {
  return { ...noMemory, ...known };
}
