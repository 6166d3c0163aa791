import { findingsOf, type Occurrence } from "../../findings/occurrences.ts";
import { comparedReleases, ofRelease, type ComparedRelease } from "../../findings/running-releases.ts";
import type { Comparison } from "../../cluster/comparison.ts";
import type { Rule } from "../../rule.ts";

export const rule: Rule = {
  id: "LIVE003",
  name: "declared-release-does-not-run",
  title: "A release is declared, and does not run",
  severity: "info",
  fix: "none",
  check(audited) {
    const { comparison } = audited;
    if (comparison === null) return [];
    return findingsOf(
      "LIVE003",
      comparedReleases(audited).flatMap((one) => occurrence(comparison, one)),
    );
  },
};

function occurrence({ running, placeOf }: Comparison, compared: ComparedRelease): Occurrence[] {
  const { deployment, release, isOff } = compared;
  if (isOff || (deployment.state !== "absent" && deployment.state !== "not deployed")) return [];
  const newest = deployment.state === "absent" ? null : deployment.release.newest;
  const how = newest === null ? "has no record of it" : `has revision ${newest.revision}, which is ${newest.status}`;
  return [
    {
      ...ofRelease(compared),
      severity: "info",
      from: newest === null ? [] : [release.at, ...placeOf(newest)],
      what: (who) => `${who.names} ${who.say("is", "are")} declared, and ${who.say("does", "do")} not run`,
      why: `Helm ${how} (${running.source}). What is said of it here becomes so with the next apply.`,
      do: "apply it, or take it out",
    },
  ];
}
