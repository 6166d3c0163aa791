#!/usr/bin/env node
// Plain JavaScript that Node 12.20 and newer can read, so that an old Node gets an answer and no syntax error.
// Node's own modules without `node:`: Node 12 does not know that prefix everywhere.
import fs from "fs";

const needed = [24, 11];
const found = process.versions.node.split(".").map(Number);

if (found[0] < needed[0] || (found[0] === needed[0] && found[1] < needed[1])) {
  process.stderr.write(
    `holdfast: NODE001: Node ${needed.join(".")} or newer is needed, this is ${process.versions.node} ` +
      `(${process.execPath}). Install Node 24, or use the holdfast tarball that has Node inside.\n`,
  );
  process.exitCode = 2;
} else {
  // In a checkout the sources run; a build that lies around there must not hide them.
  const source = new URL("../src/main.ts", import.meta.url);
  const entry = fs.existsSync(source) ? source : new URL("../dist/main.js", import.meta.url);
  void import(entry.href).then((program) => program.main(process.argv.slice(2)));
}
