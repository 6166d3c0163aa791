import { atLeast, type Finding } from "../model/finding.ts";
import type { Group } from "./preflighted.ts";
import type { Reason } from "../model/told.ts";

export type Verdict = "block" | "risk" | "unknown" | "ok";

/** `block` if a finding blocks, `risk` if one is high, `unknown` if a group that is needed could not be told, else `ok`. */
export function verdict(findings: readonly Finding[], untold: ReadonlyMap<Group, readonly Reason[]>): Verdict {
  if (findings.some(({ severity }) => severity === "block")) return "block";
  if (findings.some(({ severity }) => atLeast(severity, "high"))) return "risk";
  return untold.size > 0 ? "unknown" : "ok";
}
