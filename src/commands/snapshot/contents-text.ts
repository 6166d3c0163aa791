import type { KindName } from "../../model/cluster-objects.ts";
import type {
  ClusterContents,
  Contents,
  KindContents,
  NodeContents,
  PartContents,
} from "../../snapshot/read/contents.ts";
import { kindsOf, type ContentKind, type SectionName } from "../../snapshot/format/format.ts";
import { wrap } from "../../report/columns.ts";
import { count } from "../../report/count.ts";
import { sign, styleOf } from "../../report/style.ts";
import type { TextOptions } from "../../report/text.ts";
import { indented, mark, reasonText, shortId, tableLines, type Frame } from "../../report/node/lines.ts";
import { clock } from "../../report/node/moment.ts";

/** What a snapshot holds, for people: whether all of it is there, part by part, and why not. */
export function contentsText(contents: Contents, options: TextOptions = {}): string {
  const { width = 100, color = false, ascii = false } = options;
  const frame: Frame = { columns: Math.max(80, width), style: styleOf({ color, ascii }), all: true };
  const { cluster, nodes } = contents;
  const sections = [
    headline(contents, frame),
    ...(cluster === null ? [] : [clusterLines(cluster, contents, frame)]),
    ...nodes.filter(({ asked }) => asked).map((node) => nodeLines(node, contents, frame)),
    notAskedLines(contents, frame),
    contents.warnings.flatMap((warning) => mark(reasonText(warning, frame.style), frame.columns, frame.style)),
    fileLines(contents, frame),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function headline(contents: Contents, { columns, style }: Frame): readonly string[] {
  const { header, nodes, cluster, unknownLines } = contents;
  const [first, ...more] = nodes;
  const ofNodes = cluster !== null || more.length > 0 || first === undefined ? count(nodes.length, "node") : first.name;
  const areNodesTold = cluster?.kinds.some(({ kind, missing }) => kind.resource === "nodes" && missing.length === 0);
  const whose = cluster === null ? ofNodes : areNodesTold === true ? `a cluster of ${ofNodes}` : "a cluster";
  const untold = partsOf(contents).filter(({ missing }) => missing.length > 0);
  const whole =
    untold.length > 0
      ? `${count(untold.length, "part")} of it could not be told in full.`
      : unknownLines === 0
        ? "All that was asked is in it."
        : "";
  const later =
    unknownLines === 0
      ? ""
      : `${count(unknownLines, "line")} could not be told: a later version of Holdfast wrote them.`;
  const taken = `Snapshot of ${whose}, begun at ${clock(header.at, "")}.`;
  const [line = "", ...rest] = wrap(style.text([taken, whole, later].filter((each) => each !== "").join(" ")), columns);
  return [style.paint("strong", line), ...rest];
}

function partsOf({ nodes, cluster }: Contents): readonly PartContents[] {
  const ofNodes = nodes.flatMap(({ sections }) => sections);
  return cluster === null ? ofNodes : [...ofNodes, ...cluster.kinds, cluster.documents];
}

function nodeLines({ name, sections }: NodeContents, contents: Contents, frame: Frame): readonly string[] {
  const rows = sections.map((part) => ({ ...part, name: part.section, holds: holds(part.section, part) }));
  return partLines(name, rows, contents, frame);
}

function clusterLines({ kinds, notServed, documents }: ClusterContents, contents: Contents, frame: Frame) {
  const rows = [
    ...kinds
      .filter((kind) => !isEmpty(kind))
      .map((part) => ({ ...part, name: kindText(part), holds: holds("objects", part) })),
    { ...documents, name: "its API", holds: holds("documents", documents) },
  ];
  const folded = (what: string, names: readonly string[]): readonly string[] =>
    names.length === 0
      ? []
      : indented(frame.style.text(`${what}: ${[...new Set(names)].join(", ")}`), 2, frame.columns);
  return [
    ...partLines("cluster", rows, contents, frame),
    ...folded(
      "none of",
      kinds.filter(isEmpty).map(({ kind }) => kind.resource),
    ),
    ...folded(
      "not served",
      notServed.map(({ group, resource }) => (group === "" ? resource : group)),
    ),
  ];
}

/** It was read, and there is nothing of it. */
function isEmpty({ counts, missing }: KindContents): boolean {
  return counts !== null && counts.size === 0 && missing.length === 0;
}

function kindText({ kind, pass }: KindContents): string {
  return pass === 1 ? nameOf(kind) : `${nameOf(kind)}, again`;
}

/** As kubectl takes it. */
function nameOf({ group, resource }: KindName): string {
  return group === "" ? resource : `${resource}.${group}`;
}

interface Row extends PartContents {
  readonly name: string;
  readonly holds: string;
}

function partLines(title: string, rows: readonly Row[], { header }: Contents, frame: Frame): readonly string[] {
  const { columns, style } = frame;
  const cells = rows.map(({ name, holds: what, at }) => [
    style.text(name),
    what,
    at === null ? "" : style.text(clock(at, header.at.slice(0, 10))),
  ]);
  const [head = "", ...lines] = tableLines([[style.text(title), "holds", "read at"], ...cells], {
    ...frame,
    columns: columns - 2,
  });
  return [
    `  ${head}`,
    ...rows.flatMap(({ missing, counts, at }, index) => [
      `${sign(style, missing.length > 0 ? "unknown" : at === null && counts?.size === 0 ? "faint" : "good")} ${lines[index] ?? ""}`,
      ...(isSame(missing, rows[index + 1]?.missing) ? [] : missing).flatMap(({ reason, times }) =>
        indented(`${times > 1 ? `${times} times: ` : ""}${reasonText(reason, style)}`, 4, columns),
      ),
    ]),
  ];
}

/** What is missing for one reason in rows below each other says it once, below the last of them. */
function isSame(missing: PartContents["missing"], next: PartContents["missing"] | undefined): boolean {
  return (
    next !== undefined &&
    missing.length === next.length &&
    missing.every(({ reason, times }, at) => reason.text === next[at]?.reason.text && times === next[at].times)
  );
}

function notAskedLines({ cluster, nodes }: Contents, { columns, style }: Frame): readonly string[] {
  const names = nodes.flatMap(({ name, asked }) => (asked ? [] : [name]));
  if (cluster === null || names.length === 0) return [];
  const listed = `${names.slice(0, mostNamed).join(", ")}${names.length > mostNamed ? `, ${style.ellipsis}` : ""}`;
  return mark(`${count(names.length, "node")} not read, runtime and kernel: ${style.text(listed)}`, columns, style);
}

const mostNamed = 10;

function holds(section: SectionName, { counts }: PartContents): string {
  if (counts === null) return "?";
  return kindsOf[section]
    .map((kind: ContentKind) => ({ kind, number: counts.get(kind) ?? 0 }))
    .filter(({ kind, number }) => number > 0 || !isOnlyNamed.has(kind))
    .map(({ kind, number }) => count(number, nouns[kind][0], nouns[kind][1]))
    .join(", ");
}

/** What is not said where there is none of it. */
const isOnlyNamed: ReadonlySet<ContentKind> = new Set(["unparsed", "object", "unchanged"]);

const nouns: Readonly<Record<ContentKind, readonly [one: string, several: string]>> = {
  pod: ["pod", "pods"],
  unparsed: ["pod that could not be read", "pods that could not be read"],
  sandbox: ["sandbox", "sandboxes"],
  container: ["container", "containers"],
  task: ["task", "tasks"],
  process: ["process", "processes"],
  socket: ["socket", "sockets"],
  detail: ["sandbox asked in detail", "sandboxes asked in detail"],
  answer: ["pod asked for by name", "pods asked for by name"],
  object: ["object", "objects"],
  unchanged: ["unchanged", "unchanged"],
  document: ["document", "documents"],
};

function fileLines({ header, unknownLines, lines, bytes, sha256 }: Contents, frame: Frame): readonly string[] {
  const { columns, style } = frame;
  const { major, minor } = header.version;
  const server = header.server === null ? "no API server was named" : `API ${header.server}`;
  const text = `file  format ${major}.${minor}, written by holdfast ${header.tool}; ${server}; ${count(lines, "line")}, ${bytes} bytes unpacked, sha256 ${shortId(sha256, style)}`;
  const later = unknownLines === 0 ? [] : mark(`${count(unknownLines, "line")} passed over`, columns, style);
  return [...indented(style.text(text), 2, columns), ...later];
}
