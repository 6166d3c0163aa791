import { writeSync } from "node:fs";
import { serialize } from "node:v8";
import { kernelFiles } from "./kernel-files.ts";
import { observeKernel } from "./observe-kernel.ts";

/**
 * The process that reads the kernel's files for `readKernel`: a read that the kernel holds can only be given up with
 * the process that waits for it. Arguments: the root, and the byte order of its machine. The ledger goes to standard
 * output, serialized; the task that is about to be read goes to descriptor 3, a line each.
 */
function readForParent(): void {
  // Errors are many and ordinary here: processes end while they are read.
  Error.stackTraceLimit = 0;
  const [root = "/", order] = process.argv.slice(2);
  const files = kernelFiles(root, (task) => writeWhole(progress, Buffer.from(`${task}\n`)));
  writeWhole(output, serialize(observeKernel(files, order === "BE" ? "BE" : "LE")));
}

const output = 1;
const progress = 3;

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
}

readForParent();
