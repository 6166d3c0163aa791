import { fuzz } from "./fuzz.ts";

/** `npm run proof -- fuzz`: damaged copies of the example for a bounded time. Gives the exit code. */
export async function proveByFuzzing(options: {
  readonly seconds: number;
  readonly seed: number;
  readonly inputs?: number;
}): Promise<number> {
  const { seed } = options;
  console.log(`seed ${seed}, ${options.seconds} s`);
  const { tried, harm } = await fuzz(seed, options);
  for (const { seed: at, what } of harm.slice(0, 20))
    console.log(`\n${what}\n  again: npm run proof -- fuzz --seed ${at} --inputs 1`);
  console.log(`${tried} inputs, ${harm.length} that do harm`);
  return harm.length === 0 && tried > 0 ? 0 : 1;
}
