import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mutants, type Mutant } from "./mutants.ts";

/** Breaks each rule once in a copy, and prints what catches it. Gives the exit code. */
export function proveMutants(seed: number, count: number): number {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-mutants-"));
  let missed = 0;
  try {
    for (const each of ["src/model", "src/ledger", "src/sweep", "test/sweep", "test/oracle/random.ts", "package.json"])
      cpSync(each, join(folder, each), { recursive: true });
    console.log("| rule that is broken | caught by the scenario | caught after histories |\n|---|---|---|");
    for (const mutant of mutants) {
      const { scenario, history } = hunt(folder, mutant, seed, count);
      if (scenario === null && history === null) missed++;
      console.log(`| ${mutant.rule} | ${scenario ?? "-"} | ${history ?? `not in ${count}`} |`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`${mutants.length} mutants, ${missed} missed`);
  return missed === 0 ? 0 : 1;
}

interface Caught {
  readonly scenario: string | null;
  readonly history: string | null;
}

function hunt(folder: string, { rule, file, find, replace }: Mutant, seed: number, count: number): Caught {
  const path = join(folder, "src", file);
  const whole = readFileSync(path, "utf8");
  if (whole.split(find).length !== 2) throw new Error(`the mutant «${rule}» does not fit ${file}: ${find}`);
  writeFileSync(
    path,
    whole.replace(find, () => replace),
  );
  try {
    const args = ["test/sweep/hunt.ts", "--seed", String(seed), "--count", String(count)];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    if (stdout === "") throw new Error(`the mutant «${rule}» does not run: ${stderr}`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- hunt.ts prints it
    return JSON.parse(stdout) as Caught;
  } finally {
    writeFileSync(path, whole);
  }
}
