import { severities } from "../model/finding.ts";
import type { AuditReport, ReportFinding, ReportRow } from "./audit-report.ts";
import { foldMatrix } from "./fold.ts";
import { count } from "./count.ts";
import { headline } from "./headline.ts";
import { leftOutSentences, suppressedSentences } from "./left-out-text.ts";
import { worstFindingsFirst, worstRowsFirst } from "./order.ts";
import { objectText } from "./place.ts";
import { problemLines } from "./problem-lines.ts";
import { printable } from "./safe.ts";
import { styleOf, toneOfSeverity, toneOfRow } from "./style.ts";

export interface MarkdownOptions {
  /** The most UTF-16 units of the comment; what is beyond is counted instead. Default 60,000: GitHub takes 65,536. */
  readonly limit?: number;
}

/**
 * The report as a comment on a pull request: the answer, the rows that are not held as a table, the findings in folds.
 * Text of the repository can form no markup, link, mention or reference in it.
 */
export function auditMarkdown(report: AuditReport, options: MarkdownOptions = {}): string {
  const { limit = 60_000 } = options;
  const answer = headline(report);
  const [first = "", ...rest] = answer.map(words);
  const start = [`**${first}**${rest.map((sentence) => ` ${sentence}`).join("")}`];
  const closing = closingParts(report);
  const room = limit - [...start, ...closing].join("\n\n").length - 200;
  const tables = [
    table(
      report.rows.filter((row) => row.kind !== "stack"),
      "release",
    ),
    table(
      report.rows.filter((row) => row.kind === "stack"),
      "stack",
    ),
  ];
  const parts = [...tables.filter((part) => part !== ""), ...findingParts(report.findings), ...problemParts(report)];
  const { kept, left } = within(parts, room);
  const cut =
    left === 0 ? [] : [`_${count(left, "more part")} of this report did not fit here: \`holdfast audit\` shows all._`];
  return `${[...start, ...kept, ...cut, ...closing].join("\n\n")}\n`;
}

const { signs } = styleOf({ color: false, ascii: false });
const rowsShown = 50;

function table(rows: readonly ReportRow[], heading: string): string {
  const loose = worstRowsFirst(rows).filter((row) => row.standing !== "held");
  if (loose.length === 0) return "";
  const { columns, lines } = foldMatrix(loose.slice(0, rowsShown));
  const cells = [
    ["", heading, ...columns.map(({ title, subtitle }) => `${title}<br>${subtitle}`), ""],
    Array.from({ length: columns.length + 3 }, () => "---"),
    ...lines.map((line) => [
      shape(toneOfRow(line.row)),
      code(line.title),
      ...line.cells.map((cell) => (cell === null ? signs.none : words(cell.word))),
      words(line.why),
    ]),
  ];
  const drawn = cells.map((line) => `| ${line.join(" | ")} |`).join("\n");
  const held = rows.length - loose.length;
  const notes = [
    ...(loose.length > rowsShown ? [`${loose.length - rowsShown} more that are not held.`] : []),
    ...(held > 0 ? [`${count(held, heading)} held, not shown.`] : []),
  ];
  return notes.length === 0 ? drawn : `${drawn}\n\n${notes.join(" ")}`;
}

function shape(tone: "bad" | "warn" | "unknown" | "good" | "faint" | "strong"): string {
  return tone === "faint" || tone === "strong" ? signs.none : signs[tone];
}

/** A fold a finding; block and high are open. */
function findingParts(findings: readonly ReportFinding[]): readonly string[] {
  return worstFindingsFirst(findings).map((finding) => {
    const loud = finding.severity === "block" || finding.severity === "high";
    const head = `${shape(toneOfSeverity(finding.severity))} <b>${words(finding.rule)}</b> ${finding.severity}: ${words(finding.what)}`;
    const body = [
      placeCode(finding.place),
      `**why** ${words(finding.why)}`,
      `**do** ${words(finding.do)}`,
      ...(finding.fix === undefined ? [] : [`**fix** ${words(finding.fix.detail)}`]),
      ...(finding.evidence.length > 1 ? [`**at** ${chainOf(finding)}`] : []),
    ];
    return `<details${loud ? " open" : ""}><summary>${head}</summary>\n\n${body.join("  \n")}\n\n</details>`;
  });
}

function chainOf(finding: ReportFinding): string {
  return finding.evidence
    .map(
      (entry) =>
        `${placeCode(entry)}${entry.role === undefined || entry.object !== undefined ? "" : ` (${words(entry.role)})`}`,
    )
    .join(" → ");
}

function placeCode(place: ReportFinding["place"]): string {
  return code(place.object === undefined ? `${place.path}:${place.line}` : objectText(place.object));
}

function problemParts(report: AuditReport): readonly string[] {
  if (report.problems.length === 0) return [];
  const lines = problemLines(report.problems, { ...styleOf({ color: false, ascii: false }), text: (text) => text });
  const shown = lines.slice(0, rowsShown).map((line) => `- ${code(line)}`);
  const left = lines.length - shown.length;
  return [
    `<details><summary>${signs.unknown} ${count(lines.length, "problem")}: files not read, or only in part</summary>\n\n${[
      ...shown,
      ...(left === 0 ? [] : [`- ${left} more`]),
    ].join("\n")}\n\n</details>`,
  ];
}

function closingParts(report: AuditReport): readonly string[] {
  const found = severities.flatMap((severity) => {
    const number = report.findings.filter((finding) => finding.severity === severity).length;
    return number === 0 ? [] : [`${number} ${severity}`];
  });
  return [
    [
      found.length === 0 ? "No findings." : `${count(report.findings.length, "finding")}: ${found.join(", ")}.`,
      ...suppressedSentences(report),
      ...leftOutSentences(report).map(words),
    ].join(" "),
  ];
}

/** The parts that fit, from the first on, and how many are left. */
function within(parts: readonly string[], room: number): { kept: readonly string[]; left: number } {
  let used = 0;
  const end = parts.findIndex((part) => (used += part.length + 2) > room);
  return end === -1 ? { kept: parts, left: 0 } : { kept: parts.slice(0, end), left: parts.length - end };
}

/**
 * Text as text: all that markdown or HTML could read becomes a character reference. What begins a mention, a
 * reference to an issue or a bare link gets an invisible break behind it.
 */
function words(text: string): string {
  return printable(text)
    .replace(markup, reference)
    .replace(linking, (found) => `${found}&#8203;`);
}

/** Text as code. GitHub reads no mention in it; a copy of it is the text itself. */
function code(text: string): string {
  return `<code>${printable(text).replace(codeMarkup, reference)}</code>`;
}

const markup = /[&<>`*[\]|~\\$]|(?<!\w)_|_(?!\w)/g;
const linking = /@|(?<!&)#|:(?=\/\/)|\bGH(?=-\d)|\bwww(?=\.)/gi;
const codeMarkup = /[&<>`*_[\]|~\\$]|:(?=\/\/)|\bw(?=ww\.)/gi;

function reference(character: string): string {
  return `&#${character.codePointAt(0) ?? 0};`;
}
