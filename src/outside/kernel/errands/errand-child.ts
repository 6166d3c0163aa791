import { readFileSync, writeSync } from "node:fs";
import { deserialize, serialize } from "node:v8";
import { errands, placeAt, type Errand, type ErrandKind } from "./errands.ts";

/**
 * The process that runs one errand: what the kernel holds can only be given up with the process that waits for it, and
 * what is half done has to be brought to its end whatever becomes of the one that asked. The errand comes on standard
 * input and the answer goes to standard output, both serialized.
 */
function runForParent(): void {
  Error.stackTraceLimit = 0;
  const errand: Errand<ErrandKind> = deserialize(readFileSync(input));
  const bytes = serialize(run(errand));
  for (let at = 0; at < bytes.length;) at += writeSync(output, bytes, at);
}

function run<K extends ErrandKind>(errand: Errand<K>): unknown {
  return errands[errand.kind](errand, placeAt(errand.root));
}

const input = 0;
const output = 1;

runForParent();
