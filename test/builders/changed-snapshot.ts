import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { Seal } from "../../src/snapshot/record/seal.ts";

/** Writes a snapshot anew with its lines changed; `null` leaves one out, and a section has to keep its count. */
export function writeChangedSnapshot(from: string, to: string, change: (line: object) => object | null): void {
  const seal = new Seal();
  const lines = gunzipSync(readFileSync(from)).toString("utf8").trimEnd().split("\n").slice(0, -1);
  const texts = lines.flatMap((line) => {
    const changed = change(JSON.parse(line));
    return changed === null ? [] : [seal.line(JSON.stringify(changed))];
  });
  writeFileSync(to, gzipSync(texts.join("") + seal.end()));
}
