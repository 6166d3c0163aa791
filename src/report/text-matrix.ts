import type { ReportCell, ReportRow } from "./audit-report.ts";
import { cutEnd, cutMiddle, padEnd, width } from "./columns.ts";
import { foldMatrix } from "./fold.ts";
import type { FoldedLine, FoldedMatrix } from "./fold.ts";
import { isNotRendered } from "./not-rendered.ts";
import { sign, toneOfRow, toneOfState } from "./style.ts";
import type { Style } from "./style.ts";

/**
 * The matrix as lines of at most `columns` columns (80 at least): a header in two lines, a line a row, and at its end why
 * it is not held. Where the end of the line is too short for that, it follows on a line of its own.
 */
export function matrixLines(
  rows: readonly ReportRow[],
  heading: string,
  columns: number,
  style: Style,
): readonly string[] {
  const matrix = dressed(foldMatrix(rows), style);
  const layout = layOut(matrix, heading, columns, style);
  return [
    ...header(matrix, heading, layout),
    ...matrix.lines.flatMap((line) => rowLines(line, layout, columns, style)),
  ].map((line) => line.trimEnd());
}

interface Layout {
  readonly name: number;
  readonly cells: readonly number[];
  /** True where there is room for the state only, not for what holds. */
  readonly short: boolean;
  /** Columns left for the reason at the end of a line; 0: it gets its own. */
  readonly why: number;
}

const gap = 2;
/** Names are cut to this; where cells leave less, to what is left. */
const widestName = 36;
const leastName = 20;
/** Less room than this at the end of a line is not used for the reason. */
const leastWhy = 24;
/** With this much room a reason is rather cut than put on a line of its own. */
const muchForWhy = 48;

/**
 * The whole name comes before what holds it, and both before a reason at the end of the line: what gives way first is
 * the place of the reason, then the name down to 20 columns, then what holds.
 */
function layOut(matrix: FoldedMatrix, heading: string, columns: number, style: Style): Layout {
  const natural = Math.min(widestName, Math.max(width(heading), ...matrix.lines.map((line) => width(line.title))));
  const full = cellWidths(matrix, false, style);
  const room = columns - gap - total(full);
  const why = room - natural - gap;
  const longest = Math.max(0, ...matrix.lines.map((line) => width(line.why)));
  if (why >= leastWhy && (why >= longest || why >= muchForWhy))
    return { name: natural, cells: full, short: false, why };
  if (room >= Math.min(natural, leastName)) return { name: Math.min(natural, room), cells: full, short: false, why: 0 };
  const states = cellWidths(matrix, true, style);
  return { name: Math.max(0, Math.min(natural, columns - gap - total(states))), cells: states, short: true, why: 0 };
}

function cellWidths(matrix: FoldedMatrix, short: boolean, style: Style): readonly number[] {
  return matrix.columns.map((column, index) =>
    Math.max(
      width(titleOf(matrix, index)),
      width(column.subtitle),
      ...matrix.lines.map((line) => width(cellText(line.cells[index] ?? null, short, style))),
    ),
  );
}

function total(cells: readonly number[]): number {
  return cells.reduce((sum, cell) => sum + gap + cell, 0);
}

function header(matrix: FoldedMatrix, heading: string, layout: Layout): readonly string[] {
  const lineOf = (first: string, texts: readonly string[]) =>
    " ".repeat(gap) +
    padEnd(first, layout.name) +
    texts.map((text, index) => " ".repeat(gap) + padEnd(text, layout.cells[index] ?? 0)).join("");
  return [
    lineOf(
      "",
      matrix.columns.map((_, index) => titleOf(matrix, index)),
    ),
    lineOf(
      heading,
      matrix.columns.map((column) => column.subtitle),
    ),
  ];
}

/** A mover's title stands over its first column only. */
function titleOf(matrix: FoldedMatrix, index: number): string {
  const column = matrix.columns[index];
  if (column === undefined || matrix.columns[index - 1]?.title === column.title) return "";
  return column.title;
}

function rowLines(line: FoldedLine, layout: Layout, columns: number, style: Style): readonly string[] {
  const tone = toneOfRow(line.row);
  const name = padEnd(cutMiddle(line.title, layout.name, style.ellipsis), layout.name);
  const cells = line.cells.map(
    (cell, index) => " ".repeat(gap) + paintedCell(cell, layout, layout.cells[index] ?? 0, style),
  );
  const start = `${sign(style, tone)} ${name}${cells.join("")}`;
  if (line.why === "") return [start];
  if (layout.why > 0) return [`${start}  ${cutEnd(line.why, layout.why, style.ellipsis)}`];
  return [start, `    ${cutEnd(line.why, columns - 4, style.ellipsis)}`];
}

function paintedCell(cell: ReportCell | null, layout: Layout, columns: number, style: Style): string {
  const text = padEnd(cellText(cell, layout.short, style), columns);
  if (cell === null) return style.paint("faint", text);
  if (cell.state === "held") return text;
  const state = isNotRendered(cell) ? style.signs.unknown : stateOf(cell.word);
  return style.paint(cell.republish ? "warn" : toneOfState(cell.state), state) + text.slice(state.length);
}

/** `held  pin`: the state in five columns, so that what holds stands in a column of its own. */
function cellText(cell: ReportCell | null, short: boolean, style: Style): string {
  if (cell === null) return style.signs.none;
  if (isNotRendered(cell)) return style.signs.unknown;
  const state = stateOf(cell.word);
  const rest = cell.word.slice(state.length).trim();
  return short || rest === "" ? state : `${padEnd(state, 5)} ${cutEnd(rest, 12, style.ellipsis)}`;
}

/** The state's word: 7 columns at most, whatever a repository made of it. */
function stateOf(word: string): string {
  return (word.split(" ")[0] ?? word).slice(0, 7);
}

/** The same matrix with its text made safe. */
function dressed(matrix: FoldedMatrix, style: Style): FoldedMatrix {
  return {
    columns: matrix.columns,
    lines: matrix.lines.map((line) => ({
      ...line,
      title: style.text(line.title),
      cells: line.cells.map((cell) => (cell === null ? null : { ...cell, word: style.text(cell.word) })),
      why: style.text(line.why),
    })),
  };
}
