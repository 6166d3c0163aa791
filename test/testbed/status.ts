import { existsSync } from "node:fs";
import { openBed, settingsOf, type Bed, type Node } from "./bed.ts";
import { getJson } from "./clients.ts";
import { readyNodes } from "./cluster-objects.ts";
import { hasFault } from "./faults.ts";
import { readJournal } from "./journal.ts";
import { faults } from "./node-control.ts";
import { isAlive } from "./processes.ts";

/** What of a bed runs, as lines for a person, and whether all of it does. */
export async function describeStatus(directory: string): Promise<{ readonly text: string; readonly well: boolean }> {
  if (!existsSync(directory)) return { text: `${directory}: no bed\n`, well: false };
  if (!existsSync(settingsOf(directory))) return { text: `${directory}: half a bed; \`down\` ends it\n`, well: false };
  const bed = openBed(directory);
  const latest = new Map(readJournal(directory).map((made) => [made.kind === "process" ? made.name : made.path, made]));
  const processes = [...latest.values()].filter((made) => made.kind === "process");
  const ready = await getJson(bed, ["nodes"]).then(readyNodes, (error: unknown) => String(error));
  const rows = [
    ["bed", `${directory}, ${bed.runtime}`],
    ...processes.map((made) => [made.name, isAlive(made) ? `process ${made.pid}` : "not running"]),
    ["Ready", typeof ready === "string" ? `could not tell: ${ready}` : ready.join(", ") || "none"],
    ...(await Promise.all(bed.nodes.map((node) => faultsOn(bed, node)))).flat(),
  ];
  const well = processes.every(isAlive) && ready.length === bed.nodes.length && typeof ready !== "string";
  return { text: rows.map(([name = "", value]) => `${name.padEnd(26)}${value}\n`).join(""), well };
}

async function faultsOn(bed: Bed, node: Node): Promise<string[][]> {
  const rows = faults.map(async (fault) => {
    const row = (state: string): string[][] => [[`fault on ${node.name}`, state]];
    return hasFault(bed, node, fault).then(
      (on) => (on ? row(fault) : []),
      (error: unknown) => row(`${fault}: could not tell: ${String(error)}`),
    );
  });
  return (await Promise.all(rows)).flat();
}
