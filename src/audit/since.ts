import { fingerprint } from "./fingerprint.ts";
import type { Judged } from "./judge.ts";
import { cellKey, cellRank, type Cell, type Row } from "./matrix.ts";

/** What is worse after than before: cells that stand worse, subjects that are new and not held, findings that are new. */
export function worsened(before: Judged, after: Judged): Judged {
  const cells = cellsByKey(before.rows);
  const known = new Set(before.findings.map((finding) => fingerprint(finding, before.repository.files)));
  return {
    ...after,
    rows: after.rows.filter((row) => isWorse(row, cells)),
    findings: after.findings.filter((finding) => !known.has(fingerprint(finding, after.repository.files))),
  };
}

function cellsByKey(rows: readonly Row[]): ReadonlyMap<string, Cell> {
  const cells = new Map<string, Cell>();
  for (const { subjects } of rows) {
    for (const subject of subjects)
      for (const [mover, cell] of subject.cells) cells.set(cellKey(subject.key, mover), cell);
  }
  return cells;
}

function isWorse(row: Row, before: ReadonlyMap<string, Cell>): boolean {
  return row.subjects.some((subject) =>
    [...subject.cells].some(([mover, cell]) => {
      const earlier = before.get(cellKey(subject.key, mover));
      if (earlier === undefined) return cell.state !== "held" && cell.state !== "unreached";
      return cellRank(cell) < cellRank(earlier);
    }),
  );
}
