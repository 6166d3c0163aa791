import { readConfig } from "../config/read.ts";
import { readNamed } from "../outside/files/read.ts";
import { printable } from "../report/safe.ts";
import { Failure } from "./failure.ts";
import { knownRules } from "./known-rules.ts";

/** Runs `holdfast config check`; gives the exit code: 0, or 1 with a line for each thing that is wrong. */
export function checkConfig(file: string): Promise<number> {
  const read = readNamed(file);
  if ("failure" in read)
    throw new Failure(
      "CONFIG001",
      `${file} could not be read (${read.failure})`,
      "Name a holdfast.yaml that is there.",
    );
  const parsed = readConfig(read.text, knownRules);
  if ("config" in parsed) {
    process.stdout.write(`${printable(file)} is valid.\n`);
    return Promise.resolve(0);
  }
  for (const { line, column, text } of parsed.problems)
    process.stdout.write(`${printable(file)}:${line}:${column}: ${printable(text)}\n`);
  return Promise.resolve(1);
}
