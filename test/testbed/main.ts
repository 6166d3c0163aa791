import { commandLine } from "./command-line.ts";
import { Stopped, stopOnSignals, stopping } from "./stopping.ts";

stopOnSignals();
try {
  process.exitCode = await commandLine(process.argv.slice(2));
} catch (error) {
  const cause = stopping.aborted ? (stopping.reason as unknown) : error;
  process.stderr.write(`testbed: ${cause instanceof Error ? cause.message : String(cause)}\n`);
  process.exitCode = cause instanceof Stopped ? cause.exitCode : 1;
}
