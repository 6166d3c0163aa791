import type { AuditReport, ReportRow } from "./audit-report.ts";
import { count } from "./count.ts";
import { clusterSentences } from "./deployment-text.ts";
import { silencedSentence } from "./left-out-text.ts";
import { isHeldInPart } from "./not-rendered.ts";
import { compare } from "./order.ts";

/** The answer, as sentences: how many releases can move, and what is not known. Contains `report.root` raw. */
export function headline(report: AuditReport): readonly string[] {
  const { releases, chartsNotRendered, files } = report.summary;
  const notRead = notReadSentences(report);
  if (report.revision !== null)
    return [sinceThen(report, report.revision), silencedSentence(report), ...notRead].filter(
      (sentence) => sentence !== "",
    );
  if (releases === 0) return [`No releases found in ${report.root} (read ${count(files.read, "file")}).`, ...notRead];
  const told = releases === 1 ? onlyRelease(report) : severalReleases(report);
  return [...told, notRendered(chartsNotRendered), ...notRead].filter((sentence) => sentence !== "");
}

/** A release is in several sentences where several are true of it: what an exclusion holds can be re-pushed too. */
function severalReleases({ summary, rows }: AuditReport): readonly string[] {
  const standing = (name: string) => summary.standing[name] ?? 0;
  const moves = standing("moves");
  return [
    first(summary.releases, moves, standing("held"), rows.some(isHeldInPart)),
    said(rows.filter(isRepushed).length, `${moves > 0 ? "more " : ""}${repushed}.`),
    said(standing("exclusion"), "held from Keel only by an exclusion."),
    said(standing("conditional"), "held only on a condition."),
    said(standing("unknown"), "could not be told."),
  ];
}

const repushed = "can change content by a push under the same version or tag";

/** Whether a release that does not move otherwise has a cell that is open to a re-push. */
function isRepushed({ kind, standing, subjects }: ReportRow): boolean {
  if (kind === "stack" || standing === "moves") return false;
  return subjects.some(({ cells }) => cells.some(({ republish }) => republish));
}

function sinceThen({ rows, findings, summary }: AuditReport, revision: string): string {
  const worse = rows.filter(({ kind }) => kind !== "stack").length;
  if (worse > 0) return `${worse} of ${count(summary.releases, "release")} got worse since ${revision}.`;
  if (rows.length > 0) return `${count(rows.length, "stack")} got worse since ${revision}, and no release.`;
  if (findings.length === 0) return `Nothing got worse since ${revision}.`;
  const are = findings.length === 1 ? "is" : "are";
  return `${count(findings.length, "finding")} ${are} new or wider since ${revision}; nothing moves more easily.`;
}

function first(releases: number, moves: number, held: number, inPart: boolean): string {
  if (moves === releases) return `All ${releases} releases can move without a reviewed commit.`;
  if (moves > 0) return `${moves} of ${releases} releases can move without a reviewed commit.`;
  if (held === 0) return `None of ${releases} releases is held.`;
  const asFar = inPart ? " as far as could be told" : "";
  if (held < releases) return `${held} of ${releases} releases ${held === 1 ? "is" : "are"} held${asFar}.`;
  return `All ${releases} releases are held${inPart ? asFar : ": none can move without a reviewed commit"}.`;
}

const alone: ReadonlyMap<string, string> = new Map([
  ["moves", "can move without a reviewed commit"],
  ["republish", repushed],
  ["exclusion", "is held from Keel only by an exclusion"],
  ["conditional", "is held only on a condition"],
  ["unknown", "could not be told"],
  ["held", "is held: it cannot move without a reviewed commit"],
]);

function onlyRelease({ summary, rows }: AuditReport): readonly string[] {
  if (rows.some(isHeldInPart)) return ["The only release: its chart is held; its images were not told."];
  const standing = Object.keys(summary.standing).find((name) => summary.standing[name] === 1) ?? "";
  const also = standing !== "republish" && rows.some(isRepushed) ? `It ${repushed}.` : "";
  return [`The only release ${alone.get(standing) ?? "was found"}.`, also];
}

/** What the report covers and does not cover, whatever it finds: objects that are not read yet, modules elsewhere, the cluster. */
export function notReadSentences(report: AuditReport): readonly string[] {
  const { summary } = report;
  return [
    ...(summary.onlyFile === true
      ? ["Only this file was read: lock files, policies and modules beside it were not."]
      : []),
    ...unreadKinds(summary.unreadKinds ?? {}),
    ...modulesNotSeen(summary.modulesNotSeen ?? 0),
    ...clusterSentences(report),
  ];
}

function modulesNotSeen(calls: number): readonly string[] {
  if (calls === 0) return [];
  const what = calls === 1 ? "1 module is" : `${calls} modules are`;
  return [
    `${what} not in the repository: what ${calls === 1 ? "it declares" : "they declare"} is not seen, --plan shows it.`,
  ];
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
