import { hash } from "node:crypto";
import type { Judged } from "../audit/judge.ts";
import { fingerprint } from "../audit/fingerprint.ts";
import { cellKey, sentenceOf, type Answer, type Cell, type MoverId, type Row, type Subject } from "../audit/matrix.ts";
import type { KeptOut } from "../audit/suppressions/suppressions.ts";
import type { Finding } from "../model/finding.ts";
import type { Problem } from "../model/problem.ts";
import { positionAt, type SourceFile } from "../model/source.ts";
import type { Span } from "../model/span.ts";
import type {
  AuditReport,
  ReportAnswer,
  ReportCell,
  ReportEvidence,
  ReportFinding,
  ReportProblem,
  ReportRow,
  ReportSubject,
} from "./audit-report.ts";
import { reportCluster, reportDeployment } from "./assemble-cluster.ts";
import { redactExcerpt } from "./redact.ts";

/** What a report says besides the judgement. */
export interface ReportContext {
  readonly toolVersion: string;
  /** What was audited, as the person named it. */
  readonly root: string;
  /** With `--since`: the revision compared with. */
  readonly revision: string | null;
  readonly problems: readonly Problem[];
  /** Findings that the baseline lists. */
  readonly baselined: readonly Finding[];
  /** With `--online`, by `cellKey`. */
  readonly movesTo: ReadonlyMap<string, NonNullable<ReportCell["movesTo"]>>;
  /** What `--fix` would do, by fingerprint. */
  readonly fixes: ReadonlyMap<string, NonNullable<ReportFinding["fix"]>>;
  /** What settings keep out. */
  readonly leftOut: AuditReport["leftOut"];
  readonly documentation: (rule: string) => string;
}

const maximumExcerpt = 200;
const maximumEvidence = 12;

/** The judgement as a self-contained report: places become evidence, and secrets are taken out of every text. */
export function assembleReport(judged: Judged, findings: readonly Finding[], context: ReportContext): AuditReport {
  const { files } = judged.repository;
  const rows = judged.rows.map((row) => reportRow(row, judged, context));
  const reported = findings.map((finding) => reportFinding(finding, files, context));
  return {
    $schema: schemaUrl,
    version: 1,
    tool: { name: "holdfast", version: context.toolVersion },
    root: context.root,
    revision: context.revision,
    summary: {
      releases: judged.repository.releases.length + judged.repository.workloads.length,
      standing: counted(rows.filter(({ kind }) => kind !== "stack").map(({ standing }) => standing)),
      stacks: rows.filter(({ kind }) => kind === "stack").length,
      cells: counted(rows.flatMap(({ subjects }) => subjects.flatMap(({ cells }) => cells.map(({ state }) => state)))),
      chartsNotRendered: judged.repository.releases.length,
      unreadKinds: Object.fromEntries(judged.repository.unreadKinds),
      modulesNotSeen: judged.repository.modules.filter(
        ({ source, planned }) => source.kind !== "local" && planned !== true,
      ).length,
      ...(judged.repository.isWhole ? {} : { onlyFile: true as const }),
      findings: counted(reported.map(({ severity }) => severity)),
      suppressed: judged.suppressed.length,
      baselined: context.baselined.length,
      files: judged.repository.statistics,
    },
    rows,
    findings: reported,
    suppressedFindings: keptOut(judged, context).map(({ finding, by: kind, reason, until }) => ({
      ...reportFinding(finding, files, context),
      suppressed: { kind, reason: reason === null ? null : redactExcerpt(reason), until },
    })),
    leftOut: context.leftOut,
    ...(judged.comparison === null ? {} : { cluster: reportCluster(judged.comparison) }),
    problems: context.problems.map((problem) => reportProblem(problem, files)),
  };
}

function keptOut({ suppressed, switchedOff }: Judged, { baselined, leftOut }: ReportContext): readonly KeptOut[] {
  const reason = `off in ${leftOut.by}`;
  return [
    ...suppressed,
    ...baselined.map((finding) => ({ finding, by: "baseline" as const, reason: null, until: null })),
    ...switchedOff.map((finding) => ({ finding, by: "settings" as const, reason, until: null })),
  ];
}

const schemaUrl = "urn:holdfast:schema:audit-report:1";

function counted(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function reportRow(row: Row, { repository: { files }, comparison }: Judged, context: ReportContext): ReportRow {
  const deployment = row.kind === "release" ? comparison?.deployments.get(row.address) : undefined;
  return {
    kind: row.kind,
    title: row.title,
    address: row.address,
    cluster: row.cluster,
    place: placeOf(row.at, files),
    ...(row.plan === undefined ? {} : { plan: placeOf(row.plan, files).path }),
    ...(deployment === undefined ? {} : { deployment: reportDeployment(deployment) }),
    standing: row.standing,
    subjects: row.subjects.map((subject) => reportSubject(subject, files, context)),
  };
}

function reportSubject(subject: Subject, files: readonly SourceFile[], context: ReportContext): ReportSubject {
  return {
    key: subject.key,
    kind: subject.kind,
    name: redactExcerpt(subject.name),
    current: subject.current === null ? null : redactExcerpt(subject.current),
    place: placeOf(subject.at, files),
    cells: [...subject.cells].map(([mover, cell]) => reportCell(subject, mover, cell, files, context)),
  };
}

function reportCell(
  subject: Subject,
  mover: MoverId,
  cell: Cell,
  files: readonly SourceFile[],
  context: ReportContext,
): ReportCell {
  const movesTo = context.movesTo.get(cellKey(subject.key, mover));
  return {
    mover,
    ...reportAnswer(cell, files),
    ...(cell.also === undefined ? {} : { also: cell.also.map((one) => reportAnswer(one, files)) }),
    ...(movesTo === undefined ? {} : { movesTo }),
  };
}

function reportAnswer(answer: Answer, files: readonly SourceFile[]): ReportAnswer {
  return {
    state: answer.state,
    word: wordOf(answer),
    detail: redactExcerpt(detailOf(answer)),
    republish: answer.state === "open" && answer.republish,
    ...(answer.state === "unknown" ? { reason: reasonOf(answer.why, files) } : {}),
    evidence: "at" in answer ? evidenceOf(answer.at, files) : [],
  };
}

/** One or two words for a table. */
function wordOf(cell: Answer): string {
  switch (cell.state) {
    case "open":
      return cell.republish ? "re-push" : `open ${cell.note}`;
    case "conditional":
      return `cond. ${cell.note}`;
    case "unknown":
      return "unknown";
    case "held":
      return `held ${cell.note}`;
    case "unreached":
      return "·";
  }
}

function detailOf(answer: Answer): string {
  const { text } = sentenceOf(answer);
  return answer.state === "conditional" ? `held only if ${text}` : text;
}

function reasonOf(
  why: Extract<Answer, { state: "unknown" }>["why"],
  files: readonly SourceFile[],
): NonNullable<ReportCell["reason"]> {
  const { code, text, supply } = why;
  return {
    code,
    text: redactExcerpt(text),
    ...(supply === undefined ? {} : { supply }),
    evidence: evidenceOf(why.at, files),
  };
}

function reportFinding(finding: Finding, files: readonly SourceFile[], context: ReportContext): ReportFinding {
  const { rule, severity, confidence, subject, cells } = finding;
  const print = fingerprint(finding, files);
  const fix = context.fixes.get(print);
  return {
    rule,
    severity,
    confidence,
    subject,
    what: redactExcerpt(finding.what),
    why: redactExcerpt(finding.why),
    do: redactExcerpt(finding.do),
    place: placeOf(finding.at[0], files),
    evidence: evidenceOf(finding.at, files),
    cells: cells.map((cell) => ({ ...cell })),
    fingerprint: print,
    ...(fix === undefined ? {} : { fix }),
    documentation: context.documentation(rule),
  };
}

function reportProblem({ code, path, text, at }: Problem, files: readonly SourceFile[]): ReportProblem {
  return { code, path, text: redactExcerpt(text), ...(at === undefined ? {} : { place: placeOf(at, files) }) };
}

function placeOf(span: Span | undefined, files: readonly SourceFile[]): ReportFinding["place"] {
  const file = files[span?.file ?? -1];
  if (span === undefined || file === undefined) return { path: "", line: 1, column: 1, endLine: 1, endColumn: 1 };
  const start = positionAt(file, span.start);
  const end = positionAt(file, span.end);
  const { path, object } = file;
  return {
    path,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    ...(object === undefined ? {} : { object }),
  };
}

function evidenceOf(spans: readonly Span[], files: readonly SourceFile[]): ReportEvidence[] {
  const seen = new Set<string>();
  const found: ReportEvidence[] = [];
  for (const span of spans) {
    const key = `${span.file}:${span.start}:${span.end}`;
    const file = files[span.file];
    if (file === undefined || seen.has(key) || found.length === maximumEvidence) continue;
    seen.add(key);
    const role = [span.role, span.name].filter((part) => part !== undefined).join(" ");
    found.push({ ...placeOf(span, files), ...(role === "" ? {} : { role }), ...excerptOf(file, span) });
  }
  return found;
}

type Excerpt = Pick<ReportEvidence, "excerpt" | "hash">;

const excerpts = new WeakMap<SourceFile, Map<number, Excerpt>>();

/** The line on which the place begins, whole: a secret is known by the key before it. Made once: many cells point to one line. */
function excerptOf(file: SourceFile, span: Span): Excerpt {
  const start = span.start === 0 ? 0 : file.text.lastIndexOf("\n", span.start - 1) + 1;
  const ofFile = excerpts.get(file) ?? new Map<number, Excerpt>();
  excerpts.set(file, ofFile);
  const excerpt = ofFile.get(start) ?? excerptOfLine(file, start, span.start);
  ofFile.set(start, excerpt);
  return excerpt;
}

function excerptOfLine({ text }: SourceFile, start: number, inside: number): Excerpt {
  const end = text.indexOf("\n", inside);
  const line = text.slice(start, Math.min(end === -1 ? text.length : end, start + 4_000));
  const excerpt = redactExcerpt(line.trim()).slice(0, maximumExcerpt);
  return { excerpt, hash: hash("sha256", excerpt) };
}
