import { wrap } from "../columns.ts";
import { styleOf, type Style, type Tone } from "../style.ts";
import type { TextOptions } from "../text.ts";
import { groupedHolders, holderLines } from "./holder-lines.ts";
import { indented, mark, podText, sourceLines, stepLines, tableLines, warningLines, type Frame } from "./lines.ts";
import type { PortsReport, ReportPort } from "./ports-report.ts";
import type { ReportWanted } from "./schema.ts";

/** The report for people: who holds the port, why that is known, who wants it, and what to do. */
export function portsText(report: PortsReport, options: TextOptions = {}): string {
  const { width = 100, color = false, ascii = false, all = false } = options;
  const frame: Frame = { columns: Math.max(80, width), style: styleOf({ color, ascii }), all };
  const isShown = ({ verdict, wantedBy }: ReportPort) =>
    report.asked !== null || needsAttention.has(verdict) || wantedBy.length > 0;
  const shown = report.ports.filter(isShown);
  const others = report.ports.filter((port) => !isShown(port));
  const sections = [
    report.asked === null ? headline(report, frame) : [],
    ...shown.map((port) => portLines(port, report, frame)),
    otherLines(others, frame),
    notToldLines(report, frame),
    stepLines(report.do, frame),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

const needsAttention: ReadonlySet<ReportPort["verdict"]> = new Set([
  "orphan",
  "shared",
  "unknown",
  "residue",
  "foreign",
]);

function headline({ node, ports, sources }: PortsReport, { columns, style }: Frame): readonly string[] {
  const of = (verdict: ReportPort["verdict"]) => ports.filter((port) => port.verdict === verdict);
  const named = (some: readonly ReportPort[]) => some.map(({ port, protocol }) => `${port}/${protocol}`).join(", ");
  const orphaned = of("orphan");
  const unsure = of("unknown").length + of("shared").length;
  const counted: ReadonlySet<ReportPort["verdict"]> = new Set(["orphan", "unknown", "shared"]);
  const wanted = ports.filter(({ verdict, wantedBy }) => !counted.has(verdict) && wantedBy.length > 0).length;
  const sentences = [
    orphaned.length === 0
      ? ""
      : `${orphaned.length === 1 ? "1 port is" : `${orphaned.length} ports are`} held by orphans: ${named(orphaned)}.`,
    unsure === 0 ? "" : `Of ${unsure === 1 ? "1 port" : `${unsure} ports`} it could not be told.`,
    wanted === 0 ? "" : `${wantedWords(wanted, orphaned.length + unsure > 0)} wanted by what does not run.`,
  ].filter((sentence) => sentence !== "");
  if (!sources.kernel.told) sentences.unshift(`Who listens on ${node} could not be told: its kernel was not read.`);
  else if (sentences.length === 0)
    sentences.push(
      `No port of ${node} is held by an orphan: ${ports.length === 1 ? "1 is" : `${ports.length} are`} in use.`,
    );
  const [first = "", ...rest] = wrap(style.text(sentences.join(" ")), columns);
  return [style.paint("strong", first), ...rest];
}

function wantedWords(wanted: number, isBesideOthers: boolean): string {
  const [one, several] = isBesideOthers ? ["other", "others"] : ["port", "ports"];
  return wanted === 1 ? `1 ${one} is` : `${wanted} ${several} are`;
}

function portLines(port: ReportPort, report: PortsReport, frame: Frame): readonly string[] {
  const { style, columns } = frame;
  const addresses = addressesText(port, style);
  const name = `${port.port}/${port.protocol}${addresses === "" ? "" : ` ${addresses}`}`;
  const [tone, words] = verdicts[port.verdict];
  return [
    `${style.paint("strong", name)}  ${style.paint(tone, style.text(verdictText(port, report, words)))}`,
    ...groupedHolders(port.holders).flatMap((group) => holderLines(group, report, frame)),
    ...unheldLines(port, frame),
    ...port.wantedBy.flatMap((wanted) => indented(wantedText(wanted, style), 2, columns)),
    ...nobodyLines(port, report, frame),
  ];
}

const verdicts: Readonly<Record<ReportPort["verdict"], readonly [Tone, string]>> = {
  orphan: ["bad", "held by an orphan"],
  shared: ["unknown", "held by an orphan and by something else, through one socket"],
  unknown: ["unknown", "could not be told"],
  foreign: ["warn", "held by a container that no kubelet made"],
  pod: ["good", "held by a pod"],
  host: ["good", "held by a process in no pod"],
  residue: ["warn", "forwarded to a sandbox of which nothing lives"],
  kernel: ["good", "held by no process of this node"],
  free: ["good", "nobody listens on it"],
};

function verdictText(
  { port, verdict, holders, wantedBy }: ReportPort,
  { node, sources }: PortsReport,
  words: string,
): string {
  if (verdict !== "unknown") return words;
  if (!sources.kernel.told) return `who listens on ${port} of ${node} could not be told`;
  if (holders.length > 0) return "held, and by what could not be told";
  return wantedBy.length > 0 ? "nobody listens on it, and yet it could not be bound" : words;
}

function unheldLines({ unheld }: ReportPort, { columns, style }: Frame): readonly string[] {
  if (unheld === null) return [];
  const inodes = unheld.sockets.length === 1 ? `inode ${unheld.sockets[0]}` : `${unheld.sockets.length} sockets`;
  switch (unheld.why) {
    case "kernel":
      return indented(
        `no process here has ${inodes} open: it is the kernel's own (nfsd, lockd, wireguard, vxlan), or of a process outside this pid namespace (inferred)`,
        2,
        columns,
      );
    case "closed":
      return indented(`${inodes} closed while the node was read`, 2, columns);
    case "unreadable":
      return mark(
        `who has ${inodes} open could not be told: some processes could not be looked into; run it as root`,
        columns,
        style,
      );
  }
}

function wantedText({ pod, container, how, reason, restarts, said, inTheWay }: ReportWanted, style: Style): string {
  const state = [reason ?? "not running", restarts === 1 ? "1 restart" : `${restarts} restarts`].join(", ");
  const why = {
    message: `"${said}"`,
    declared: "declares it as a host port (inferred)",
    rival: "the same container of the same workload (inferred)",
  }[how];
  const apart = inTheWay === "no" ? "; on another address, which what is here does not block" : "";
  return style.text(`wanted by ${pod.namespace}/${pod.name} on this node: ${container} ${state}, ${why}${apart}`);
}

/** Where nobody was found: what /proc does not show. */
function nobodyLines(
  { port, protocol, sockets, holders, unheld }: ReportPort,
  { sources }: PortsReport,
  { columns }: Frame,
): readonly string[] {
  if (!sources.kernel.told || sockets.length > 0 || holders.length > 0 || unheld !== null) return [];
  if (protocol === "sctp") return indented("SCTP sockets are not read", 2, columns);
  const words =
    "it may be the port of a connection that goes out or waits in TIME_WAIT, or be bound by a socket that does not listen: " +
    `/proc has no row of these. ss -ta${protocol === "udp" ? "u" : ""}n 'sport = :${port}' shows connections`;
  return indented(words, 2, columns);
}

function otherLines(ports: readonly ReportPort[], frame: Frame): readonly string[] {
  const { style, all } = frame;
  const shown = all ? ports : ports.slice(0, portsShown);
  const rows = shown.map((port) => {
    const { holders, verdict } = port;
    const [holder] = groupedHolders(holders);
    const process = holder?.first.process;
    const who =
      process === null || process === undefined
        ? verdicts[verdict][1]
        : `${style.text(process.name)} (pid ${process.pid})`;
    const pod = holder?.first.pod;
    const where = pod === null || pod === undefined ? "in no pod" : `${podText(pod, style)}  ${pod.standing}`;
    return [`${port.port}/${port.protocol}`, addressesText(port, style), who, holder === undefined ? "" : where];
  });
  const lines = tableLines(rows, { ...frame, columns: frame.columns - 2 }).map((line) => `  ${line}`.trimEnd());
  const left = ports.length - shown.length;
  return left === 0 ? lines : [...lines, `${style.ellipsis} ${left} more: --all shows them`];
}

const portsShown = 40;

function addressesText({ sockets }: ReportPort, style: Style): string {
  return style.text([...new Set(sockets.map(({ address }) => address))].join(" "));
}

function notToldLines({ warnings, sources }: PortsReport, frame: Frame): readonly string[] {
  return [...warningLines(warnings, frame), ...sourceLines(sources, frame)];
}
