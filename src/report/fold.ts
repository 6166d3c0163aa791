import { movers } from "../audit/matrix.ts";
import type { ReportCell, ReportRow, ReportSubject } from "./audit-report.ts";
import { compare, weightInColumn, weightInRow } from "./order.ts";

/** The matrix with one line a row: per mover and kind of subject the worst cell. */
export interface FoldedMatrix {
  readonly columns: readonly FoldedColumn[];
  readonly lines: readonly FoldedLine[];
}

interface FoldedColumn {
  readonly mover: ReportCell["mover"];
  readonly kind: ReportSubject["kind"];
  /** Two lines of header: the mover, and what it moves. */
  readonly title: string;
  readonly subtitle: string;
}

export interface FoldedLine {
  readonly row: ReportRow;
  /** `namespace/name`, with the cluster where the rows have several. */
  readonly title: string;
  /** A cell a column; null where nothing of the row is reached. */
  readonly cells: readonly (ReportCell | null)[];
  /** What the worst cells that are not held say; empty for a held row. */
  readonly why: string;
}

/** Folds rows to lines, in the order given. Columns that reach nothing in these rows are left out. */
export function foldMatrix(rows: readonly ReportRow[]): FoldedMatrix {
  const columns = allColumns.filter((column) => rows.some((row) => worstIn(row, column) !== null));
  const clusters = new Set(rows.map((row) => row.cluster));
  return {
    columns,
    lines: rows.map((row) => ({
      row,
      title: clusters.size > 1 && row.cluster !== null ? `${row.title} @${row.cluster}` : row.title,
      cells: columns.map((column) => worstIn(row, column)),
      why: whyNotHeld(row),
    })),
  };
}

/** For each mover what it moves under one name, where the kind of subject would not say it. */
const subtitles: ReadonlyMap<string, string> = new Map([
  ["chart-republish", "same version"],
  ["image-republish", "same tag"],
  ["kubelet", "pull"],
]);

const allColumns: readonly FoldedColumn[] = movers.flatMap(({ id, title, subjects }) =>
  subjects.map((kind) => ({ mover: id, kind, title, subtitle: subtitles.get(id) ?? kind })),
);

function worstIn(row: ReportRow, column: FoldedColumn): ReportCell | null {
  let worst: ReportCell | null = null;
  for (const subject of row.subjects) {
    if (subject.kind !== column.kind) continue;
    for (const cell of subject.cells) {
      if (cell.mover !== column.mover || cell.state === "unreached") continue;
      if (worst === null || weightInColumn(cell) < weightInColumn(worst)) worst = cell;
    }
  }
  return worst;
}

function whyNotHeld(row: ReportRow): string {
  if (row.standing === "held") return "";
  const cells = row.subjects.flatMap((subject) => subject.cells);
  const telling =
    row.standing === "exclusion" ? cells.filter((cell) => cell.word.includes("excl.")) : cells.filter(isLoose);
  const worst = telling.toSorted(
    (a, b) => weightInRow(a) - weightInRow(b) || moverOrder(a) - moverOrder(b) || compare(a.detail, b.detail),
  );
  const same = worst.filter((cell) => worst[0] !== undefined && weightInRow(cell) === weightInRow(worst[0]));
  return [...new Set(same.map((cell) => cell.detail.replace(/\.$/, "")))].join("; ");
}

function isLoose(cell: ReportCell): boolean {
  return cell.state === "open" || cell.state === "unknown" || cell.state === "conditional";
}

function moverOrder(cell: ReportCell): number {
  return movers.findIndex((mover) => mover.id === cell.mover);
}
