import type { Contents, NodeContents, SectionContents } from "../../snapshot/contents.ts";
import { kindsOf, type ContentKind } from "../../snapshot/format.ts";
import { wrap } from "../../report/columns.ts";
import { count } from "../../report/count.ts";
import { sign, styleOf } from "../../report/style.ts";
import type { TextOptions } from "../../report/text.ts";
import { indented, mark, reasonText, shortId, tableLines, type Frame } from "../../report/node/lines.ts";
import { clock } from "../../report/node/moment.ts";

/** What a snapshot holds, for people: whether all of it is there, section by section, and why not. */
export function contentsText(contents: Contents, options: TextOptions = {}): string {
  const { width = 100, color = false, ascii = false } = options;
  const frame: Frame = { columns: Math.max(80, width), style: styleOf({ color, ascii }), all: true };
  const sections = [
    headline(contents, frame),
    ...contents.nodes.map((node) => nodeLines(node, contents, frame)),
    fileLines(contents, frame),
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function headline({ header, nodes, unknownLines }: Contents, { columns, style }: Frame): readonly string[] {
  const [first, ...more] = nodes;
  const whose = more.length > 0 || first === undefined ? count(nodes.length, "node") : first.name;
  const untold = nodes.flatMap(({ sections }) => sections).filter(({ missing }) => missing.length > 0);
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

function nodeLines({ name, sections }: NodeContents, { header }: Contents, frame: Frame): readonly string[] {
  const { columns, style } = frame;
  const rows = sections.map((section) => [
    section.section,
    section.counts === null ? "?" : countsText(section),
    section.at === null ? "" : style.text(clock(section.at, header.at.slice(0, 10))),
  ]);
  const [head = "", ...lines] = tableLines([[style.text(name), "holds", "read at"], ...rows], {
    ...frame,
    columns: columns - 2,
  });
  return [
    `  ${head}`,
    ...sections.flatMap(({ missing, counts, at }, index) => [
      `${sign(style, missing.length > 0 ? "unknown" : at === null && counts?.size === 0 ? "faint" : "good")} ${lines[index] ?? ""}`,
      ...missing.flatMap(({ reason, times }) =>
        indented(`${times > 1 ? `${times} times: ` : ""}${reasonText(reason, style)}`, 4, columns),
      ),
    ]),
  ];
}

function countsText({ section, counts }: SectionContents): string {
  return kindsOf[section]
    .map((kind) => ({ kind, number: counts?.get(kind) ?? 0 }))
    .filter(({ kind, number }) => kind !== "unparsed" || number > 0)
    .map(({ kind, number }) => count(number, nouns[kind][0], nouns[kind][1]))
    .join(", ");
}

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
};

function fileLines({ header, unknownLines, lines, bytes, sha256 }: Contents, frame: Frame): readonly string[] {
  const { columns, style } = frame;
  const { major, minor } = header.version;
  const server = header.server === null ? "no API server was named" : `API ${header.server}`;
  const text = `file  format ${major}.${minor}, written by holdfast ${header.tool}; ${server}; ${count(lines, "line")}, ${bytes} bytes unpacked, sha256 ${shortId(sha256, style)}`;
  const later = unknownLines === 0 ? [] : mark(`${count(unknownLines, "line")} passed over`, columns, style);
  return [...indented(style.text(text), 2, columns), ...later];
}
