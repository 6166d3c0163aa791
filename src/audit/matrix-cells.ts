import type { Cell, MoverId, Row, Subject, SubjectKind } from "./matrix.ts";
import type { Audited } from "./rule.ts";

/** A cell of the matrix with the row and the subject that it stands in. */
export interface PlacedCell {
  readonly row: Row;
  readonly subject: Subject;
  readonly cell: Cell;
}

/** The cells of one mover over subjects of one kind, in the order of the matrix. */
export function cellsOf({ rows }: Audited, kind: SubjectKind, mover: MoverId): PlacedCell[] {
  return rows.flatMap((row) =>
    row.subjects.flatMap((subject) => {
      const cell = subject.kind === kind ? subject.cells.get(mover) : undefined;
      return cell === undefined ? [] : [{ row, subject, cell }];
    }),
  );
}

/** The sentence that a cell has to say, and the places it points at. */
export function toldBy(cell: Cell): { readonly text: string; readonly at: Extract<Cell, { at: unknown }>["at"] } {
  switch (cell.state) {
    case "open":
      return { text: cell.trigger, at: cell.at };
    case "conditional":
      return { text: cell.on, at: cell.at };
    case "held":
      return { text: cell.detail, at: cell.at };
    case "unknown":
      return { text: cell.why.text, at: cell.why.at };
    case "unreached":
      return { text: cell.detail, at: [] };
  }
}
