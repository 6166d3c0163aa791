import type { Invocation, Location, Log, Notification, ReportingDescriptor, Result } from "sarif";
import type { RuleMetadata } from "../audit/rule.ts";
import type { Severity } from "../model/finding.ts";
import type {
  AuditReport,
  ReportEvidence,
  ReportFinding,
  ReportProblem,
  ReportSuppressedFinding,
} from "./audit-report.ts";
import { notReadSentences } from "./headline.ts";
import { leftOutSentences, silencedSentence } from "./left-out-text.ts";
import { findingsByPlace, compare } from "./order.ts";
import { objectName, objectText } from "./place.ts";
import { escapeInJson, printable } from "./safe.ts";

/**
 * The findings as SARIF 2.1.0: every rule of `rules`, results with stable fingerprints and the way of the value as
 * related locations, suppressed findings as such, problems as notifications of the run.
 */
export function auditSarif(report: AuditReport, rules: readonly RuleMetadata[]): string {
  const suppressed = report.suppressedFindings ?? [];
  const findings = [...report.findings, ...suppressed];
  const descriptors = descriptorsOf(rules, findings);
  const indexes = new Map(descriptors.map((descriptor, index) => [descriptor.id, index]));
  const log: Log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: report.tool.name, semanticVersion: report.tool.version, rules: descriptors } },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { [root]: { description: { text: "The repository, or the directory that was audited." } } },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: [
              ...report.problems.map(notificationOf),
              ...notReadSentences(report).map((text) => ({ level: "note" as const, message: message(text) })),
            ],
            ...leftOutOf(report, indexes),
          },
        ],
        results: [
          ...findingsByPlace(report.findings).map((finding) => resultOf(finding, indexes)),
          ...suppressed
            .toSorted((a, b) => compare(a.fingerprint, b.fingerprint))
            .map((finding) => ({ ...resultOf(finding, indexes), suppressions: [suppressionOf(finding)] })),
        ],
      },
    ],
  };
  return `${escapeInJson(JSON.stringify(log, null, 2))}\n`;
}

const root = "%SRCROOT%";

const levels = {
  block: "error",
  high: "error",
  medium: "warning",
  low: "note",
  info: "note",
} as const satisfies Record<Severity, Result["level"]>;

/** The rules that were given, and those that findings name besides. */
function descriptorsOf(rules: readonly RuleMetadata[], findings: readonly ReportFinding[]): ReportingDescriptor[] {
  const pages = new Map(findings.map((finding) => [finding.rule, finding.documentation]));
  const given = rules.map((rule) => ({
    id: rule.id,
    name: rule.name,
    shortDescription: { text: rule.title },
    fullDescription: { text: [rule.title, ...(rule.severityNote === undefined ? [] : [rule.severityNote])].join(". ") },
    defaultConfiguration: rule.severity === "off" ? { enabled: false } : { level: levels[rule.severity] },
    ...helpOf(rule, webPage(pages.get(rule.id))),
    properties: {
      severity: rule.severity,
      ...(rule.severityNote === undefined ? {} : { severityNote: rule.severityNote }),
      fix: rule.fix,
    },
  }));
  const known = new Set(rules.map((rule) => rule.id));
  const others = [...pages].filter(([id]) => !known.has(id)).map(([id, page]) => ({ id, ...pageOnly(webPage(page)) }));
  return [...given, ...others];
}

/** Viewers show it beside a result: what the rule says, and where more is said, if that is on the web. */
function helpOf(
  { title, severity, severityNote }: RuleMetadata,
  page: string | null,
): Pick<ReportingDescriptor, "help" | "helpUri"> {
  const said = `Severity: ${severity}${severityNote === undefined ? "" : ` (${severityNote})`}.`;
  return {
    help: {
      text: [`${title}.`, said, ...(page === null ? [] : [pageText(page)])].join("\n"),
      markdown: [`**${title}**`, said, ...(page === null ? [] : [pageText(`<${page}>`)])].join("\n\n"),
    },
    ...(page === null ? {} : { helpUri: page }),
  };
}

function pageOnly(page: string | null): Pick<ReportingDescriptor, "help" | "helpUri"> {
  return page === null ? {} : { help: { text: pageText(page) }, helpUri: page };
}

function pageText(page: string): string {
  return `What it means and how to mend it: ${page}`;
}

/** The address where it is absolute and of the web; a path in the project's documentation leads nowhere from a viewer. */
function webPage(address: string | undefined): string | null {
  if (address === undefined || !URL.canParse(address)) return null;
  const { href, protocol } = new URL(address);
  return protocol === "https:" || protocol === "http:" ? href : null;
}

function resultOf(finding: ReportFinding, indexes: ReadonlyMap<string, number>): Result {
  const way = finding.evidence.map(locationOf);
  return {
    ruleId: finding.rule,
    ruleIndex: indexes.get(finding.rule) ?? -1,
    level: levels[finding.severity],
    message: message(`${finding.what}.`, finding.why, `To do: ${finding.do}`),
    locations: [{ physicalLocation: physical(finding.place), ...logical(finding.place) }],
    ...(way.length > 1 ? { relatedLocations: way } : {}),
    partialFingerprints: { "holdfast/v1": finding.fingerprint },
    properties: {
      severity: finding.severity,
      confidence: finding.confidence,
      subject: finding.subject,
      cells: finding.cells,
      ...(finding.fix === undefined ? {} : { fix: finding.fix }),
    },
  };
}

function locationOf(evidence: ReportEvidence, id: number): Location {
  const place = physical(evidence);
  return {
    id,
    physicalLocation:
      evidence.excerpt === "" ? place : { ...place, region: { ...place.region, snippet: { text: evidence.excerpt } } },
    ...logical(evidence),
    message: message(evidence.object === undefined ? (evidence.role ?? "read here") : objectText(evidence.object)),
  };
}

function physical(place: ReportFinding["place"]) {
  return {
    artifactLocation: { uri: uriOf(place.path), uriBaseId: root },
    region: { startLine: place.line, startColumn: place.column, endLine: place.endLine, endColumn: place.endColumn },
  };
}

/** What is no file but an object of a cluster has a name besides, for what takes the path for one that is not there. */
function logical({ object }: ReportFinding["place"]): Pick<Location, "logicalLocations"> {
  if (object === undefined) return {};
  return {
    logicalLocations: [{ fullyQualifiedName: printable(objectName(object)), kind: "object", properties: object }],
  };
}

/** The path as a relative URI reference: each part percent-encoded, so that no part can be read as a scheme or a query. */
function uriOf(path: string): string {
  return path
    .toWellFormed()
    .split("/")
    .map((part) => encodeURIComponent(part))
    .join("/");
}

/** Lines of plain text. Viewers read `[words](target)` in it as a link: text from a repository makes none. */
function message(...lines: readonly string[]): { text: string } {
  return { text: lines.map((line) => printable(line).replaceAll("](", "]\\(")).join("\n") };
}

function suppressionOf({ suppressed }: ReportSuppressedFinding) {
  const until = suppressed.until === null ? [] : [`until ${suppressed.until}`];
  const words = [...(suppressed.reason === null ? [] : [suppressed.reason]), ...until].join(", ");
  return {
    kind: suppressed.kind === "comment" ? ("inSource" as const) : ("external" as const),
    status: "accepted" as const,
    ...(words === "" ? {} : { justification: printable(words) }),
  };
}

/** What settings keep out: a notification for people, and for programs the rules whose configuration they override. */
function leftOutOf(
  report: AuditReport,
  indexes: ReadonlyMap<string, number>,
): Pick<Invocation, "toolConfigurationNotifications" | "ruleConfigurationOverrides"> {
  const said = [silencedSentence(report), ...leftOutSentences(report)].filter((sentence) => sentence !== "");
  const { rules, lowered } = report.leftOut;
  const descriptor = (id: string) => ({ id, index: indexes.get(id) ?? -1 });
  const overrides = [
    ...rules.map(({ rule }) => ({ descriptor: descriptor(rule), configuration: { enabled: false } })),
    ...lowered.map(({ rule, severity }) => ({
      descriptor: descriptor(rule),
      configuration: { level: levels[severity] },
    })),
  ];
  return {
    ...(said.length === 0
      ? {}
      : {
          toolConfigurationNotifications: said.map((text) => ({ level: "note" as const, message: message(text) })),
        }),
    ...(overrides.length === 0 ? {} : { ruleConfigurationOverrides: overrides }),
  };
}

function notificationOf(problem: ReportProblem): Notification {
  const uri = { artifactLocation: { uri: uriOf(problem.path), uriBaseId: root } };
  return {
    descriptor: { id: problem.code },
    level: "warning",
    message: message(problem.text),
    locations: [{ physicalLocation: problem.place === undefined ? uri : physical(problem.place) }],
  };
}
