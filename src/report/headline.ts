import type { AuditReport } from "./audit-report.ts";
import { compare } from "./order.ts";

/** The answer, as sentences: how many releases can move, and what is not known. Contains `report.root` raw. */
export function headline(report: AuditReport): readonly string[] {
  const { releases, chartsNotRendered, files } = report.summary;
  const notRead = unreadKinds(report.summary.unreadKinds ?? {});
  if (report.revision !== null) return [sinceThen(report, report.revision), ...notRead];
  if (releases === 0) return [`No releases found in ${report.root} (read ${count(files.read, "file")}).`, ...notRead];
  const standing = (name: string) => report.summary.standing[name] ?? 0;
  const moves = standing("moves");
  const told =
    releases === 1
      ? [theOnly(report)]
      : [
          first(releases, moves, standing("held")),
          said(standing("republish"), `${moves > 0 ? "more" : "move"} only by a push under the same version or tag.`),
          said(standing("exclusion"), "held only by an exclusion."),
          said(standing("conditional"), "held only on a condition."),
          said(standing("unknown"), "could not be told."),
        ];
  return [...told, notRendered(chartsNotRendered), ...notRead].filter((sentence) => sentence !== "");
}

function sinceThen({ rows, findings, summary }: AuditReport, revision: string): string {
  const worse = rows.filter(({ kind }) => kind !== "stack").length;
  if (rows.length + findings.length === 0) return `Nothing got worse since ${revision}.`;
  return `${worse} of ${count(summary.releases, "release")} got worse since ${revision}.`;
}

/** `1 file`, `2 files`; `several` where the plural is not the word and an s. */
export function count(number: number, one: string, several = `${one}s`): string {
  return `${number} ${number === 1 ? one : several}`;
}

function first(releases: number, moves: number, held: number): string {
  if (moves === releases) return `All ${releases} releases can move without a reviewed commit.`;
  if (moves > 0) return `${moves} of ${releases} releases can move without a reviewed commit.`;
  if (held === releases) return `All ${releases} releases are held: none can move without a reviewed commit.`;
  return held === 0
    ? `None of ${releases} releases is held.`
    : `${held} of ${releases} releases ${held === 1 ? "is" : "are"} held.`;
}

const alone: ReadonlyMap<string, string> = new Map([
  ["moves", "can move without a reviewed commit"],
  ["republish", "moves only by a push under the same version or tag"],
  ["exclusion", "is held only by an exclusion"],
  ["conditional", "is held only on a condition"],
  ["unknown", "could not be told"],
  ["held", "is held: it cannot move without a reviewed commit"],
]);

function theOnly(report: AuditReport): string {
  const standing = Object.keys(report.summary.standing).find((name) => report.summary.standing[name] === 1) ?? "";
  return `The only release ${alone.get(standing) ?? "was found"}.`;
}

function said(number: number, words: string): string {
  return number === 0 ? "" : `${number} ${words}`;
}

function notRendered(charts: number): string {
  if (charts === 0) return "";
  return `Images of ${count(charts, "release")} come from ${charts === 1 ? "a chart that was" : "charts that were"} not rendered.`;
}

/** `2 objects of kinds that are not read yet: 1 Application, 1 HelmRelease.` */
function unreadKinds(kinds: Readonly<Record<string, number>>): readonly string[] {
  const sorted = Object.entries(kinds).toSorted(([a], [b]) => compare(a, b));
  if (sorted.length === 0) return [];
  const total = sorted.reduce((sum, [, number]) => sum + number, 0);
  const each = sorted.map(([kind, number]) => `${number} ${kind}`).join(", ");
  return [
    `${total === 1 ? "1 object of a kind that is" : `${total} objects of kinds that are`} not read yet: ${each}.`,
  ];
}
