import { severities } from "../model/finding.ts";
import type { AuditReport, ReportRow } from "./audit-report.ts";
import { padEnd, width as widthOf, wrap } from "./columns.ts";
import { count } from "./count.ts";
import { headline } from "./headline.ts";
import { leftOutSentences, suppressedSentences } from "./left-out-text.ts";
import { worstRowsFirst } from "./order.ts";
import { problemLines } from "./problem-lines.ts";
import { styleOf } from "./style.ts";
import type { Style } from "./style.ts";
import { findingLines } from "./text-findings.ts";
import { matrixLines } from "./text-matrix.ts";

export interface TextOptions {
  /** Columns of a line: 100 unless told, 60 at least, 80 for tables. Only a path or a command that is longer goes beyond. */
  readonly width?: number;
  /** Decided by `wantsColor`. Default false. */
  readonly color?: boolean;
  /** Plain ASCII, decided by `wantsAscii`. Default false. */
  readonly ascii?: boolean;
  /** Fold nothing: every held row, every finding, every problem. Default false. */
  readonly all?: boolean;
  /** What is typed to run this program, for the commands that the end suggests. Default `holdfast`. */
  readonly program?: string;
  /** Options that decided what was read, as they were typed: the commands that the end suggests repeat them. Default none. */
  readonly reading?: readonly string[];
}

/** The report for people: the answer first, then the matrix, the findings, what was not read, and what to do next. */
export function auditText(report: AuditReport, options: TextOptions = {}): string {
  const { width = 100, color = false, ascii = false, all = false } = options;
  const columns = Math.max(60, width);
  const style = styleOf({ color, ascii });
  const sections = [
    headlineLines(report, columns, style),
    tableLines(report.rows.filter(isRelease), "release", { columns, style, all }),
    stackLines(report.rows, { columns, style, all }),
    findingLines(report.findings, columns, style, all),
    notReadLines(report, { columns, style, all }),
    closingLines(report, options, columns, style),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

interface Frame {
  readonly columns: number;
  readonly style: Style;
  readonly all: boolean;
}

/** Rows of a table; the rest is counted by where it stands. */
const rowsShown = { release: 40, stack: 10 };
const heldRowsShown = 20;
const problemsShown = 20;

function headlineLines(report: AuditReport, columns: number, style: Style): readonly string[] {
  const [first = "", ...rest] = wrap(style.text(headline(report).join(" ")), columns);
  const answer = style.text(headline(report)[0] ?? "");
  const bold = first.startsWith(answer) ? answer : first;
  return [style.paint("strong", bold) + first.slice(bold.length), ...rest];
}

function isRelease(row: ReportRow): boolean {
  return row.kind !== "stack";
}

function tableLines(
  rows: readonly ReportRow[],
  heading: "release" | "stack",
  { columns, style, all }: Frame,
): readonly string[] {
  if (rows.length === 0) return [];
  const sorted = worstRowsFirst(rows);
  const held = sorted.filter((row) => row.standing === "held").length;
  const most = rowsShown[heading];
  const shown = all ? sorted.length : Math.min(most, sorted.length - Math.max(0, held - heldRowsShown));
  return [
    ...matrixLines(sorted.slice(0, shown), heading, Math.max(80, columns), style),
    ...wrap(foldedRows(sorted.slice(shown), style), columns),
  ];
}

/** `… 31 more: 9 can move, 22 held. --all shows them` */
function foldedRows(rows: readonly ReportRow[], style: Style): string {
  if (rows.length === 0) return "";
  const counts = [...Map.groupBy(rows, ({ standing }) => standing)].map(
    ([standing, some]) => `${some.length} ${standingWords[standing]}`,
  );
  const said = counts.length === 1 ? `all ${counts[0]?.replace(/^\d+ /, "") ?? ""}` : counts.join(", ");
  return `${style.ellipsis} ${rows.length} more, ${said}: --all shows them`;
}

const standingWords: Readonly<Record<ReportRow["standing"], string>> = {
  moves: "can move",
  unknown: "could not be told",
  conditional: "on a condition",
  republish: "by a re-push",
  exclusion: "by an exclusion",
  held: "held",
};

/** Modules and providers: only the stacks where one of them is not held. */
function stackLines(rows: readonly ReportRow[], frame: Frame): readonly string[] {
  const stacks = rows.filter((row) => row.kind === "stack");
  const loose = frame.all ? stacks : stacks.filter((row) => row.standing !== "held");
  const left = stacks.length - loose.length;
  if (loose.length === 0) return [];
  return [
    ...tableLines(loose, "stack", frame),
    ...(left === 0 ? [] : [`${frame.style.ellipsis} ${count(left, "more stack")}, all held: --all shows them`]),
  ];
}

function notReadLines(report: AuditReport, { columns, style, all }: Frame): readonly string[] {
  if (report.problems.length === 0) return [];
  const files = new Set(report.problems.map((problem) => problem.path)).size;
  const lines = problemLines(report.problems, style);
  const shown = all ? lines : lines.slice(0, problemsShown);
  return [
    `${style.paint("unknown", style.signs.unknown)} ${files === 1 ? "1 file was" : `${files} files were`} not read, or only in part:`,
    ...shown.flatMap((line) => hanging(line, columns)),
    ...(shown.length === lines.length
      ? []
      : [`  ${style.ellipsis} ${lines.length - shown.length} more: --all shows them`]),
  ];
}

/** The path stays in one piece, so that it can be followed; the words after it wrap. */
function hanging(line: string, columns: number): readonly string[] {
  const path = /^.*?:(?: |\d+: )/.exec(line)?.[0].trimEnd() ?? "";
  const words = line.slice(path.length).trim();
  const room = columns - 3 - widthOf(path);
  if (room < 20) return [`  ${path}`, ...wrap(words, columns - 6).map((rest) => `      ${rest}`)];
  const [first = ""] = wrap(words, room);
  return [`  ${path} ${first}`, ...wrap(words.slice(first.length).trim(), columns - 6).map((rest) => `      ${rest}`)];
}

function closingLines(
  report: AuditReport,
  typed: Pick<TextOptions, "program" | "reading">,
  columns: number,
  style: Style,
): readonly string[] {
  const { suppressed, baselined, files } = report.summary;
  const leftOut = leftOutSentences(report).flatMap((sentence) => wrap(style.text(sentence), columns));
  if (report.rows.length + report.findings.length + suppressed + baselined === 0) return leftOut;
  const found = severities.flatMap((severity) => {
    const number = report.findings.filter((finding) => finding.severity === severity).length;
    return number === 0 ? [] : [`${number} ${severity}`];
  });
  const sentences = [
    found.length === 0 ? "No findings." : `${count(report.findings.length, "finding")}: ${found.join(", ")}.`,
    ...suppressedSentences(report),
    `${count(files.read, "file")} read.`,
  ];
  return [...wrap(sentences.join(" "), columns), ...leftOut, ...nextLines(report, typed, columns, style)];
}

/** Commands that can be copied as they are: hints for names with odd characters are left out. */
function nextLines(
  report: AuditReport,
  { program = "holdfast", reading = [] }: Pick<TextOptions, "program" | "reading">,
  columns: number,
  style: Style,
): readonly string[] {
  const root = report.root === "." || report.root === "" ? [] : [report.root];
  const typed = [...root, ...reading];
  const audit = [program, "audit", ...typed].join(" ");
  const loose = worstRowsFirst(report.rows.filter(isRelease)).find(
    (row) => row.standing !== "held" && plain.test(row.title),
  );
  const fixes = report.findings.filter((finding) => typeof finding.fix?.version === "string").length;
  const unproven = report.findings.filter((finding) => finding.fix?.version === null).length;
  const hints = [
    ...(loose === undefined ? [] : [[`${audit} --explain ${loose.title}`, "one row in full"] as const]),
    ...(fixes === 0 ? [] : [[`${audit} --fix=dry-run`, `what --fix would write: ${count(fixes, "pin")}`] as const]),
    ...(unproven === 0
      ? []
      : [[`${audit} --fix=dry-run --state FILE`, `with proof, ${count(unproven, "more pin")}`] as const]),
  ];
  if (hints.length === 0 || !typed.every((word) => plainWord.test(word))) return [];
  const longest = Math.max(...hints.map(([command]) => command.length));
  const room = hints.every(([, gives]) => 6 + longest + 2 + gives.length <= columns);
  return hints.map(([command, gives], index) => {
    const start = `${index === 0 ? "next" : "    "}  ${command}`;
    return room ? `${padEnd(start, 6 + longest)}  ${style.paint("faint", gives)}` : start;
  });
}

const plain = /^[\w.][\w./:@-]*$/;
const plainWord = /^(?:--)?[\w./][\w./:@-]*$/;
