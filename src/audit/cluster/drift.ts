import type { ChartSource, DeclaredRelease } from "../../model/release.ts";
import type { ReleasedChart } from "../../model/running-cluster.ts";
import { isKnown } from "../../model/told.ts";
import { versionForm } from "../movers/terraform-chart.ts";
import { resolve } from "../versions/chart-version.ts";

/** How the chart that runs differs from the one that is written. */
export type Drift =
  | { readonly of: "chart"; readonly written: string; readonly runs: string }
  | { readonly of: "version"; readonly written: string; readonly runs: string; readonly isExact: boolean };

/**
 * The difference that is certain; `null`: none is. What is written as no version, and what a directory or an archive has,
 * is not compared. Versions are equal as Helm takes them: without a leading `v` and build metadata.
 */
export function driftOf({ chart, version }: DeclaredRelease, runs: ReleasedChart): Drift | null {
  const source = isKnown(chart) ? chart.known : null;
  const name = source === null ? null : nameOf(source);
  if (name !== null && name !== runs.name) return { of: "chart", written: name, runs: runs.name };
  if (source?.kind === "local" || source?.kind === "archive") return null;
  const tag = source?.kind === "oci" ? source.tag : null;
  const written = tag ?? (isKnown(version) ? version.known : null);
  const form = versionForm(written, source);
  if (written === null || (form !== "exact" && form !== "range")) return null;
  const taken = resolve(written, [runs.version], { devel: false, from: "repository" });
  if (!isKnown(taken) || taken.known !== null) return null;
  return { of: "version", written: written.trim(), runs: runs.version, isExact: form === "exact" };
}

/** The name in Chart.yaml, where the source tells it: the last part of a reference is that by Helm's own check. */
function nameOf(chart: ChartSource): string | null {
  if (chart.kind === "repository") return chart.chart.slice(chart.chart.lastIndexOf("/") + 1) || null;
  if (chart.kind !== "oci") return null;
  const path = chart.reference.replace(/@[^@]*$/, "").replace(/:[^:/]*$/, "");
  return path.slice(path.lastIndexOf("/") + 1) || null;
}
