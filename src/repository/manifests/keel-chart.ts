import type { ChartSource, KeelInstallation } from "../../model/release.ts";
import { isKnown, known, unknown, type Told } from "../../model/told.ts";
import type { Value } from "../value.ts";
import { field, textOf } from "./field.ts";

/**
 * What a release of Keel's own chart switches on; `null` for any other chart. Defaults are known of the chart as
 * keel-hq/keel publishes it (chart-v1.0.4 to chart-v1.2.0, chart/keel/values.yaml and templates/deployment.yaml); of
 * a chart of that name from elsewhere only what the values say.
 */
export function keelInstallation(
  chart: Told<ChartSource>,
  version: Told<string | null>,
  values: Value,
): KeelInstallation | null {
  if (!isKnown(chart) || !isKeel(chart.known)) return null;
  const isTheirs = isPublished(chart.known);
  return {
    helmProvider: withoutEnvironment(values, "HELM3_PROVIDER", helmProvider(isTheirs, version, values)),
    polls: withoutEnvironment(values, "POLL", switched(field(values, "polling", "enabled"), isTheirs)),
  };
}

function isKeel(chart: ChartSource): boolean {
  if (chart.kind === "repository") return chart.chart === "keel" || chart.chart.endsWith("/keel");
  return chart.kind === "oci" && /\/keel(?:[:@]|$)/.test(chart.reference);
}

function isPublished(chart: ChartSource): boolean {
  if (chart.kind === "oci") return chart.reference.startsWith("oci://ghcr.io/keel-hq/");
  return chart.kind === "repository" && /^https:\/\/charts\.keel\.sh\/?$/.test(chart.repository ?? "");
}

/** From chart 1.2.0 on `enabled` decides. Before, `version` had to be "v3" as well, and was "v2" by default. */
function helmProvider(isTheirs: boolean, version: Told<string | null>, values: Value): Told<boolean> {
  const enabled = switched(field(values, "helmProvider", "enabled"), isTheirs);
  if (!isKnown(enabled) || !enabled.known) return enabled;
  const written = isTheirs && isKnown(version) ? /^v?(\d+)\.(\d+)\.\d+$/.exec(version.known ?? "") : null;
  const [major, minor] = [Number(written?.[1]), Number(written?.[2])];
  if (major > 1 || (major === 1 && minor >= 2)) return enabled;
  if (major !== 1) return notTold("which version of Keel's chart it is decides whether its Helm provider is on");
  const helm = textOf(field(values, "helmProvider", "version"));
  return isKnown(helm) ? known(helm.known === "v3", [...enabled.at, ...helm.at]) : helm;
}

/** Both switches are on by default. */
function switched(value: Value, hasDefault: boolean): Told<boolean> {
  if (value.kind === "bool") return known(value.value, value.at);
  if (value.kind === "unknown") return unknown(value.reason);
  return value.kind === "null" && hasDefault ? known(true) : notTold("the values of Keel do not say it");
}

/** `extraEnv` comes after what the chart sets, and the last one counts. */
function withoutEnvironment(values: Value, name: string, told: Told<boolean>): Told<boolean> {
  const extra = field(values, "extraEnv");
  if (extra.kind === "null") return told;
  const names = extra.kind === "list" ? extra.items.map((item) => textOf(field(item, "name"))) : null;
  const isFree = names?.every((one) => isKnown(one) && one.known !== name) === true;
  return isFree ? told : notTold(`extraEnv in the values of Keel may set ${name}`);
}

function notTold(text: string): Told<boolean> {
  return unknown({ code: "not-declared", text, at: [] });
}
