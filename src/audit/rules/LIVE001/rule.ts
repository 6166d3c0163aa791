import { isKnown } from "../../../model/told.ts";
import { driftOf, type Drift } from "../../cluster/drift.ts";
import { findingsOf, type Occurrence } from "../../findings/occurrences.ts";
import { comparedReleases, ofRelease, type ComparedRelease } from "../../findings/running-releases.ts";
import { unlessOverridden } from "../../overridden.ts";
import type { Audited, Rule } from "../../rule.ts";

export const rule: Rule = {
  id: "LIVE001",
  name: "another-version-runs",
  title: "A release runs another chart version than the one that is written",
  severity: "medium",
  severityNote: "low where something outside of the repository can replace the version that is written",
  fix: "none",
  check(audited) {
    return findingsOf(
      "LIVE001",
      comparedReleases(audited).flatMap((one) => occurrence(audited, one)),
    );
  },
};

function occurrence({ comparison }: Audited, compared: ComparedRelease): Occurrence[] {
  const { release, deployment, isOff } = compared;
  if (deployment.state !== "runs" || isOff || comparison === null) return [];
  const { revision } = deployment;
  const drift = isKnown(revision.chart) ? driftOf(release, revision.chart.known) : null;
  if (drift === null) return [];
  const at = isKnown(release.version) ? release.version.at : [];
  const isReplaceable = drift.of === "version" && unlessOverridden(at, "the version") !== null;
  const { source } = revision.record;
  return [
    {
      ...ofRelease(compared),
      severity: isReplaceable ? "low" : "medium",
      confidence: isReplaceable ? "inferred" : "observed",
      place: drift.of === "version" ? (at.at(-1) ?? release.at) : release.at,
      from: [...at, release.at, ...comparison.placeOf(revision)],
      what: (who) => `${who.names} ${who.say("runs", "run")} ${said(drift)}`,
      why: `revision ${revision.revision} is deployed (${source}): something moved it that is not in this repository, or what is written was not applied. ${next(drift)}`,
      do: `helm history ${deployment.release.name} -n ${deployment.release.namespace}   says since when; then apply what is written, or write what runs`,
    },
  ];
}

function said(drift: Drift): string {
  if (drift.of === "chart") return `the chart ${drift.runs}, and ${drift.written} is written`;
  return drift.isExact
    ? `${drift.runs}, and ${drift.written} is written`
    : `${drift.runs}, which "${drift.written}" leaves out`;
}

function next(drift: Drift): string {
  return drift.of === "version" && drift.isExact
    ? `The next apply moves it to ${drift.written}.`
    : "The next apply moves it to what is written.";
}
