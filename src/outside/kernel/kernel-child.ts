import { readFileSync, writeSync } from "node:fs";
import { serialize } from "node:v8";
import { mapTold, type Told } from "../../model/told.ts";
import { kernelFiles } from "./kernel-files.ts";
import { observeKernel, type KernelFacts } from "./observe-kernel.ts";
import { packSockets, type PackedSockets } from "./packed-sockets.ts";
import { sayTask } from "./progress.ts";

/** What that process prints, serialized. */
export type Printed = Told<Omit<KernelFacts, "sockets"> & { readonly sockets: PackedSockets }>;

/** What it is given. */
export interface Asked {
  readonly quiet: readonly string[];
  readonly pids: readonly number[];
}

/**
 * The process that reads the kernel's files for `readKernel`: a read that the kernel holds can only be given up with
 * the process that waits for it. Arguments: the root, and the byte order of its machine. It begins when its standard
 * input ends, which is what is asked as JSON, or nothing; the ledger goes to standard output, serialized.
 */
function readForParent(): void {
  // Errors are many and ordinary here: processes end while they are read.
  Error.stackTraceLimit = 0;
  const [root = "/", order] = process.argv.slice(2);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `readKernel` writes it, and nobody else
  const { quiet = [], pids = [] } = JSON.parse(readFileSync(input, "utf8") || "{}") as Partial<Asked>;
  const wanted = { quiet: new Set(quiet), pids: new Set(pids) };
  const told = observeKernel(kernelFiles(root, sayTask), order === "BE" ? "BE" : "LE", wanted);
  const printed: Printed = mapTold(told, (facts) => ({ ...facts, sockets: packSockets(facts.sockets) }));
  const bytes = serialize(printed);
  for (let at = 0; at < bytes.length;) at += writeSync(output, bytes, at);
}

const input = 0;
const output = 1;

readForParent();
