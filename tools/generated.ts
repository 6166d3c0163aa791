import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.join(import.meta.dirname, "..");

/**
 * Makes a folder hold exactly the wanted files, by name. With `--check` on the command line it writes nothing, and says
 * which file is not `is` and what to `run`; the exit code is then 1.
 */
export function bring(
  folder: string,
  wanted: ReadonlyMap<string, string>,
  { is, run }: { readonly is: string; readonly run: string },
): void {
  const at = path.join(root, folder);
  mkdirSync(at, { recursive: true });
  const there = new Map(readdirSync(at).map((name) => [name, readFileSync(path.join(at, name), "utf8")]));
  const changed = [...wanted].filter(([name, text]) => there.get(name) !== text);
  const leftOver = [...there.keys()].filter((name) => !wanted.has(name));
  if (process.argv.includes("--check")) {
    const complaints = [...changed.map(([name]) => name), ...leftOver];
    for (const name of complaints) console.error(`${folder}/${name} is not ${is}. Run: ${run}`);
    if (complaints.length > 0) process.exitCode = 1;
    return;
  }
  for (const [name, text] of changed) writeFileSync(path.join(at, name), text);
  for (const name of leftOver) rmSync(path.join(at, name));
}
