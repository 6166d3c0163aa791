#!/usr/bin/env node
// Plain JavaScript that Node 12.20 and newer can read, so that an old Node gets an answer and no syntax error.
// Node's own modules without `node:`: Node 12 does not know that prefix everywhere.
import fs from "fs";
import module from "module";
import os from "os";
import path from "path";

const needed = [24, 11];
const found = process.versions.node.split(".").map(Number);

if (found[0] < needed[0] || (found[0] === needed[0] && found[1] < needed[1])) {
  process.stderr.write(
    `holdfast: NODE001: Node ${needed.join(".")} or newer is needed, this is ${process.versions.node} ` +
      `(${process.execPath}). Install Node 24, or use the holdfast tarball that has Node inside.\n`,
  );
  process.exitCode = 2;
} else {
  start();
}

function start() {
  // NO_COLOR wins here. Node would say on standard error that it is ignored.
  if (process.env.NO_COLOR) delete process.env.FORCE_COLOR;
  // In a checkout the sources run; a build that lies around there must not hide them.
  const source = new URL("../src/main.ts", import.meta.url);
  const published = !fs.existsSync(source);
  if (published) keepCompiledCode();
  const entry = published ? new URL("../dist/main.js", import.meta.url) : source;
  void import(entry.href).then((program) => program.main(process.argv.slice(2)));
}

/**
 * Every start is some 30 ms shorter. Not in Node's default place below /tmp: whoever can write there could put code into the
 * program. For root, only where nobody else can: with sudo, HOME may be another user's.
 */
function keepCompiledCode() {
  const wanted = path.resolve(process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache"), "holdfast", "compiled");
  let existing = wanted;
  while (!fs.existsSync(existing)) existing = path.dirname(existing);
  // Links are followed once: they may lead elsewhere later.
  const real = fs.realpathSync(existing);
  const isRoot = process.getuid !== undefined && process.getuid() === 0;
  if (isRoot && !isRootsAlone(real)) return;
  module.enableCompileCache(path.join(real, path.relative(existing, wanted)));
}

/** Whether a folder and all that it is in are root's, and nobody else may write there. */
function isRootsAlone(folder) {
  for (let each = folder; ; each = path.dirname(each)) {
    const { uid, mode } = fs.statSync(each);
    if (uid !== 0 || (mode & 0o022) !== 0) return false;
    if (each === path.dirname(each)) return true;
  }
}
