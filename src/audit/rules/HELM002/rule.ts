import type { Severity } from "../../../model/finding.ts";
import { isKnown } from "../../../model/told.ts";
import { versionForm } from "../../movers/terraform-chart.ts";
import type { Rule } from "../../rule.ts";
import { exclusionIsNoPin, ofChart, versionedCharts, type VersionedChart } from "../../findings/chart-versions.ts";
import { toldBy } from "../../matrix-cells.ts";
import { findingsOf, type Occurrence } from "../../findings/occurrences.ts";

export const rule: Rule = {
  id: "HELM002",
  name: "helm-release-with-version-range",
  title: "The chart version of a helm_release is a range, or empty",
  severity: "medium",
  severityNote:
    'high for `version = ""` where helm provider 2 is certain: it takes the newest at every plan; low on provider 3, which refuses to plan it',
  fix: "pin",
  check(audited) {
    return findingsOf("HELM002", versionedCharts(audited).flatMap(occurrence));
  },
};

function occurrence(chart: VersionedChart): Occurrence[] {
  const { release, cell } = chart;
  if (!isKnown(release.version) || release.version.known === null) return [];
  const version = release.version.known;
  const form = versionForm(version, isKnown(release.chart) ? release.chart.known : null);
  if (form !== "empty" && form !== "range") return [];
  return [
    {
      ...ofChart(chart),
      severity: severityOf(chart, form),
      place: release.version.at.at(-1) ?? release.at,
      what: (who) =>
        form === "empty"
          ? `${who.names} ${who.say("has an empty chart version", "have an empty chart version")}`
          : `${who.names} ${who.say("takes", "take")} any chart version in "${version}"`,
      why: `${cell.state === "conditional" ? "held as long as " : ""}${toldBy(cell).text}.${tildeMeaning(version)}${exclusionIsNoPin(chart)}`,
      do: 'version = "<deployed>"   instead: the version that runs now',
    },
  ];
}

function severityOf({ cell, provider }: VersionedChart, form: "empty" | "range"): Severity {
  if (provider.major === 3) return cell.state === "open" ? "medium" : "low";
  return provider.major === 2 && form === "empty" ? "high" : "medium";
}

/** Terraform and Helm read the operator differently (Masterminds/semver, constraints.go). */
function tildeMeaning(version: string): string {
  const [, major, minor] = /^~>\s*v?(\d{1,9})\.(\d{1,9})$/.exec(version.trim()) ?? [];
  if (major === undefined) return "";
  return ` Helm reads it as ${major}.${minor}.x; only Terraform would go on to below ${Number(major) + 1}.0.`;
}
