import { Failure } from "./failure.ts";

/** Runs `holdfast config check`; gives the exit code. */
export function checkConfig(file: string): Promise<number> {
  throw new Failure("CONFIG001", `nothing checks ${file} yet`, "Wait for the next version.");
}
