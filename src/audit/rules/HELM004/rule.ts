import type { Span, SpanRole } from "../../../model/span.ts";
import { isKnown } from "../../../model/told.ts";
import type { Rule } from "../../rule.ts";
import {
  exclusionIsNoPin,
  isKept,
  ofChart,
  versionedCharts,
  type VersionedChart,
} from "../../findings/chart-versions.ts";
import { toldBy } from "../../matrix-cells.ts";
import { callOf, type ModuleCaller } from "../../module-caller.ts";
import { findingsOf, type Occurrence } from "../../findings/occurrences.ts";

export const rule: Rule = {
  id: "HELM004",
  name: "helm-release-version-left-out",
  title: "A helm_release names a version, but a default or a call leaves it null",
  severity: "high",
  severityNote: "low with `upgrade_install` on provider 3.1 or later, which keeps the installed version",
  fix: "pin",
  check(audited) {
    const floating = versionedCharts(audited).filter(({ release }) => release.versionFloats);
    return findingsOf(
      "HELM004",
      floating.flatMap((chart) => occurrence(chart, callOf(audited.repository, chart.release))),
    );
  },
};

function occurrence(chart: VersionedChart, call: ModuleCaller | null): Occurrence[] {
  const { release, cell } = chart;
  if (!isKnown(release.version)) return [];
  const { at } = release.version;
  const decider = at.findLast(({ name, role }) => name !== undefined && role !== undefined && role in causes);
  const omitted = decider?.role === "variable default" ? call : null;
  return [
    {
      ...ofChart(chart),
      severity: isKept(cell) ? "low" : "high",
      place: omitted?.at ?? at.at(-1) ?? release.at,
      what: (who) => `${who.names} ${who.say("gets", "get")} no chart version: ${causeOf(decider, omitted)}`,
      why: `${toldBy(cell).text}. The block has a version attribute, so it looks pinned.${exclusionIsNoPin(chart)}`,
      do: `${edit(decider, omitted)}: the version that runs now`,
    },
  ];
}

/** What to say of the last place that decided on null, by what it is. */
const causes: Partial<Record<SpanRole, string>> = {
  "variable default": "the default of NAME is null",
  "root variable default": "the default of NAME is null",
  "module argument": "the call passes null for NAME",
  tfvars: "NAME is set to null",
  "var-file": "NAME is set to null",
  "terragrunt input": "the input NAME is null",
};

function causeOf({ role, name = "" }: Span | undefined = nowhere, call: ModuleCaller | null): string {
  const cause = role === undefined ? undefined : causes[role];
  if (call !== null) return `${call.name} leaves out ${bare(name)}, whose default is null`;
  return cause?.replace("NAME", () => (role?.endsWith("default") ? name : bare(name))) ?? "its value is null";
}

function edit({ role, name = "" }: Span | undefined = nowhere, call: ModuleCaller | null): string {
  if (call !== null) return `${bare(name)} = "<deployed>"   in ${call.name}`;
  if (role === undefined) return 'version = "<deployed>"   where it gets null now';
  return role.endsWith("default")
    ? `default = "<deployed>"   in variable "${bare(name)}"`
    : `${bare(name)} = "<deployed>"   in place of null`;
}

const nowhere: Span = { file: 0, start: 0, end: 0 };

function bare(name: string): string {
  return name.replace(/^var\./, "");
}
