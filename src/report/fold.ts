import { movers } from "../audit/matrix.ts";
import type { ReportCell, ReportRow, ReportSubject } from "./audit-report.ts";
import { isNotRendered } from "./not-rendered.ts";
import { compare, weightInColumn } from "./order.ts";

/** The matrix with one line a row: per mover and kind of subject the worst cell. */
export interface FoldedMatrix {
  readonly columns: readonly FoldedColumn[];
  readonly lines: readonly FoldedLine[];
}

interface FoldedColumn {
  readonly movers: readonly ReportCell["mover"][];
  readonly kinds: readonly ReportSubject["kind"][];
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
  const withCluster = (row: ReportRow) =>
    clusters.size > 1 && row.cluster !== null ? `${row.title} @${row.cluster}` : row.title;
  const named = Map.groupBy(rows, withCluster);
  const titleOf = (row: ReportRow) => {
    const title = withCluster(row);
    return named.get(title)?.length === 1 ? title : `${title} in ${row.address.split(":", 1)[0] ?? ""}`;
  };
  return {
    columns,
    lines: rows.map((row) => ({
      row,
      title: titleOf(row),
      cells: columns.map((column) => worstIn(row, column)),
      why: whyNotHeld(row),
    })),
  };
}

/** A bot has one column, for whether it merges is one question; so have the servers, for whether they take a re-push. */
const allColumns: readonly FoldedColumn[] = [
  { movers: ["terraform"], kinds: ["chart"], title: "terraform", subtitle: "chart" },
  { movers: ["terraform"], kinds: ["module"], title: "terraform", subtitle: "module" },
  { movers: ["terraform"], kinds: ["provider"], title: "terraform", subtitle: "provider" },
  { movers: ["bot"], kinds: ["chart", "image", "module", "provider"], title: "bot", subtitle: "merge" },
  { movers: ["keel"], kinds: ["image"], title: "keel", subtitle: "image" },
  {
    movers: ["chart-republish", "image-republish"],
    kinds: ["chart", "image"],
    title: "registry",
    subtitle: "same tag",
  },
  { movers: ["kubelet"], kinds: ["image"], title: "kubelet", subtitle: "pull" },
];

function worstIn(row: ReportRow, column: FoldedColumn): ReportCell | null {
  let worst: ReportCell | null = null;
  for (const subject of row.subjects) {
    if (!column.kinds.includes(subject.kind)) continue;
    for (const cell of subject.cells) {
      if (!column.movers.includes(cell.mover) || cell.state === "unreached") continue;
      if (worst === null || weightInColumn(cell) < weightInColumn(worst)) worst = cell;
    }
  }
  return worst;
}

/** What the cells say that made the row stand where it stands; where the words in the table say it, nothing. */
function whyNotHeld(row: ReportRow): string {
  const { standing } = row;
  if (standing !== "moves" && standing !== "unknown") return "";
  const cells = row.subjects.flatMap((subject) => subject.cells);
  const deciding = cells.filter((cell) => decides(cell, standing));
  const inOrder = deciding.toSorted((a, b) => moverOrder(a) - moverOrder(b) || compare(a.detail, b.detail));
  return [...new Set(inOrder.map(sentence))].join("; ");
}

/** With `--online` an open cell first says what it would move to today. */
function sentence({ detail, movesTo }: ReportCell): string {
  const version = movesTo?.version ?? null;
  const today = version === null ? "" : `to ${version} today: `;
  return `${today}${detail.replace(/\.$/, "")}`;
}

function decides(cell: ReportCell, standing: "moves" | "unknown"): boolean {
  return standing === "moves"
    ? cell.state === "open" && !cell.republish
    : cell.state === "unknown" && !isNotRendered(cell);
}

function moverOrder(cell: ReportCell): number {
  return movers.findIndex((mover) => mover.id === cell.mover);
}
