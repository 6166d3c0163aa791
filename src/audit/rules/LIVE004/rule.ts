import { findingsOf, type Occurrence } from "../../findings/occurrences.ts";
import { comparedReleases, ofRelease, type ComparedRelease } from "../../findings/running-releases.ts";
import type { Comparison } from "../../cluster/comparison.ts";
import type { Rule } from "../../rule.ts";

export const rule: Rule = {
  id: "LIVE004",
  name: "newest-revision-not-deployed",
  title: "The newest revision of a release is not the one that is deployed",
  severity: "low",
  fix: "none",
  check(audited) {
    const { comparison } = audited;
    if (comparison === null) return [];
    return findingsOf(
      "LIVE004",
      comparedReleases(audited).flatMap((one) => occurrence(comparison, one)),
    );
  },
};

function occurrence({ running, placeOf }: Comparison, compared: ComparedRelease): Occurrence[] {
  const { deployment, release } = compared;
  if (deployment.state !== "runs" || deployment.release.newest === deployment.revision) return [];
  const { revision } = deployment;
  const { newest, name } = deployment.release;
  const isPending = newest.status.startsWith("pending-");
  const command = `${name} ${isPending ? `${revision.revision} ` : ""}-n ${newest.record.namespace ?? ""}`;
  return [
    {
      ...ofRelease(compared),
      severity: "low",
      from: [release.at, ...placeOf(newest), ...placeOf(revision)],
      what: (who) => `the newest revision of ${who.names} is ${newest.status}`,
      why: `Revision ${revision.revision} is deployed, revision ${newest.revision} is ${newest.status} (${running.source}). ${isPending ? "Helm upgrades nothing while a revision is pending, and one that was cut off stays so." : "What runs may be of both."}`,
      do: isPending ? `where no helm is at work: helm rollback ${command}` : `helm history ${command}   says why`,
    },
  ];
}
