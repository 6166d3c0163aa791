import type { ChartSource, DeclaredRelease } from "../../model/release.ts";
import type { Span } from "../../model/span.ts";
import { isKnown } from "../../model/told.ts";
import type { HelmProvider } from "../helm-provider.ts";
import type { Cell } from "../matrix.ts";
import { unlessOverridden } from "../overridden.ts";
import { parseVersion } from "../versions/semantic-version.ts";
import { isRefused } from "../versions/version-constraint.ts";
import { isExactVersion } from "../versions/chart-version.ts";

/** How the version of a release is written, as far as it decides what moves it. */
export type VersionForm = "absent" | "empty" | "range" | "refused" | "exact";

/**
 * Helm looks a version up as a range unless it is whole; over OCI any version is a tag. What is neither it refuses, also
 * where a repository lists an entry or a tag of that very name (helm v3.18.5, pkg/repo/index.go 183-200,
 * pkg/registry/client.go 851-856 and util.go 57-76). Blanks around it do not count.
 */
export function versionForm(version: string | null, chart: ChartSource | null): VersionForm {
  if (version === null) return "absent";
  const text = version.trim();
  if (text === "") return "empty";
  if (isExactVersion(text) || (chart?.kind === "oci" && parseVersion(text) !== null)) return "exact";
  return isRefused(text) ? "refused" : "range";
}

/** The note of a release whose provider keeps the version that is installed. */
export const keepsInstalled = "keeps";

/** Whether `terraform apply` can change the chart's version, and what triggers it. */
export function terraformChartCell(release: DeclaredRelease, provider: HelmProvider): Cell {
  // A path that leads out of the repository: no version tells which chart lies there.
  if (!isKnown(release.chart) && release.chart.unknown.code === "file-not-in-repository")
    return { state: "unknown", why: release.chart.unknown };
  const chart = isKnown(release.chart) ? release.chart.known : null;
  const content = chart === null ? null : fixedContent(chart, provider, release);
  if (content !== null)
    return unlessOverridden(isKnown(release.chart) ? release.chart.at : [], contentIs(content)) ?? content;
  if (!isKnown(release.version)) return { state: "unknown", why: release.version.unknown };
  const { known: version, at } = release.version;
  switch (versionForm(version, chart)) {
    case "exact":
      return pinned(version ?? "", at);
    case "absent":
      return absent(release, provider, at);
    case "refused":
      return refused(
        `Helm reads "${version ?? ""}" neither as a version nor as a range: it fails before it installs or upgrades`,
        at,
      );
    case "empty":
    case "range":
      return floating(version ?? "", provider, at);
  }
}

function contentIs(cell: Cell): string {
  return cell.state === "held" && cell.by === "plan error" ? "refused" : "the chart";
}

/** Charts whose content the source itself names. */
function fixedContent(chart: ChartSource, provider: HelmProvider, release: DeclaredRelease): Cell | null {
  const { at, updatedDependencies } = release;
  switch (chart.kind) {
    case "local":
      return (
        dependenciesMove(updatedDependencies) ?? {
          state: "held",
          by: "local",
          note: "local",
          detail: "the chart is a directory of the repository",
          at: [at],
        }
      );
    case "archive":
      return { state: "held", by: "url", note: "url", detail: "the URL names one archive", at: [at] };
    case "oci":
      if (chart.digest === null) return chart.tag === null ? null : taggedContent(chart.tag, provider, release);
      // Provider 2 brings Helm 3.15, which appends the version to the reference and knows no digest.
      return provider.major === 3
        ? {
            state: "held",
            by: "digest",
            note: "digest",
            detail: `the reference ends in ${chart.digest.slice(0, 15)}…`,
            at: [at],
          }
        : {
            state: "conditional",
            note: "provider",
            on: "helm provider 3 or later: earlier ones do not read the digest",
            at: [at],
          };
    case "repository":
      return chart.chart === "" ? refused("no chart is named: Terraform refuses it", [at]) : null;
  }
}

/**
 * A reference that ends in a tag. Provider 3 brings Helm 3.17 or later, which takes the tag for the version and refuses
 * any other beside it (helm v3.18.5, pkg/registry/client.go 899-931, reference.go). Provider 2 brings Helm 3.15, which
 * appends a tag of its own to the reference (v3.15.3, pkg/downloader/chart_downloader.go, getOciURI).
 */
function taggedContent(tag: string, provider: HelmProvider, { version, at }: DeclaredRelease): Cell {
  if (provider.major === 2) return refused(`${provider.name} takes no reference that ends in a tag`, [at]);
  // A plus sign is no character of a tag: Helm makes it an underscore, which then is no version.
  if (tag.includes("+") || parseVersion(tag) === null)
    return refused(`the reference ends in ":${tag}", which Helm reads as no version`, [at]);
  if (isKnown(version) && version.known !== null && version.known.trim() !== tag)
    return refused(`Helm refuses the version "${version.known}" beside the tag "${tag}" of the reference`, [at]);
  const ofTwo = provider.major === null ? "; helm provider 2 would refuse it" : "";
  return { state: "held", by: "pin", note: "pin", detail: `the reference ends in the tag ${tag}${ofTwo}`, at: [at] };
}

/** Helm or its provider fails before anything moves, unless something outside replaces what it refuses. */
function refused(detail: string, at: readonly Span[]): Cell {
  return unlessOverridden(at, "refused") ?? { state: "held", by: "plan error", note: "error", detail, at };
}

function dependenciesMove(updated: DeclaredRelease["updatedDependencies"]): Cell | null {
  const range = updated?.versions.find(({ text }) => text === null || !isExactVersion(text));
  if (updated === null || range === undefined) return null;
  const { at } = range;
  const why = "Chart.yaml has ranges, and an update heeds no Chart.lock";
  return updated.certain
    ? {
        state: "open",
        republish: false,
        note: "deps",
        trigger: `the dependencies of the local chart are resolved again by dependency_update: ${why}`,
        at: [at],
      }
    : {
        state: "conditional",
        note: "deps",
        on: `charts/ holds the dependencies, or dependency_update is off: they are resolved again otherwise, since ${why}`,
        at: [at],
      };
}

function pinned(version: string, at: readonly Span[]): Cell {
  return (
    unlessOverridden(at, "the pin") ?? {
      state: "held",
      by: "pin",
      note: "pin",
      detail: `version ${version} is exact`,
      at,
    }
  );
}

function absent(release: DeclaredRelease, provider: HelmProvider, at: readonly Span[]): Cell {
  const open = (note: string, trigger: string): Cell => ({
    state: "open",
    republish: false,
    note,
    trigger,
    at: [...at, ...provider.at],
  });
  const named = provider.bySyntax ? `${provider.name}: ${provider.loose ?? ""}` : provider.name;
  const ignored = release.ignoreChanges.some((name) => name === "version" || name === "all");
  const replaced = "the newest chart is taken when the release is created or replaced";
  if (ignored) return open("create", `${replaced}; lifecycle.ignore_changes keeps the version on updates`);
  if (provider.major === 2)
    return open(
      "create",
      `${replaced}; ${provider.name} keeps the version otherwise${provider.bySyntax ? ` (${provider.loose ?? ""})` : ""}`,
    );
  const keeps = isKnown(release.upgradeInstall) && release.upgradeInstall.known && provider.since31;
  if (keeps && provider.manifest !== null)
    return open(
      "create",
      `${replaced}, also where it adopts one that runs: experiments.manifest plans no version then`,
    );
  if (keeps) {
    return {
      state: "conditional",
      note: keepsInstalled,
      on: "it is installed already: upgrade_install keeps that version, and the first install takes the newest",
      at,
    };
  }
  const edited = '"latest" is resolved again when any other attribute of the release changes, or the provider adds one';
  if (provider.major === 3) return open("edit", `${edited} (${named})`);
  return open("edit", `${edited}, if helm provider 3 runs; with 2 only on create or replace (${provider.loose ?? ""})`);
}

function floating(version: string, provider: HelmProvider, at: readonly Span[]): Cell {
  const shown = version.trim() === "" ? "an empty version" : `the range "${version}"`;
  if (provider.major === 3 && provider.manifest !== null) {
    const trigger = `${shown} is resolved when the release is created: under experiments.manifest ${provider.name} refuses it only afterwards`;
    return { state: "open", republish: false, note: "create", trigger, at: [...at, provider.manifest, ...provider.at] };
  }
  if (provider.major === 3) {
    const detail = `${provider.name} refuses ${shown}: it plans an exact version that differs from the configured one`;
    return refused(detail, [...at, ...provider.at]);
  }
  const by =
    provider.major === null
      ? `if helm provider 2 runs (${provider.loose ?? ""})`
      : `(${provider.bySyntax ? `${provider.name}: ${provider.loose ?? ""}` : provider.name})`;
  const trigger = `${shown} is resolved again at every plan ${by}`;
  return { state: "open", republish: false, note: "plan", trigger, at: [...at, ...provider.at] };
}
