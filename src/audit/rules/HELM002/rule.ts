import type { Severity } from "../../../model/finding.ts";
import { isKnown } from "../../../model/told.ts";
import { versionForm, type VersionForm } from "../../movers/terraform-chart.ts";
import type { Rule } from "../../rule.ts";
import {
  editOf,
  exclusionIsNoPin,
  ofChart,
  versionedCharts,
  type VersionedChart,
} from "../../findings/chart-versions.ts";
import { toldBy } from "../../matrix-cells.ts";
import { findingsOf, type Occurrence, type Who } from "../../findings/occurrences.ts";

export const rule: Rule = {
  id: "HELM002",
  name: "helm-release-with-version-range",
  title: "The chart version of a helm_release is a range, empty, or refused by Helm",
  severity: "medium",
  severityNote:
    'high for `version = ""` where helm provider 2 is certain: it takes the newest at every plan; low where nothing can move: provider 3 refuses to plan a range, and Helm refuses what is neither version nor range',
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
  if (form === "exact" || form === "absent") return [];
  return [
    {
      ...ofChart(chart),
      severity: severityOf(chart, form),
      place: release.version.at.at(-1) ?? release.at,
      what: (who) => `${who.names} ${whatOf(form, version, who)}`,
      why: `${cell.state === "conditional" ? "held as long as " : ""}${toldBy(cell).text}.${tildeMeaning(version)}${exclusionIsNoPin(chart)}`,
      do: editOf(chart, 'version = "<deployed>"   instead: the version that runs now'),
    },
  ];
}

type LooseForm = Exclude<VersionForm, "exact" | "absent">;

function whatOf(form: LooseForm, version: string, who: Who): string {
  switch (form) {
    case "empty":
      return who.say("has an empty chart version", "have an empty chart version");
    case "refused":
      return `${who.say("has a chart version", "have a chart version")} that Helm refuses: "${version}"`;
    case "range":
      return `${who.say("takes", "take")} any chart version in "${version}"`;
  }
}

function severityOf({ cell, provider }: VersionedChart, form: LooseForm): Severity {
  if (form === "refused") return "low";
  if (provider.major === 3) return cell.state === "open" ? "medium" : "low";
  return provider.major === 2 && form === "empty" ? "high" : "medium";
}

/** Terraform and Helm read the operator differently (Masterminds/semver, constraints.go). */
function tildeMeaning(version: string): string {
  const [, major, minor] = /^~>\s*v?(\d{1,9})\.(\d{1,9})$/.exec(version.trim()) ?? [];
  if (major === undefined) return "";
  return ` Helm reads it as ${major}.${minor}.x; only Terraform would go on to below ${Number(major) + 1}.0.`;
}
