import { wrap } from "../columns.ts";
import { count } from "../count.ts";
import { sign, styleOf, type Style, type Tone } from "../style.ts";
import type { TextOptions } from "../text.ts";
import { evidenceText } from "./evidence-text.ts";
import { indented, podText, shortId, sourceLines, stepLines, tableLines, warningLines, type Frame } from "./lines.ts";
import { duration } from "./moment.ts";
import type { NodeReport } from "./node-report.ts";
import type { ReportPod } from "./schema.ts";

/** The report for people: whether the three ledgers agree, row by row where they do not, and what to do. */
export function nodeText(report: NodeReport, options: TextOptions = {}): string {
  const { width = 100, color = false, ascii = false, all = false } = options;
  const frame: Frame = { columns: Math.max(80, width), style: styleOf({ color, ascii }), all };
  const sections = [
    [...headline(report, frame), ...warningLines(report.warnings, frame)],
    sourceLines(report.sources, frame),
    table(report, frame),
    stepLines(report.do, frame),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** How a row is marked. Only what all three ledgers told, and told alike, is `good`. */
type Mark = "bad" | "warn" | "unknown" | "good";

function markOf(pod: ReportPod, report: NodeReport): Mark {
  const severities = new Set(pod.disagreements.map(({ severity }) => severity));
  if (severities.has("block") || severities.has("high")) return "bad";
  if (pod.standing === "unknown" || !everySourceTold(report)) return "unknown";
  if (severities.has("medium") || severities.has("low")) return "warn";
  return pod.standing === "foreign" || pod.standing === "overdue" || troubles(pod).length > 0 ? "warn" : "good";
}

function everySourceTold({ sources: { api, runtime, kernel } }: NodeReport): boolean {
  return api.before.told && api.after.told && runtime.told && kernel.told && kernel.podsTold;
}

/** Containers that the API says do not run, and were to. */
function troubles({ api, standing }: ReportPod): readonly string[] {
  if (api === null || standing === "ended") return [];
  return api.containers
    .filter(
      ({ kind, state, ready }) =>
        kind !== "ephemeral" && (kind !== "init" || state !== "terminated") && !(state === "running" && ready),
    )
    .filter(({ kind, state, ready }) => !(kind === "init" && ready && state === "running"))
    .map(
      ({ name, reason, state, restarts }) =>
        `${name} ${reason ?? (state === "running" ? "not ready" : (state ?? "not started"))}, ${count(restarts, "restart")}`,
    );
}

function headline(report: NodeReport, { columns, style }: Frame): readonly string[] {
  const { node } = report;
  // Of a dead pod only records are left.
  const pods = report.pods.filter(({ standing }) => standing !== "dead");
  const of = (mark: Mark) =>
    (mark === "unknown" ? pods : report.pods).filter((pod) => markOf(pod, report) === mark).length;
  const orphans = pods.filter(({ standing }) => standing === "orphan" || standing === "replaced").length;
  const others = of("bad") - orphans;
  const sentences = [
    orphans === 0
      ? ""
      : `${orphans} of ${count(pods.length, "pod")} on ${node} ${orphans === 1 ? "is an orphan" : "are orphans"}: alive here, and not in the API.`,
    others === 0 ? "" : `${count(others, orphans > 0 ? "other" : "pod")} of which the ledgers disagree.`,
    of("warn") === 0 ? "" : `${count(of("warn"), "pod")} to look at.`,
    of("unknown") === 0 ? "" : `${count(of("unknown"), "pod")} could not be told.`,
  ].filter((sentence) => sentence !== "");
  if (pods.length === 0)
    sentences.push(everySourceTold(report) ? `No pods on ${node}.` : `What runs on ${node} could not be told.`);
  if (sentences.length === 0)
    sentences.push(
      `API, runtime and kernel agree about ${pods.length === 1 ? "the only pod" : `all ${pods.length} pods`} on ${node}.`,
    );
  const [first = "", ...rest] = wrap(style.text(sentences.join(" ")), columns);
  return [style.paint("strong", first), ...rest];
}

const heading = ["pod", "API", "runtime", "processes", "host ports"];
const mostAgreeing = 20;

function table(report: NodeReport, { columns, style, all }: Frame): readonly string[] {
  const rows = report.pods.map((pod) => ({ pod, mark: markOf(pod, report) }));
  const agreeing = rows.filter(({ mark: each }) => each === "good");
  const folded = new Set(all ? [] : agreeing.slice(mostAgreeing));
  const shown = order.flatMap((each) => rows.filter((row) => row.mark === each && !folded.has(row)));
  if (shown.length === 0) return [];
  const cells = shown.map(({ pod }) => [podText(pod, style), ...cellsOf(pod, report, style)]);
  const [head = "", ...lines] = tableLines([heading, ...cells], { columns: columns - 2, style, all });
  return [
    `  ${head}`,
    ...shown.flatMap(({ pod, mark: each }, index) => [
      `${sign(style, tones[each])} ${lines[index] ?? ""}`,
      ...whyLines(pod, report, { columns, style, all }),
    ]),
    ...(folded.size === 0 ? [] : [`${style.ellipsis} ${folded.size} more, all agree: --all shows them`]),
  ];
}

const order: readonly Mark[] = ["bad", "unknown", "warn", "good"];
const tones: Readonly<Record<Mark, Tone>> = { bad: "bad", warn: "warn", unknown: "unknown", good: "good" };

function cellsOf(pod: ReportPod, { sources }: NodeReport, style: Style): readonly string[] {
  const apiTold = sources.api.after.told || sources.api.before.told;
  const sandboxes = [...new Set(pod.sandboxes.map(({ state }) => state))].join(" ");
  const ports = [...new Set(hostPorts(pod, sources))].toSorted((a, b) => a - b);
  return [
    pod.api === null ? (apiTold ? "absent" : "?") : style.text(inApi(pod)),
    sources.runtime.told ? (sandboxes === "" ? "absent" : sandboxes) : "?",
    sources.kernel.told && sources.kernel.podsTold ? String(pod.processes.length) : "?",
    ports.length <= portsShown ? ports.join(" ") : `${ports.slice(0, portsShown).join(" ")} ${style.ellipsis}`,
  ];
}

const portsShown = 5;

function inApi({ api, standing }: ReportPod): string {
  if (standing === "elsewhere") return `on ${api?.node}`;
  if (standing === "terminating" || standing === "overdue") return standing;
  return `${api?.phase ?? "no phase"}${standing === "static" ? " static" : ""}`;
}

function hostPorts({ sockets }: ReportPod, { kernel }: NodeReport["sources"]): readonly number[] {
  if (!kernel.told) return [];
  return sockets
    .filter(({ protocol, network }) => protocol === "tcp" && network === kernel.hostNetwork)
    .map(({ port }) => port);
}

function whyLines(pod: ReportPod, report: NodeReport, { columns, style, all }: Frame): readonly string[] {
  const standing = plain.has(pod.standing) || saidOnce(pod, report) ? [] : [standingText(pod, report, style)];
  const differ = pod.disagreements
    .filter(({ severity, kind }) => (all || severity !== "info") && !saidByStanding.has(kind))
    .map(({ text, about }) => (about.length === 0 ? text : `${text}: ${aboutText(about, style)}`));
  const lines = [...standing, ...differ, ...troubles(pod).map((text) => style.text(text))];
  return lines.flatMap((line) => indented(line, 4, columns));
}

/** The times of the lists stand above the table: they are not said again in each row. */
function standingText(pod: ReportPod, { sources }: NodeReport, style: Style): string {
  if (pod.standing !== "orphan" && pod.standing !== "replaced") return evidenceText(pod, sources, style);
  const oldest = Math.max(...pod.processes.map(({ ageSeconds }) => ageSeconds));
  const name = pod.standing === "orphan" ? "" : ": its name belongs to another uid now";
  return `orphan: that pod is not in the API${name}; its oldest process is ${duration(oldest)} old`;
}

/** Whether the reason stands above the table already, for all that it makes unknown. */
function saidOnce({ reason }: ReportPod, { warnings, sources: { api, runtime, kernel } }: NodeReport): boolean {
  const untold = [api.before, api.after, runtime, kernel].flatMap((source) => (source.told ? [] : [source.reason]));
  return reason !== undefined && [...warnings, ...untold].some(({ text }) => text === reason.text);
}

const plain: ReadonlySet<ReportPod["standing"]> = new Set(["running", "static", "ended", "dead", "terminating"]);
const saidByStanding: ReadonlySet<string> = new Set(["not-in-api"]);

/** Ids are cut, names and ports are not. */
function aboutText(about: readonly string[], style: Style): string {
  return about
    .map((each) => (/^[0-9a-f]{64}$|^[0-9a-f-]{36}$/.test(each) ? shortId(each, style) : style.text(each)))
    .join(", ");
}
