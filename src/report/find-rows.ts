import type { ReportRow } from "./audit-report.ts";

/**
 * The rows that a person means by `query`, the first of these that gives any: title or address, then the name alone or
 * a subject's name or key, then a part of title or address. Case does not matter. `nearest`: at most 5 rows of similar
 * name, where none is meant.
 */
export function findRows(
  rows: readonly ReportRow[],
  query: string,
): { rows: readonly ReportRow[]; nearest: readonly ReportRow[] } {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return { rows: [], nearest: rows.slice(0, nearestShown) };
  for (const matches of ways) {
    const found = rows.filter((row) => matches(row, wanted));
    if (found.length > 0) return { rows: found, nearest: [] };
  }
  return { rows: [], nearest: nearestRows(rows, wanted) };
}

const nearestShown = 5;

const ways: readonly ((row: ReportRow, wanted: string) => boolean)[] = [
  (row, wanted) => row.address.toLowerCase() === wanted,
  (row, wanted) => row.title.toLowerCase() === wanted,
  (row, wanted) => nameOf(row) === wanted,
  (row, wanted) =>
    row.subjects.some((subject) => subject.name.toLowerCase() === wanted || subject.key.toLowerCase() === wanted),
  (row, wanted) => row.title.toLowerCase().includes(wanted) || row.address.toLowerCase().includes(wanted),
];

function nameOf(row: ReportRow): string {
  const title = row.title.toLowerCase();
  return title.slice(title.lastIndexOf("/") + 1);
}

/** By edit distance to the title or the name; farther than half the query's length is not near. */
function nearestRows(rows: readonly ReportRow[], wanted: string): readonly ReportRow[] {
  return rows
    .map((row) => ({
      row,
      distance: Math.min(distance(row.title.toLowerCase(), wanted), distance(nameOf(row), wanted)),
    }))
    .filter((each) => each.distance <= Math.max(2, wanted.length / 2))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, nearestShown)
    .map((each) => each.row);
}

/** Levenshtein distance of the first 64 characters. */
function distance(one: string, other: string): number {
  const a = one.slice(0, 64);
  const b = other.slice(0, 64);
  let before = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const now = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (before[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      now.push(Math.min(replaced, (before[j] ?? 0) + 1, (now[j - 1] ?? 0) + 1));
    }
    before = now;
  }
  return before[b.length] ?? 0;
}
