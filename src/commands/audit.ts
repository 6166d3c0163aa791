import type { Command } from "commander";
import { Failure } from "./failure.ts";

/** Runs `holdfast audit`; gives the exit code. */
export function audit(path: string, _options: object, _command: Command): Promise<number> {
  throw new Failure("AUDIT001", `nothing audits ${path} yet`, "Wait for the next version.");
}
