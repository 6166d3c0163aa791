import { readFileSync, writeSync } from "node:fs";
import { serialize } from "node:v8";
import { mapTold, type Told } from "../../model/told.ts";
import { kernelFiles } from "./kernel-files.ts";
import { observeKernel, type KernelFacts } from "./observe-kernel.ts";
import { packSockets, type PackedSockets } from "./packed-sockets.ts";
import { sayTask } from "./progress.ts";

/** What that process prints, serialized. */
export type Printed = Told<Omit<KernelFacts, "sockets"> & { readonly sockets: PackedSockets }>;

/**
 * The process that reads the kernel's files for `readKernel`: a read that the kernel holds can only be given up with
 * the process that waits for it. Arguments: the root, and the byte order of its machine. It begins when its standard
 * input ends, which is the uids of quiet pods, a line each; the ledger goes to standard output, serialized.
 */
function readForParent(): void {
  // Errors are many and ordinary here: processes end while they are read.
  Error.stackTraceLimit = 0;
  const [root = "/", order] = process.argv.slice(2);
  const quiet = new Set(readFileSync(input, "utf8").split("\n"));
  const told = observeKernel(kernelFiles(root, sayTask), order === "BE" ? "BE" : "LE", quiet);
  const printed: Printed = mapTold(told, (facts) => ({ ...facts, sockets: packSockets(facts.sockets) }));
  const bytes = serialize(printed);
  for (let at = 0; at < bytes.length;) at += writeSync(output, bytes, at);
}

const input = 0;
const output = 1;

readForParent();
