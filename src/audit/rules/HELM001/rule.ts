import type { Severity } from "../../../model/finding.ts";
import { isKnown } from "../../../model/told.ts";
import type { Rule } from "../../rule.ts";
import {
  editOf,
  exclusionIsNoPin,
  isKept,
  ofChart,
  versionedCharts,
  type VersionedChart,
} from "../../findings/chart-versions.ts";
import { toldBy } from "../../matrix-cells.ts";
import { findingsOf, type Occurrence } from "../../findings/occurrences.ts";

export const rule: Rule = {
  id: "HELM001",
  name: "helm-release-without-version",
  title: "A helm_release has no chart version",
  severity: "high",
  severityNote:
    "medium where helm provider 2 is certain or the only one that takes the blocks, or `ignore_changes` names the version: it moves on create and replace only; low with `upgrade_install` on provider 3.1 or later, which keeps the installed version",
  fix: "pin",
  check(audited) {
    return findingsOf("HELM001", versionedCharts(audited).filter(isUnversioned).map(occurrence));
  },
};

/** HELM004 has those that a variable or an expression leaves without one. */
function isUnversioned({ release }: VersionedChart): boolean {
  return isKnown(release.version) && release.version.known === null && !release.versionFloats;
}

function occurrence(chart: VersionedChart): Occurrence {
  return {
    ...ofChart(chart),
    severity: severityOf(chart),
    place: chart.release.at,
    what: (who) => `${who.names} ${who.say("has", "have")} no chart version`,
    why: `${toldBy(chart.cell).text}.${consequence(chart)}${exclusionIsNoPin(chart)}`,
    do: editOf(chart, 'version = "<deployed>"   in the helm_release: the version that runs now'),
  };
}

function severityOf({ cell }: VersionedChart): Severity {
  if (isKept(cell)) return "low";
  return cell.state === "open" && cell.note === "create" ? "medium" : "high";
}

function consequence(chart: VersionedChart): string {
  if (severityOf(chart) !== "high") return "";
  return ` So editing a value ${chart.provider.major === 3 ? "can" : "may"} upgrade the chart.`;
}
