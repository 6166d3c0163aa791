import { isDeepStrictEqual, parseArgs } from "node:util";
import { runHistory } from "./history.ts";
import { scenarios } from "./scenarios.ts";
import { Tally } from "./tally.ts";

/** Looks for what catches the build of src/ that lies beside it: prints a line of JSON. */
const { values } = parseArgs({
  options: { seed: { type: "string", default: "1" }, count: { type: "string", default: "1000" } },
});

console.log(
  JSON.stringify({ scenario: firstScenario(), history: firstHistory(Number(values.seed), Number(values.count)) }),
);

function firstScenario(): string | null {
  return scenarios.find((each) => !passes(each))?.name ?? null;
}

function passes({ run, expected }: (typeof scenarios)[number]): boolean {
  try {
    return isDeepStrictEqual(run(), expected);
  } catch {
    return false;
  }
}

/** How many histories it took, and what was violated. */
function firstHistory(seed: number, count: number): string | null {
  const tally = new Tally();
  for (let at = 0; at < count; at++) {
    try {
      runHistory(seed + at, tally);
    } catch (error) {
      return `${at + 1}: ${error instanceof Error ? error.message.split(":")[0] : "thrown"}`;
    }
  }
  return null;
}
