import { parseArgs } from "node:util";
import { checkExpressions, newTally, summary, total, type Tally } from "./conformance.ts";
import { proveByFuzzing } from "../fuzz/main.ts";
import { proveHcl } from "./hcl-proof.ts";
import { proveHistories } from "../sweep/prove-histories.ts";
import { proveMutants } from "../sweep/prove-mutants.ts";
import { proveSoak } from "../soak/prove-soak.ts";
import { checkModules } from "./modules.ts";
import { provePlacing } from "./placing-comparison.ts";

const usage = `usage: npm run proof -- conformance [--count N] [--modules N] [--seed N]
       npm run proof -- fuzz [--seconds N] [--inputs N] [--seed N]
       npm run proof -- hcl [--count N] [--seed N] [PATH...]
       npm run proof -- placing [--count N] [--seed N]
       npm run proof -- sweep [--count N] [--seed N]
       npm run proof -- sweep-mutants [--count N] [--seed N]
       npm run proof -- soak [--minutes N] [--seed N]`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: "string", default: "5000" },
    modules: { type: "string", default: "200" },
    seed: { type: "string" },
    seconds: { type: "string", default: "60" },
    inputs: { type: "string" },
    minutes: { type: "string", default: "30" },
  },
});

const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : Number(values.seed);
if (positionals[0] === "fuzz") {
  const inputs = values.inputs === undefined ? {} : { inputs: Number(values.inputs) };
  process.exit(await proveByFuzzing({ seconds: Number(values.seconds), seed, ...inputs }));
}
if (positionals[0] === "hcl") process.exit(proveHcl(positionals.slice(1), Number(values.count), seed));
if (positionals[0] === "placing") process.exit(provePlacing(seed, Number(values.count)));
if (positionals[0] === "sweep") process.exit(await proveHistories(seed, Number(values.count)));
if (positionals[0] === "sweep-mutants") process.exit(proveMutants(seed, Number(values.count)));
if (positionals[0] === "soak") process.exit(await proveSoak(seed, Number(values.minutes)));
if (positionals[0] !== "conformance") {
  console.error(usage);
  process.exit(2);
}
const expressions = newTally();
const modules = newTally();

console.log(`seed ${seed}`);
console.log(`\n${values.count} expressions, by tofu console`);
checkExpressions(Number(values.count), seed, expressions);
print(expressions);
console.log(`\noutputs of ${values.modules} modules, by tofu plan`);
checkModules(Number(values.modules), seed, modules);
print(modules);
process.exit(isProven(expressions) && isProven(modules) ? 0 : 1);

function isProven(found: Tally): boolean {
  return found.wrong.length === 0 && found.accepted.length * 1000 <= total(found);
}

function print(found: Tally): void {
  for (const line of summary(found)) console.log(line);
  for (const wrong of [...found.wrong, ...found.accepted].toSorted((a, b) => a.length - b.length).slice(0, 20))
    console.log(`\n${wrong}`);
}
