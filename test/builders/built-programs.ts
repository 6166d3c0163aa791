import { findPrograms } from "../testbed/build/programs.ts";
import type { RecipeName } from "../testbed/build/recipes.ts";

/** The folder of programs that were built for the test bed. Throws where they are not: a test without them shows nothing. */
export function builtPrograms(name: RecipeName): string {
  const { programs, missing } = findPrograms();
  if (missing.includes(name)) throw new Error(`${name} is not built yet: npm run testbed -- build`);
  return programs[name];
}
