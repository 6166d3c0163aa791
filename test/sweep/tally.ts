import type { Cycle } from "../../src/sweep/cycle.ts";

/** Counts what histories came to, so that none of it is shown by histories in which nothing happens. */
export class Tally {
  readonly counts = new Map<string, number>();

  add(what: string, number = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + number);
  }

  addCycle({ judgement: { premises, leftovers }, swept }: Cycle): void {
    this.add("cycle");
    for (const { id, state } of premises) if (state !== "holds") this.add(`${id} ${state}`);
    for (const { kind, verdict } of leftovers) {
      if (verdict.is === "candidate") this.add(`${kind} ${verdict.waits === null ? "ripe" : "waits"}`);
      else this.add(verdict.is === "protected" ? `protected ${verdict.by}` : `unknown ${verdict.reason.code}`);
    }
    if (swept === null) return;
    const { outcome } = swept;
    switch (outcome.is) {
      case "aborted":
        this.add(`aborted before ${outcome.before}`);
        this.add(`aborted ${familyOf(outcome.reason.text)}`);
        break;
      case "refused":
        this.add(`refused before ${outcome.before}`);
        break;
      default:
        this.add(`${outcome.is} on ${outcome.rung}`);
    }
  }

  addAll(other: Iterable<readonly [string, number]>): void {
    for (const [what, number] of other) this.add(what, number);
  }
}

/** A reason without what is special to one history. */
function familyOf(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "UID")
    .replaceAll(/\bapps\/[\w-]+/g, "POD")
    .replaceAll(/\d+/g, "N");
}
