import { compareHcl, hclSummary, missingHclOracle, type HclTally } from "./hcl-comparison.ts";
import { hclTextsIn } from "./hcl-files.ts";
import { damagedHcl, generatedHcl } from "./hcl-texts.ts";
import { Random } from "./random.ts";

/** Where HCL is in this repository. */
export const ownHcl: readonly string[] = ["examples", "src/audit/rules"];

/** `count` texts, every other one a damaged copy of what `paths` hold, the rest generated. */
export function compareMadeHcl(paths: readonly string[], count: number, seed: number): HclTally {
  const random = new Random(seed);
  const texts = hclTextsIn(paths);
  return compareHcl(
    Array.from({ length: count }, (_, index) => {
      const made = index % 2 === 0 && texts.length > 0 ? damagedHcl(random, texts) : generatedHcl(random);
      return { ...made, name: `${index}: ${made.name}` };
    }),
  );
}

/** `npm run proof -- hcl`: our parser against hashicorp/hcl. Gives the exit code. */
export function proveHcl(paths: readonly string[], count: number, seed: number): number {
  const missing = missingHclOracle();
  if (missing !== undefined) {
    console.error(missing);
    return 2;
  }
  const sources = paths.length === 0 ? ownHcl : paths;
  console.log(`seed ${seed}`);
  const files = compareHcl(hclTextsIn(sources));
  print(`files of ${sources.join(", ")}`, files);
  const made = compareMadeHcl(sources, count, seed);
  print(`${count} texts, half of them damaged copies, half generated`, made);
  return files.different.length + made.different.length === 0 ? 0 : 1;
}

function print(title: string, tally: HclTally): void {
  console.log(["", title, ...hclSummary(tally)].join("\n"));
  for (const different of tally.different.toSorted((a, b) => a.length - b.length).slice(0, 20))
    console.log(`\n${different}`);
}
