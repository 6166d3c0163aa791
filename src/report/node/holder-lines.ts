import type { Style } from "../style.ts";
import { evidenceText } from "./evidence-text.ts";
import { indented, podText, reasonText, shortId, type Frame } from "./lines.ts";
import { clock, duration } from "./moment.ts";
import type { PortsReport } from "./ports-report.ts";
import type { ReportHolder } from "./schema.ts";

/** What is one holder to a person. */
export interface HolderGroup {
  readonly first: ReportHolder;
  readonly pids: number;
}

/** The processes of one container that share a socket are one holder to a person: the oldest is named. */
export function groupedHolders(holders: readonly ReportHolder[]): readonly HolderGroup[] {
  const groups = Map.groupBy(holders, ({ by, pod, container, process, sandbox }) =>
    by === "portmap" || container === null
      ? `${by} ${pod?.uid} ${sandbox} ${process?.pid}`
      : `${pod?.uid} ${container.id}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group.toSorted((a, b) => (b.process?.ageSeconds ?? 0) - (a.process?.ageSeconds ?? 0));
    return first === undefined ? [] : [{ first, pids: group.length }];
  });
}

/** Who it is, down to the process, and what its pod is. */
export function holderLines(
  { first, pids }: HolderGroup,
  report: PortsReport,
  { columns, style }: Frame,
): readonly string[] {
  const { process, container, sandbox, pod } = first;
  const day = report.sources.kernel.told ? report.sources.kernel.at : "";
  const more = pids === 1 ? "" : ` and ${pids - 1} more`;
  const lines =
    process === null
      ? [
          `forwarded by CNI's portmap${first.confidence === "inferred" ? " (inferred)" : ""}: nothing listens on the host`,
        ]
      : [
          `pid ${process.pid} ${style.text(process.name)}${zombie(first)}${more}  since ${clock(process.startedAt, day)} (${duration(process.ageSeconds)})`,
        ];
  if (pod === null) {
    const cgroup = process?.cgroup ?? "?";
    lines.push(
      process?.place === undefined
        ? `in no pod: cgroup ${style.text(cgroup)}`
        : `in which pod it is could not be told: ${reasonText(process.place, style)}`,
    );
  } else {
    const called = container === null || container.name === null ? "" : `${style.text(container.name)} `;
    const parts = [
      ...(container === null ? [] : [`container ${called}${shortId(container.id, style)}`]),
      ...(sandbox === null ? [] : [`sandbox ${shortId(sandbox, style)}`]),
      ...(pod.name === null ? [] : [`pod ${podText(pod, style)}`]),
      `uid ${shortId(pod.uid, style)}`,
    ];
    lines.push(parts.join("  "), standingText(first, report, style));
  }
  return lines.flatMap((line) => indented(line, 2, columns));
}

function zombie({ process }: ReportHolder): string {
  return process?.thread === null || process?.thread === undefined
    ? ""
    : ` (a zombie; its thread ${process.thread} lives)`;
}

function standingText({ pod }: ReportHolder, report: PortsReport, style: Style): string {
  const whole = report.pods.find(({ uid }) => uid === pod?.uid);
  if (whole === undefined) return "";
  return evidenceText(whole, report.sources, style);
}
