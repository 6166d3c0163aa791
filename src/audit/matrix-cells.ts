import type { Span } from "../model/span.ts";
import { answersOf, sentenceOf, type Cell, type MoverId, type Row, type Subject, type SubjectKind } from "./matrix.ts";
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

/** What a cell has to say, and the places it points at: of all that answers for the mover. */
export function toldBy(cell: Cell): { readonly text: string; readonly at: readonly Span[] } {
  const answers = answersOf(cell).map(sentenceOf);
  return { text: answers.map(({ text }) => text).join("; also: "), at: answers.flatMap(({ at }) => at) };
}
