import type { Finding } from "../model/finding.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Judged } from "./judge.ts";
import { cellKey } from "./matrix.ts";

/** A finding that was not there before, or one that was and now reaches a cell that it did not reach. */
export interface WorseFinding {
  readonly finding: Finding;
  readonly how: "new" | "wider";
}

/** What `after` finds beyond `before`. A rule of a bot, say, is one finding however much it merges: it may merge more. */
export function worseFindings(before: Judged, after: Judged): readonly WorseFinding[] {
  const reached = new Map<string, ReadonlySet<string>>();
  for (const finding of before.findings)
    reached.set(fingerprint(finding, before.repository.files), new Set(finding.cells.map(keyOf)));
  return after.findings.flatMap((finding): WorseFinding[] => {
    const earlier = reached.get(fingerprint(finding, after.repository.files));
    if (earlier === undefined) return [{ finding, how: "new" }];
    return finding.cells.every((cell) => earlier.has(keyOf(cell))) ? [] : [{ finding, how: "wider" }];
  });
}

function keyOf({ subject, mover }: Finding["cells"][number]): string {
  return cellKey(subject, mover);
}
