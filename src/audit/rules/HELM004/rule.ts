import type { Span } from "../../../model/span.ts";
import { isKnown } from "../../../model/told.ts";
import type { Rule } from "../../rule.ts";
import { exclusionIsNoPin, ofChart, versionedCharts, type VersionedChart } from "../chart-versions.ts";
import { toldBy } from "../matrix-cells.ts";
import { callOf } from "../module-calls.ts";
import { findingsOf, type Occurrence } from "../occurrences.ts";

export const rule: Rule = {
  id: "HELM004",
  name: "helm-release-version-left-out",
  title: "A helm_release names a version, but a default or a call leaves it null",
  severity: "high",
  severityNote: "low with `upgrade_install` on provider 3.1 or later, which keeps the installed version",
  fix: "pin",
  check(audited) {
    return findingsOf("HELM004", versionedCharts(audited).flatMap((chart) => occurrence(chart, callOf(audited.repository, chart.release))));
  },
};

function occurrence(chart: VersionedChart, call: { readonly at: Span; readonly name: string } | null): Occurrence[] {
  const { release, cell } = chart;
  if (!release.versionFloats || !isKnown(release.version)) return [];
  const origin = release.version.at.at(-1) ?? release.at;
  const variable = release.version.at.findLast(({ role }) => role?.endsWith("variable default"));
  const omitted = variable?.role === "variable default" ? call : null;
  const name = variable?.name?.replace(/^var\./, "") ?? "version";
  return [
    {
      ...ofChart(chart),
      severity: cell.state === "held" ? "low" : "high",
      place: omitted?.at ?? origin,
      what: (who) => `${who.names} ${who.verb("gets", "get")} no chart version: ${cause(variable?.name, omitted?.name)}`,
      why: `${toldBy(cell).text}, although the block has a version attribute.${exclusionIsNoPin(chart)}`,
      do: edit(name, variable !== undefined, omitted?.name),
    },
  ];
}

function cause(variable: string | undefined, call: string | undefined): string {
  if (variable === undefined) return "its value is null";
  return call === undefined ? `the default of ${variable} is null` : `${call} leaves out ${variable.replace(/^var\./, "")}, whose default is null`;
}

function edit(name: string, isVariable: boolean, call: string | undefined): string {
  if (call !== undefined) return `${name} = "<deployed>"   in ${call}: the version that runs now`;
  return isVariable ? `default = "<deployed>"   in variable "${name}": the version that runs now` : 'version = "<deployed>"   in place of null: the version that runs now';
}
