import { closeSync, constants, openSync, readSync } from "node:fs";

/** Lines that are kept, the newest. */
const mostLines = 4096;
const longestRecord = 8192;

/**
 * The kernel's log as /dev/kmsg gives it, a record a read; `null`: it may not be read here. Never waits: what is not there yet is not
 * read [linux, Documentation/ABI/testing/dev-kmsg].
 */
export function kernelLog(path = "/dev/kmsg"): readonly string[] | null {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  const record = Buffer.alloc(longestRecord);
  const lines: string[] = [];
  try {
    for (let reads = 0; reads < 1_000_000; reads++) {
      const length = readOne(descriptor, record);
      if (length === "overwritten") continue;
      if (length === "end") break;
      lines.push(record.toString("utf8", 0, length));
      if (lines.length > 2 * mostLines) lines.splice(0, mostLines);
    }
  } finally {
    closeSync(descriptor);
  }
  return lines.slice(-mostLines);
}

function readOne(descriptor: number, record: Buffer): number | "overwritten" | "end" {
  try {
    const length = readSync(descriptor, record);
    return length === 0 ? "end" : length;
  } catch (error) {
    // EPIPE: records were overwritten while they were read; the next read goes on behind them.
    return error instanceof Error && "code" in error && error.code === "EPIPE" ? "overwritten" : "end";
  }
}
