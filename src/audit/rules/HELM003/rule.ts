import { isKnown } from "../../../model/told.ts";
import type { Rule } from "../../rule.ts";
import { editOf, ofChart, versionedCharts, type VersionedChart } from "../../findings/chart-versions.ts";
import { findingsOf, type Occurrence } from "../../findings/occurrences.ts";

export const rule: Rule = {
  id: "HELM003",
  name: "helm-release-version-not-told",
  title: "The chart version of a helm_release could not be told from the repository",
  severity: "info",
  fix: "none",
  check(audited) {
    return findingsOf("HELM003", versionedCharts(audited).flatMap(occurrence));
  },
};

function occurrence(chart: VersionedChart): Occurrence[] {
  const { release } = chart;
  if (isKnown(release.version)) return [];
  const reason = release.version.unknown;
  return [
    {
      ...ofChart(chart),
      confidence: "observed",
      severity: "info",
      place: release.versionAttribute ?? release.at,
      from: reason.at,
      what: (who) => `${who.names}: the chart version could not be told`,
      why: `${reason.text}: whether it is pinned is not known.`,
      do: editOf(
        chart,
        reason.supply === undefined
          ? "write the version in the repository, or give --plan plan.json"
          : `supply it: ${reason.supply}`,
      ),
    },
  ];
}
