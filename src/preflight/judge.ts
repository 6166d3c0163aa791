import { severities, type Finding } from "../model/finding.ts";
import type { Preflighted } from "./preflighted.ts";
import type { PreflightRule } from "./rule.ts";

/** What the rules say, worst first. */
export function judge(preflighted: Preflighted, rules: readonly PreflightRule[]): readonly Finding[] {
  const rank = ({ severity }: Finding) => severities.indexOf(severity);
  return rules.flatMap((rule) => [...rule.check(preflighted)]).toSorted((a, b) => rank(a) - rank(b));
}
