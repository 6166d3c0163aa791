import { parseArgs } from "node:util";
import { checkExpressions, newTally, total, type Tally } from "./conformance.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: "string", default: "5000" }, seed: { type: "string" } },
});

if (positionals[0] !== "conformance") {
  console.error("usage: npm run proof -- conformance [--count N] [--seed N]");
  process.exit(2);
}
const count = Number(values.count);
const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : Number(values.seed);
console.log(`seed ${seed}, ${count} expressions`);
const tally = newTally();
checkExpressions(count, seed, tally);
print(tally);
process.exit(tally.wrong.length > 0 ? 1 : 0);

function print(found: Tally): void {
  const share = (part: number): string => `${part} (${((100 * part) / Math.max(1, total(found))).toFixed(1)} %)`;
  console.log(`agreed          ${share(found.agreed)}`);
  console.log(`agreed in part  ${share(found.agreedInPart)}`);
  console.log(`both refused    ${share(found.refused)}`);
  for (const [code, times] of [...found.unknown].sort((a, b) => b[1] - a[1])) console.log(`unknown         ${share(times)} ${code}`);
  console.log(`WRONG           ${share(found.wrong.length)}`);
  for (const wrong of [...found.wrong].sort((a, b) => a.length - b.length).slice(0, 20)) console.log(`\n${wrong}`);
}
