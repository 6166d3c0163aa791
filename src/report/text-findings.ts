import type { ReportFinding } from "./audit-report.ts";
import { cutEnd, padEnd, padStart, width, wrap } from "./columns.ts";
import { worstFindingsFirst } from "./order.ts";
import { chain, placeText } from "./place.ts";
import { sign, toneOfSeverity } from "./style.ts";
import type { Style } from "./style.ts";

/**
 * The findings as lines, the worst first: a head with the place at its end, then why, what to do and where it
 * comes from. Neighbours that say the same why and do share one. Of a rule the first 5 are shown, 10 where they are high, with `all` every one.
 */
export function findingLines(
  findings: readonly ReportFinding[],
  columns: number,
  style: Style,
  all = false,
): readonly string[] {
  const lines: string[] = [];
  for (const group of groups(worstFindingsFirst(findings))) {
    const shown = all ? group : group.slice(0, isLoud(group[0]) ? shownOfALoudRule : shownOfARule);
    const blocks = shown.map((finding) => ({
      head: headLines(finding, columns, style),
      body: bodyLines(finding, columns, style),
    }));
    for (const [index, { head, body }] of blocks.entries()) {
      const next = blocks[index + 1]?.body.join("\n");
      lines.push(...head, ...(next === body.join("\n") ? [] : [...body, ""]));
    }
    const left = group.length - shown.length;
    if (left > 0)
      lines.push(`${style.ellipsis} ${left} more ${style.text(group[0]?.rule ?? "")}: --output compact lists them`, "");
  }
  return lines.slice(0, -1);
}

/** Findings of one rule and severity that show in the text; the rest is counted. */
const shownOfARule = 5;
const shownOfALoudRule = 10;
const indent = 4;
const label = 6;
/** `✖ HELM001 medium`: what is said begins in the same column for nearly all rules. */
const leastNamed = 16;

function isLoud(finding: ReportFinding | undefined): boolean {
  return finding?.severity === "block" || finding?.severity === "high";
}

function groups(findings: readonly ReportFinding[]): readonly (readonly ReportFinding[])[] {
  return [...Map.groupBy(findings, (finding) => `${finding.severity} ${finding.rule}`).values()];
}

/** `✖ HELM001 high  what` and the place at the right end, where it fits on the last line of what. */
function headLines(finding: ReportFinding, columns: number, style: Style): readonly string[] {
  const tone = toneOfSeverity(finding.severity);
  const rule = cutEnd(style.text(finding.rule), 20, style.ellipsis);
  const named = `${sign(style, tone)} ${style.paint("strong", rule)} ${style.paint(tone, finding.severity)}`;
  const used = 2 + width(rule) + 1 + finding.severity.length;
  const hang = Math.max(used, leastNamed) + 2;
  const what = wrap(style.text(finding.what), columns - hang);
  const lines = [
    `${named}${" ".repeat(hang - used)}${what[0] ?? ""}`,
    ...what.slice(1).map((line) => " ".repeat(hang) + line),
  ];
  const place = placeText(finding.place, style);
  const room = columns - hang - width(what[what.length - 1] ?? "") - 2;
  if (width(place) > room) return [...lines, padStart(place, columns)];
  return [...lines.slice(0, -1), `${lines[lines.length - 1] ?? ""}  ${padStart(place, room)}`];
}

function bodyLines(finding: ReportFinding, columns: number, style: Style): readonly string[] {
  const room = columns - indent - label;
  return [
    ...labelled("why", wrap(style.text(finding.why), room)),
    ...labelled("do", wrap(style.text(finding.do), room)),
    ...labelled("fix", fixLines(finding, room, style)),
    ...labelled("at", finding.evidence.length > 1 ? linked(chain(finding.evidence, style), room) : []),
  ];
}

/** `labelled("why", [...])` sets the label before the first line and indents the rest under it. */
function labelled(name: string, lines: readonly string[]): readonly string[] {
  return lines.map((line, index) => " ".repeat(indent) + padEnd(index === 0 ? name : "", label) + line);
}

function fixLines(finding: ReportFinding, room: number, style: Style): readonly string[] {
  const { fix } = finding;
  // Why a pin is not written is the same for many findings: --fix says it, once.
  if (fix === undefined || fix.version === null) return [];
  const lines = wrap(style.text(fix.detail), room);
  const flag = fix.safe ? "--fix writes it" : "not safe: --fix-to newest writes it";
  const left = room - width(lines[lines.length - 1] ?? "") - 2;
  if (flag.length > left) return [...lines, padStart(flag, room)];
  return [...lines.slice(0, -1), `${lines[lines.length - 1] ?? ""}  ${padStart(flag, left)}`];
}

/** Joins with ` -> `, breaking lines only there. */
function linked(links: readonly string[], room: number): readonly string[] {
  const lines: string[] = [];
  for (const link of links) {
    const last = lines[lines.length - 1];
    if (last === undefined) lines.push(link);
    else if (width(last) + 4 + width(link) <= room) lines[lines.length - 1] = `${last} -> ${link}`;
    else lines.push(`-> ${link}`);
  }
  return lines;
}
