import { joinLedgers, type JoinOptions } from "../../ledger/join.ts";
import type { NodeView, Warning } from "../../ledger/node-view.ts";
import type { ObservedNode } from "../../model/ledger.ts";
import { unpacked } from "../../outside/snapshot/read-file.ts";
import { count } from "../../report/count.ts";
import { printable } from "../../report/safe.ts";
import type { Header } from "../../snapshot/format/format.ts";
import { readLines } from "../../snapshot/read/lines.ts";
import { readNode } from "../../snapshot/read/node.ts";
import { Failure } from "../failure.ts";
import { warningOf } from "../observe/reader-left.ts";
import { ofSnapshot } from "./fault.ts";

/** One node of a snapshot, joined as it would have been where it was recorded. */
export async function fromSnapshot(
  file: string,
  name: string | undefined,
  options: JoinOptions,
): Promise<{ readonly view: NodeView; readonly server: string | null; readonly observed: ObservedNode }> {
  const read = await ofSnapshot(file, () =>
    readNode(readLines(unpacked(file)), (header) => chosen(header, name, file)),
  );
  const { header, cgroupRoot, warnings, unknownLines } = read;
  const { knowledge, observation } = read.observed;
  const view = joinLedgers(knowledge, observation, { ...(cgroupRoot === null ? {} : { cgroupRoot }), ...options });
  const text = `${count(unknownLines, "line")} of the snapshot could not be told: a later version of Holdfast wrote them`;
  const ofFile: readonly Warning[] = [
    ...warnings.map(warningOf),
    ...(unknownLines === 0 ? [] : [{ code: "snapshot-in-part", text } as const]),
  ];
  return { view: { ...view, warnings: [...view.warnings, ...ofFile] }, server: header.server, observed: read.observed };
}

function chosen({ nodes }: Header, name: string | undefined, file: string): string {
  const names = nodes.map((node) => node.name);
  const [only, ...more] = names;
  const listed = `${printable(names.slice(0, mostNamed).join(", "))}${names.length > mostNamed ? ", …" : ""}`;
  if (only === undefined) throw new Failure("SNAP007", `${file} has no node`, "Record one with holdfast snapshot.");
  if (name !== undefined && !names.includes(name))
    throw new Failure("SNAP007", `${file} has no node ${name}`, `Name one that it has: ${listed}.`);
  if (name === undefined && more.length > 0)
    throw new Failure("SNAP007", `${file} has ${names.length} nodes`, `Name one of them: ${listed}.`);
  return name ?? only;
}

const mostNamed = 10;
