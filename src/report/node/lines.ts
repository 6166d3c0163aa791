import { cutMiddle, padEnd, width, wrap } from "../columns.ts";
import type { Style } from "../style.ts";
import { clock } from "./moment.ts";
import type { ReportPodName, ReportReason, ReportSources, ReportStep, ReportWarning } from "./schema.ts";

/** What the texts of `node` and `ports` are dressed with. */
export interface Frame {
  readonly columns: number;
  readonly style: Style;
  /** Fold nothing. */
  readonly all: boolean;
}

/** As many digits of an id as tell one from another for a person; JSON has it whole. */
export function shortId(id: string, style: Style): string {
  return id.length <= 4 ? style.text(id) : `${style.text(id.slice(0, 4))}${style.ellipsis}`;
}

export function podText({ namespace, name, uid }: ReportPodName, style: Style): string {
  return name === null ? `uid ${shortId(uid, style)}` : `${style.text(namespace ?? "")}/${style.text(name)}`;
}

export function reasonText({ text, supply }: Pick<ReportReason, "text" | "supply">, style: Style): string {
  return style.text(supply === undefined ? text : `${text}; ${supply}`);
}

/** Lines of a text, each behind `indent` spaces, those that follow behind two more. */
export function indented(text: string, indent: number, columns: number): readonly string[] {
  return wrap(text, columns - indent - 2).map((line, index) => " ".repeat(index === 0 ? indent : indent + 2) + line);
}

/** What was asked, and of what was not told why: `?` before it. */
export function sourceLines({ api, runtime, kernel }: ReportSources, { columns, style }: Frame): readonly string[] {
  const reference = [api.after, api.before, kernel, runtime].find(({ told }) => told);
  const day = reference?.told === true ? reference.at : "";
  const server = api.server === null ? "" : ` ${api.server}`;
  const lists = [api.before, api.after].flatMap((list) => (list.told ? [clock(list.at, day)] : []));
  const versions = [api.before, api.after].flatMap((list) => (list.told ? [list.resourceVersion] : []));
  const told = [
    ...(lists.length === 0 ? [] : [`API${server} at ${lists.join(" and ")}, resourceVersion ${versions.at(-1)}`]),
    ...(runtime.told ? [`${runtime.name} ${runtime.version} at ${clock(runtime.at, day)}`] : []),
    ...(kernel.told ? [`kernel at ${clock(kernel.at, day)}`] : []),
  ];
  const asked = told.length === 0 ? [] : indented(style.text(`asked  ${told.join("; ")}`), 2, columns);
  const ofApi = saidOnce(
    [
      { name: `API${server}, before the node was read`, source: api.before },
      { name: `API${server}, after it`, source: api.after },
    ],
    `API${server}`,
  );
  const ofNode = saidOnce(
    [
      { name: "runtime", source: runtime },
      { name: "kernel", source: kernel },
    ],
    "runtime and kernel",
  );
  const missing = [...ofApi, ...ofNode].flatMap(([name, reason]) =>
    mark(`not told: ${style.text(name)}: ${reasonText(reason, style)}`, columns, style),
  );
  return [...asked, ...missing];
}

type Source = { readonly told: true } | { readonly told: false; readonly reason: ReportReason };

/** What of two was not told, and why. Both usually fail for one reason: then they have one name. */
function saidOnce(
  two: readonly { readonly name: string; readonly source: Source }[],
  both: string,
): readonly (readonly [name: string, reason: ReportReason])[] {
  const untold = two.flatMap(({ name, source }) => (source.told ? [] : [[name, source.reason] as const]));
  const [first, second] = untold;
  return first !== undefined && first[1].text === second?.[1].text ? [[both, first[1]]] : untold;
}

/** What is to be known before any row is believed. */
export function warningLines(warnings: readonly ReportWarning[], { columns, style }: Frame): readonly string[] {
  return warnings.flatMap((warning) => mark(reasonText(warning, style), columns, style));
}

/** A line that says that something could not be told. */
export function mark(text: string, columns: number, style: Style): readonly string[] {
  const sign = style.paint("unknown", style.signs.unknown);
  return indented(text, 2, columns).map((line, index) => (index === 0 ? `${sign} ${line.slice(2)}` : line));
}

/** `do  COMMAND  what it is for`, the commands whole; what it is for on a line of its own where there is no room. */
export function stepLines(steps: readonly ReportStep[], { columns, style }: Frame): readonly string[] {
  const commands = steps.map(({ command }) => style.text(command));
  const longest = Math.max(0, ...commands.map(width));
  return steps.flatMap(({ why }, index) => {
    const head = index === 0 ? "do  " : "    ";
    const command = commands[index] ?? "";
    const inLine = `${head}${padEnd(command, longest)}  ${style.text(why)}`;
    if (longest <= mostForCommand && width(inLine) <= columns) return [inLine];
    return [`${head}${command}`, ...indented(style.text(why), 6, columns)];
  });
}

const mostForCommand = 60;

/** A table of cells, each column as wide as its widest cell; the first gives way where a line would be too long. */
export function tableLines(rows: readonly (readonly string[])[], { columns, style }: Frame): readonly string[] {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, index) => Math.max(widest[index] ?? 0, width(cell))),
    [],
  );
  const rest = widths.slice(1).reduce((sum, each) => sum + each + 2, 0);
  const [first = 0] = widths;
  widths[0] = Math.min(first, Math.max(leastName, columns - rest));
  return rows.map((row) =>
    row
      .map((cell, index) => padEnd(cutMiddle(cell, widths[index] ?? 0, style.ellipsis), widths[index] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

const leastName = 20;
