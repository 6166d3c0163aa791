import { holdings } from "../src/ledger/holdings.ts";
import { joinLedgers } from "../src/ledger/join.ts";
import { isKnown } from "../src/model/told.ts";
import { generateNode } from "./generate-node.ts";

const size = { pods: 110, processes: 2_000, sockets: 10_000, seed: 1 };

/** Joins the ledgers of a full node and looks up all its ports, in this process: the first time, and when warm. */
export function joinTable(runs: number): string {
  const { knowledge, observation } = generateNode(size);
  const kernel = isKnown(observation.kernel) ? observation.kernel.known : null;
  if (kernel?.processes.length !== size.processes || kernel.sockets.length !== size.sockets)
    throw new Error("the generated node has not the size that was asked for");
  const times = Array.from({ length: runs + 1 }, () => {
    const start = process.hrtime.bigint();
    const view = joinLedgers(knowledge, observation);
    const joined = process.hrtime.bigint();
    const ports = holdings(view, null);
    const end = process.hrtime.bigint();
    if (ports.length === 0) throw new Error("the generated node holds no port");
    return { join: Number(joined - start) / 1e6, holdings: Number(end - joined) / 1e6 };
  });
  const rows = [
    row("first time", times.slice(0, 1)),
    row(`median of ${runs}`, times.slice(1)),
    row(`best of ${runs}`, times.slice(1), Math.min),
  ];
  const title = `### ${size.pods} pods, ${size.processes} processes, ${size.sockets} sockets, seed ${size.seed}`;
  return `${title}\n\n| | join | holdings |\n| --- | --: | --: |\n${rows.join("")}`;
}

interface Times {
  readonly join: number;
  readonly holdings: number;
}

function row(name: string, times: readonly Times[], of: (...numbers: readonly number[]) => number = median): string {
  const cell = (numbers: readonly number[]) => `${of(...numbers).toFixed(1)} ms`;
  return `| ${name} | ${cell(times.map(({ join }) => join))} | ${cell(times.map((time) => time.holdings))} |\n`;
}

function median(...numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}
