import { count } from "../count.ts";
import { evidenceText } from "../node/evidence-text.ts";
import { indented, podText, reasonText, sourceLines, stepLines, warningLines, type Frame } from "../node/lines.ts";
import { duration } from "../node/moment.ts";
import { sign, styleOf, type Tone } from "../style.ts";
import type { TextOptions } from "../text.ts";
import { marked } from "./event-lines.ts";
import type { ReportLeftover, ReportPremise, SweepReport } from "./schema.ts";

/** The report for people: what is left over, what may be done about each, and what to do. */
export function sweepText(report: SweepReport, options: TextOptions = {}): string {
  const { width = 100, color = false, ascii = false, all = false } = options;
  const frame: Frame = { columns: Math.max(80, width), style: styleOf({ color, ascii }), all };
  const sections = [
    [...headline(report, frame), ...warningLines(report.warnings, frame)],
    sourceLines(report.sources, frame),
    report.leftovers.flatMap((each) => leftoverLines(each, report, frame)),
    premiseLines(report, frame),
    others(report, frame),
    stepLines(report.do, frame),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function headline(report: SweepReport, { style, columns }: Frame): readonly string[] {
  const { leftovers, node, unknown } = report;
  const may = leftovers.filter(({ verdict }) => verdict.is === "candidate").length;
  const parts =
    leftovers.length === 0
      ? [
          everythingTold(report)
            ? `Nothing is left over on ${node}.`
            : `What is left over on ${node} could not be told.`,
        ]
      : [
          `${count(leftovers.length, "pod")} ${leftovers.length === 1 ? "is" : "are"} left over on ${node}: ${may} may be cleared, ${leftovers.length - may} may not.`,
        ];
  if (unknown.length > 0) parts.push(`${count(unknown.length, "pod")} could not be told.`);
  const [first = "", ...rest] = indented(style.text(parts.join(" ")), 0, columns);
  return [style.paint("strong", first), ...rest];
}

/** Only what all sources told is nothing. */
export function everythingTold({ sources: { api, runtime, kernel }, unknown, warnings }: SweepReport): boolean {
  const told = api.before.told && api.after.told && runtime.told && kernel.told && kernel.podsTold;
  return told && unknown.length === 0 && warnings.length === 0;
}

function leftoverLines(leftover: ReportLeftover, report: SweepReport, { columns, style }: Frame): readonly string[] {
  const { kind, pod, verdict, cause } = leftover;
  const oldest = Math.max(...pod.processes.map(({ ageSeconds }) => ageSeconds), 0);
  const ports = [
    ...new Set(pod.sockets.filter(({ connected }) => !connected).map((each) => `${each.port}/${each.protocol}`)),
  ];
  const facts = [
    `${count(pod.processes.length, "process", "processes")}, the oldest ${duration(oldest)} old`,
    ...(ports.length === 0 ? [] : [`ports ${ports.join(" ")}`]),
  ];
  return [
    `${sign(style, tones[verdict.is])} ${podText(pod, style)}  ${kind}  ${style.text(facts.join(", "))}`,
    ...indented(evidenceText(pod, report.sources, style), 4, columns),
    ...(cause === null || cause.kind === "not-told"
      ? []
      : indented(style.text(`cause  ${cause.text} (${cause.confidence})`), 4, columns)),
    ...indented(style.text(verdictText(verdict, style)), 4, columns),
  ];
}

const tones: Readonly<Record<ReportLeftover["verdict"]["is"], Tone>> = {
  candidate: "bad",
  protected: "warn",
  unknown: "unknown",
};

function verdictText(verdict: ReportLeftover["verdict"], style: Frame["style"]): string {
  switch (verdict.is) {
    case "candidate": {
      if (verdict.waits === null) return "may be cleared";
      const { seconds, confirmations } = verdict.waits;
      const parts = [
        ...(seconds > 0 ? [`${duration(seconds)} of its grace`] : []),
        ...(confirmations > 0
          ? [`${count(confirmations, "more scan")} that agree${confirmations === 1 ? "s" : ""}`]
          : []),
      ];
      return `may be cleared after ${parts.join(" and ")}`;
    }
    case "protected":
      return `is left alone: ${verdict.text}`;
    case "unknown":
      return `is left alone, since it could not be told: ${reasonText(verdict.reason, style)}`;
  }
}

/** Where all hold, one line; else each that does not. */
function premiseLines({ premises, leftovers }: SweepReport, frame: Frame): readonly string[] {
  // Where nothing is left over, what could not be told of the premises is of no consequence.
  const failing = premises.filter(({ state }) => state === "fails" || (state === "untold" && leftovers.length > 0));
  if (leftovers.length === 0 && failing.length === 0) return [];
  if (failing.length === 0 && !frame.all) return [`  premises  ${premises.map(({ id }) => id).join(" ")} hold`];
  const shown = frame.all ? premises : failing;
  return [
    ...(failing.length === 0 ? [] : indented("nothing is done while a premise does not hold:", 0, frame.columns)),
    ...shown.flatMap(({ id, state, text }) =>
      marked(premiseTones[state], `${id} ${state === "untold" ? "could not be told: " : ""}${text}`, frame),
    ),
  ];
}

const premiseTones: Readonly<Record<ReportPremise["state"], Tone>> = { holds: "good", fails: "bad", untold: "unknown" };

function others({ unknown, foreign }: SweepReport, { columns, style, all }: Frame): readonly string[] {
  const told = unknown.flatMap((pod) => [
    `${sign(style, "unknown")} ${podText(pod, style)}`,
    ...indented(pod.reason === undefined ? "" : reasonText(pod.reason, style), 4, columns),
  ]);
  const shownForeign = all ? foreign.map((pod) => `  ${podText(pod, style)}  no kubelet made it: left alone`) : [];
  const folded =
    foreign.length > 0 && !all
      ? [
          `${style.ellipsis} ${count(foreign.length, "sandbox", "sandboxes")} that no kubelet made, left alone: --all shows them`,
        ]
      : [];
  return [...told, ...shownForeign, ...folded];
}
