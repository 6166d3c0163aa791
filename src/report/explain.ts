import type {
  AuditReport,
  ReportAnswer,
  ReportCell,
  ReportEvidence,
  ReportRow,
  ReportSubject,
} from "./audit-report.ts";
import { movers } from "../audit/matrix.ts";
import { cutEnd, padEnd, padStart, width as widthOf, wrap } from "./columns.ts";
import { deploymentText } from "./deployment-text.ts";
import { findRows } from "./find-rows.ts";
import { isHeldInPart } from "./not-rendered.ts";
import { objectText, placeText } from "./place.ts";
import { sign, styleOf, toneOfRow, toneOfState } from "./style.ts";
import type { Style } from "./style.ts";

export interface ExplainOptions {
  /** Columns of a line: 100 unless told, 60 at least. */
  readonly width?: number;
  readonly color?: boolean;
  readonly ascii?: boolean;
  /** Rows that settings leave out of the report: asked for where the report has none that is meant. Default: none. */
  readonly leftOut?: () => readonly ReportRow[];
}

/**
 * One row in full: every subject, every cell, with reasons and evidence. `query` is a title, a name or an address. `found` is
 * false when no row or more than one has it; the text then lists what could have been meant.
 */
export function explainText(
  report: AuditReport,
  query: string,
  options: ExplainOptions = {},
): { text: string; found: boolean } {
  const { width = 100, color = false, ascii = false, leftOut = () => [] } = options;
  const style = styleOf({ color, ascii });
  const { rows, nearest } = findRows(report.rows, query);
  const [row] = rows;
  const lines =
    row === undefined
      ? (leftOutLines(findRows(leftOut(), query).rows, report, style) ?? noneLines(query, report.rows, nearest, style))
      : rows.length > 1
        ? severalLines(query, rows, style)
        : rowLines(row, Math.max(60, width), style);
  return { text: `${lines.join("\n")}\n`, found: rows.length === 1 };
}

const standings: Readonly<Record<ReportRow["standing"], string>> = {
  moves: "can move without a reviewed commit",
  unknown: "could not be told",
  conditional: "held only on a condition",
  republish: "moves only by a push under the same version or tag",
  exclusion: "held only by an exclusion",
  held: "held: cannot move without a reviewed commit",
};

function standingText(row: ReportRow): string {
  return isHeldInPart(row) ? "its chart is held; its images were not told" : standings[row.standing];
}

/** Not that nothing is named so: it is there, and was not audited. `null` where there is none. */
function leftOutLines(rows: readonly ReportRow[], { leftOut }: AuditReport, style: Style): readonly string[] | null {
  if (rows.length === 0) return null;
  const by = style.text(leftOut.by);
  return [
    `Left out by paths of ${by}, so not audited:`,
    ...rows.map((row) => `  ${style.text(row.title)}  ${placeText(row.place, style)}`),
    `Change paths in ${by}, or name another file with --config.`,
  ];
}

function noneLines(
  query: string,
  rows: readonly ReportRow[],
  nearest: readonly ReportRow[],
  style: Style,
): readonly string[] {
  const first = `Nothing here is named ${style.text(query)}.`;
  if (nearest.length > 0) return [first, "Nearest:", ...nearest.map((row) => `  ${style.text(row.title)}`)];
  return [
    rows.length === 0
      ? `${first} No release was found at all: name another directory.`
      : `${first} Name a release as the table of holdfast audit does, or by its address.`,
  ];
}

function severalLines(query: string, rows: readonly ReportRow[], style: Style): readonly string[] {
  const titles = rows.map((row) => style.text(row.title));
  const longest = Math.max(...titles.map(widthOf));
  return [
    `${rows.length} rows match ${style.text(query)}. Give the address of one:`,
    ...rows.map((row, index) => `  ${padEnd(titles[index] ?? "", longest)}  ${style.text(row.address)}`),
  ];
}

interface Frame {
  readonly columns: number;
  readonly style: Style;
  /** Where what a cell says begins. */
  readonly hang: number;
}

function rowLines(row: ReportRow, columns: number, style: Style): readonly string[] {
  const tone = toneOfRow(row);
  const cluster = row.cluster === null ? "" : `, cluster ${style.text(row.cluster)}`;
  const title = wrap(`${style.text(row.title)}: ${standingText(row)}`, columns - 2);
  const words = row.subjects.flatMap((subject) => subject.cells).map((cell) => widthOf(wordOf(cell, style)));
  const frame = { columns, style, hang: 4 + moverWidth + 2 + Math.max(0, ...words) + 2 };
  return [
    ...title.map((line, index) => `${index === 0 ? sign(style, tone) : " "} ${style.paint("strong", line)}`),
    ...hung(`${row.kind} ${style.text(row.address)}${cluster}`, 2, columns),
    `  ${placeText(row.place, style)}`,
    ...(row.plan === undefined
      ? []
      : hung(`told by ${style.text(row.plan)}: its module is not in the repository`, 2, columns)),
    ...(row.deployment === undefined ? [] : hung(style.text(deploymentText(row.deployment)), 2, columns)),
    ...row.subjects.flatMap((subject) => ["", ...subjectLines(subject, frame)]),
  ];
}

/** `  chart csi-driver-nfs 4.13.1` with its place at the right end. */
function subjectLines(subject: ReportSubject, frame: Frame): readonly string[] {
  const { columns, style } = frame;
  const current = subject.current === null ? "" : ` at ${style.text(subject.current)}`;
  const name = hung(`${subject.kind} ${style.text(subject.name)}${current}`, 2, columns);
  const place = placeText(subject.place, style);
  const last = name[name.length - 1] ?? "";
  const room = columns - widthOf(last) - 2;
  const head =
    widthOf(place) <= room
      ? [...name.slice(0, -1), `${last}  ${padStart(place, room)}`]
      : [...name, padStart(place, columns)];
  return [
    ...head.map((line) => style.paint("strong", line)),
    ...subject.cells.flatMap((cell) => cellLines(cell, frame)),
  ];
}

const moverWidth = Math.max(...movers.map((mover) => mover.title.length));

function cellLines(cell: ReportCell, frame: Frame): readonly string[] {
  const { columns, style, hang } = frame;
  const mover = movers.find((each) => each.id === cell.mover)?.title ?? cell.mover;
  const word = wordOf(cell, style);
  const start = `    ${padEnd(mover, moverWidth)}  ${style.paint(toneOfState(cell.state), word)}`;
  const room = columns - hang;
  const says = [...answerLines(cell, cell.detail, room, style), ...movesToLines(cell, room, style)];
  const [first = "", ...rest] = says;
  return [
    `${start}${" ".repeat(Math.max(2, hang - 6 - moverWidth - widthOf(word)))}${first}`.trimEnd(),
    ...rest.map((line) => " ".repeat(hang) + line),
    ...placesOf(cell, frame),
    ...(cell.also ?? []).flatMap((answer) => [
      ...answerLines(answer, `also: ${answer.detail}`, room, style).map((line) => " ".repeat(hang) + line),
      ...placesOf(answer, frame),
    ]),
  ];
}

function answerLines(answer: ReportAnswer, detail: string, room: number, style: Style): readonly string[] {
  return [
    ...wrap(style.text(detail), room),
    ...(answer.republish ? wrap("only a push of other bytes under the same version or tag", room) : []),
    ...reasonLines(answer, room, style),
  ];
}

function placesOf({ evidence, reason }: ReportAnswer, frame: Frame): readonly string[] {
  return [...evidence, ...(reason?.evidence ?? [])].flatMap((one) => evidenceLines(one, frame));
}

/** Words are short; one that a repository made long is cut. */
function wordOf(cell: ReportCell, style: Style): string {
  if (cell.state === "unreached") return "not reached";
  return cutEnd(style.text(cell.word), 20, style.ellipsis);
}

function reasonLines(cell: ReportAnswer, room: number, style: Style): readonly string[] {
  const { reason } = cell;
  if (reason === undefined) return [];
  const supply = reason.supply === undefined ? [] : wrap(`to tell it: ${style.text(reason.supply)}`, room);
  const repeated = reason.text === cell.detail ? "" : `${style.text(reason.text)} `;
  return [...wrap(`${repeated}(${style.text(reason.code)})`, room), ...supply];
}

function movesToLines(cell: ReportCell, room: number, style: Style): readonly string[] {
  const { movesTo } = cell;
  if (movesTo === undefined) return [];
  const version = movesTo.version === null ? "not told" : style.text(movesTo.version);
  return wrap(
    `moves to ${version}: ${style.text(movesTo.detail)} (${style.text(movesTo.url)}, ${style.text(movesTo.at)})`,
    room,
  );
}

/** The place on a line of its own, so that it can be followed, then what stands there. An object's name may wrap. */
function evidenceLines(evidence: ReportEvidence, frame: Frame): readonly string[] {
  const { columns, style, hang } = frame;
  if (evidence.object !== undefined)
    return [...hung(style.text(objectText(evidence.object)), hang, columns), ...excerptLines(evidence, hang, frame)];
  const place = `${placeText(evidence, style)}:${evidence.column}`;
  const role = evidence.role === undefined ? "" : style.text(evidence.role);
  const indent = hang + widthOf(place) > columns ? Math.max(0, Math.min(6, columns - widthOf(place))) : hang;
  const together = indent + widthOf(place) + 2 + widthOf(role) <= columns;
  return [
    `${" ".repeat(indent)}${place}${together && role !== "" ? `  ${style.paint("faint", role)}` : ""}`,
    ...(together ? [] : hung(role, indent + 2, columns).map((line) => style.paint("faint", line))),
    ...excerptLines(evidence, indent, frame),
  ];
}

function excerptLines({ excerpt }: ReportEvidence, indent: number, { columns, style }: Frame): readonly string[] {
  const text = style.text(excerpt.trim());
  return text === "" ? [] : hung(text, indent + 2, columns).map((line) => style.paint("faint", line));
}

function hung(text: string, indent: number, columns: number): readonly string[] {
  return wrap(text, columns - indent).map((line) => " ".repeat(indent) + line);
}
