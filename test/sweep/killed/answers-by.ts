import type { Request, World } from "../../../src/sweep/requests.ts";

/** A world in which one function answers everything. */
export function answersBy(answer: (request: Request) => Promise<unknown>): World {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- test/sweep/answers.ts answers each kind as it is to be answered
  return new Proxy({}, { get: () => answer }) as World;
}
