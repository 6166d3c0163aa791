import type { RunningRelease } from "../../../model/running-cluster.ts";
import { isKnown } from "../../../model/told.ts";
import type { Comparison } from "../../cluster/comparison.ts";
import { findingsOf, type Occurrence } from "../../findings/occurrences.ts";
import { comparedReleases, ofRelease, type ComparedRelease } from "../../findings/running-releases.ts";
import type { Repository } from "../../../repository/repository.ts";
import type { Rule } from "../../rule.ts";

export const rule: Rule = {
  id: "LIVE002",
  name: "release-of-no-file",
  title: "A release runs that this repository does not declare",
  severity: "info",
  fix: "none",
  check(audited) {
    const { comparison } = audited;
    if (comparison === null) return [];
    const elsewhere = whereElse(audited.repository);
    return findingsOf("LIVE002", [
      ...comparison.undeclared.flatMap((release) => undeclared(comparison, release, elsewhere)),
      ...comparedReleases(audited).flatMap((one) => switchedOff(comparison, one)),
    ]);
  },
};

/** Where the release may be declared all the same. */
function whereElse({ modules, unreadKinds, leftOut }: Repository): string {
  const isUnseen = modules.some(({ source, planned }) => source.kind !== "local" && planned !== true);
  const places = [
    "another repository",
    ...(isUnseen ? ["a module that is not in this one"] : []),
    ...(unreadKinds.size > 0
      ? [`an object of a kind that is not read yet (${[...unreadKinds.keys()].join(", ")})`]
      : []),
    ...(leftOut.length > 0 ? ["a file that paths of holdfast.yaml leaves out"] : []),
  ];
  return `${places.join(", or ")} may declare it, or somebody installed it by hand`;
}

function undeclared(comparison: Comparison, release: RunningRelease, elsewhere: string): Occurrence[] {
  const revision = release.deployed ?? release.newest;
  const [place] = comparison.placeOf(revision);
  if (place === undefined || revision.status === "uninstalled") return [];
  const subject = `${release.namespace}/${release.name}`;
  const { chart, record } = revision;
  const which = isKnown(chart)
    ? `the chart ${chart.known.name} ${chart.known.version}`
    : "a chart that could not be told";
  const flux = comparison.fluxOwners.get(subject) ?? null;
  return [
    {
      subject,
      address: subject,
      severity: "info",
      confidence: "observed",
      place,
      from: [],
      cells: [],
      what: (who) => `${who.names} ${who.say("runs", "run")}, and no file here declares ${who.say("it", "them")}`,
      why: `Helm's record has ${which}, revision ${revision.revision}, ${revision.status} (${record.source}). What can move it is not told here: ${flux === null ? elsewhere : `${flux} installs it, and HelmReleases are not read yet`}.`,
      do: "declare it here, or audit the repository that does; where this is one of several, severity: { LIVE002: off } in holdfast.yaml",
    },
  ];
}

function switchedOff({ placeOf }: Comparison, compared: ComparedRelease): Occurrence[] {
  const { deployment, isOff, release } = compared;
  if (deployment.state !== "runs" || !isOff) return [];
  const { revision, record } = deployment.revision;
  return [
    {
      ...ofRelease(compared),
      severity: "info",
      from: [release.at, ...placeOf(deployment.revision)],
      what: (who) =>
        `${who.names} ${who.say("runs", "run")}, and count or for_each switches ${who.say("it", "them")} off here`,
      why: `revision ${revision} is deployed (${record.source}): the next apply takes it away, or somebody else installed it.`,
      do: "switch it on, or apply what is written",
    },
  ];
}
