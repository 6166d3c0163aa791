import { padEnd, padStart, width, wrap } from "../columns.ts";
import { sign, styleOf, toneOfSeverity, type Style, type Tone } from "../style.ts";
import { objectName } from "../place.ts";
import type { PreflightFinding, PreflightReport } from "./preflight-report.ts";

export interface PreflightLook {
  readonly color: boolean;
  readonly ascii: boolean;
  /** Columns. */
  readonly width: number;
}

/** The verdict, where the pods go, what is found, and what could not be told. */
export function preflightText(report: PreflightReport, look: PreflightLook): string {
  const style = styleOf(look);
  const parts = [
    headLines(report, style, look.width),
    placeLines(report, style, look.width),
    ...report.findings.map((finding) => findingLines(finding, style, look.width)),
    toldLines(report, style, look.width),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

const verdictTones: Readonly<Record<PreflightReport["verdict"], Tone>> = {
  block: "bad",
  risk: "bad",
  unknown: "unknown",
  ok: "good",
};

function headLines(report: PreflightReport, style: Style, columns: number): readonly string[] {
  const { release, before, after, verdict, findings, untold, admissionAsked } = report;
  const word = style.paint(verdictTones[verdict], verdict.toUpperCase());
  const name = before.name === after.name ? "" : `${after.name} `;
  const change =
    before.version === after.version && name === ""
      ? `${after.version}, the same version`
      : `${before.version} -> ${name}${after.version}`;
  const [worst] = findings;
  const what =
    worst !== undefined && (verdict === "block" || verdict === "risk")
      ? worst.what
      : verdict === "unknown"
        ? `could not be told: ${untold.map(({ group }) => group).join(", ")}`
        : `nothing stands in the way${admissionAsked ? "" : ", admission not asked"}`;
  const text = style.text(`${release.namespace}/${release.name} ${change}: ${what}`);
  const hang = verdict.length + 2;
  return wrap(text, columns - hang).map((line, index) =>
    index === 0 ? `${word}  ${line}` : `${" ".repeat(hang)}${line}`,
  );
}

const mostNodes = 12;

/** A workload a line, a node a column. */
function placeLines({ placements, cluster }: PreflightReport, style: Style, columns: number): readonly string[] {
  const after = placements.filter(({ when }) => when === "after");
  if (after.length === 0) return [];
  const nodes = cluster.nodes.slice(0, mostNodes);
  const rows = [
    ...Map.groupBy(after, ({ workload }) => `${workload.kind} ${workload.namespace}/${workload.name}`).values(),
  ];
  const names = rows.map(([first]) => style.text(first?.workload.name ?? ""));
  const first = Math.min(36, Math.max("after the rollout".length, ...names.map(width)));
  const heads = nodes.map((node) => style.text(node));
  const lines = rows.map((row, index) => {
    const cells = nodes.map((node, at) => {
      const placement = row.find((each) => each.node === node);
      return padEnd(placement === undefined ? "?" : cellText(placement, style), Math.max(5, width(heads[at] ?? "")));
    });
    const [only, ...others] = row.filter(({ maximum }) => maximum > 0);
    const why = only?.is === "will" && others.length === 0 && nodes.length > 1 ? style.text(only.because) : "";
    return `  ${padEnd(names[index] ?? "", first)}  ${cells.join("  ")}  ${why}`.trimEnd();
  });
  const head = `  ${padEnd("after the rollout", first)}  ${heads.map((each) => padEnd(each, Math.max(5, width(each)))).join("  ")}`;
  const rest = cluster.nodes.length - nodes.length;
  const more = rest > 0 ? [`  and ${rest} nodes more`] : [];
  const isOpen = after.some(({ is }) => is === "may" || is === "unknown");
  const legend = isOpen ? [`  0-2: so many pods, as far as is told; ${style.signs.none} none`] : [];
  return [head.trimEnd(), ...lines, ...more, ...legend].map((line) => line.slice(0, Math.max(columns, 100)));
}

function cellText({ minimum, maximum, is }: PreflightReport["placements"][number], style: Style): string {
  if (maximum === 0) return style.signs.none;
  const count = minimum === maximum ? String(maximum) : `${minimum}-${maximum > 999 ? "n" : maximum}`;
  return is === "unknown" ? `${count}?` : count;
}

const indent = 4;
const label = 6;

function findingLines(finding: PreflightFinding, style: Style, columns: number): readonly string[] {
  const tone = toneOfSeverity(finding.severity);
  const named = `${sign(style, tone)} ${style.paint("strong", style.text(finding.rule))} ${style.paint(tone, finding.severity)}`;
  const hang = Math.max(2 + finding.rule.length + 1 + finding.severity.length, 16) + 2;
  const used = 2 + finding.rule.length + 1 + finding.severity.length;
  const what = wrap(style.text(finding.what), columns - hang);
  const room = columns - indent - label;
  return [
    `${named}${" ".repeat(hang - used)}${what[0] ?? ""}`,
    ...what.slice(1).map((line) => " ".repeat(hang) + line),
    ...labelled("why", wrap(style.text(`${finding.why} (${finding.confidence})`), room)),
    ...labelled("do", wrap(style.text(finding.do), room)),
    ...labelled(
      "at",
      finding.evidence.slice(0, 4).flatMap((each) => wrap(style.text(placeText(each)), room)),
    ),
  ];
}

function placeText({ path, line, excerpt, object }: PreflightFinding["evidence"][number]): string {
  const place = object === undefined ? `${path}:${line}` : objectName(object);
  return excerpt === "" ? place : `${place}  ${excerpt}`;
}

function labelled(name: string, lines: readonly string[]): readonly string[] {
  return lines.map((line, index) => " ".repeat(indent) + padEnd(index === 0 ? name : "", label) + line);
}

/** What was told and by whom, and what was not, with what is missing. */
function toldLines(report: PreflightReport, style: Style, columns: number): readonly string[] {
  const { untold, helm, after, cluster } = report;
  const digest = after.digest === null ? "" : `, sha256 ${after.digest.slice(0, 12)}`;
  const by = `helm ${helm.version}, chart ${after.name} ${after.version}${digest}; ${cluster.source}`;
  const version = cluster.version === null ? "" : `, Kubernetes ${cluster.version}`;
  const asked = report.admissionAsked
    ? []
    : [["admission", "not asked: a snapshot answers for no API server"] as const];
  const rows = [
    ...untold.flatMap(({ group, reasons }) =>
      reasons.map(
        ({ text, supply }) =>
          [group, `could not be told: ${text}${supply === undefined ? "" : ` (${supply})`}`] as const,
      ),
    ),
    ...asked,
    ["by", `${by}${version}`] as const,
  ];
  let last = "";
  return rows.flatMap(([name, text]) => {
    const shown = name === last ? "" : name;
    last = name;
    const room = columns - nameWidth;
    return wrap(style.text(text), room).map((line, index) => padEnd(index === 0 ? shown : "", nameWidth) + line);
  });
}

const nameWidth = padStart("admission", 9).length + 2;
