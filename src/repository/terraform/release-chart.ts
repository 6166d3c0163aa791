import type { ChartSource, DeclaredRelease } from "../../model/release.ts";
import type { Span } from "../../model/span.ts";
import { isKnown, known, unknown, type Reason, type Told } from "../../model/told.ts";
import { field, itemsOf } from "../manifests/field.ts";
import { joinPath, resolvePath } from "../paths.ts";
import type { Value } from "../value.ts";
import { parseYaml } from "../yaml.ts";
import type { ModuleInstance } from "./instance.ts";
import { toldString } from "./told.ts";

/** Where a release gets its chart from. */
export function chartOf(
  instance: ModuleInstance,
  entries: ReadonlyMap<string, Value>,
  damage: Reason | undefined,
): Told<ChartSource> {
  if (damage !== undefined && !(entries.has("chart") && entries.has("repository"))) return unknown(damage);
  const chart = toldString(entries.get("chart") ?? { kind: "string", value: "", at: [] });
  const repository = toldNullable(entries.get("repository"));
  if (!isKnown(chart)) return chart;
  const path = localPath(instance, chart.known, isKnown(repository) ? repository.known : null);
  if (path !== undefined) return path === null ? notHere(chart.at) : known({ kind: "local", path }, chart.at);
  if (!isKnown(repository)) return repository;
  return known(servedChart(chart.known, repository.known), chart.at);
}

/**
 * Helm takes what exists at the path before it asks a repository (helm v3.18, pkg/action/install.go, LocateChart;
 * provider v3.1.2, resource_helm_release.go 1361-1372). `undefined`: no path; `null`: one that is not in the repository.
 */
function localPath(instance: ModuleInstance, chart: string, repository: string | null): string | null | undefined {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(chart) || chart === "") return undefined;
  const isServed = repository !== null && /^[a-z][a-z0-9+.-]*:\/\//i.test(repository);
  const written =
    repository === null || repository === "" || isServed || chart.includes("/") ? chart : `${repository}/${chart}`;
  const resolved = resolvePath(instance.workingDirectory, written);
  if (
    resolved !== null &&
    (instance.hasFile(joinPath(resolved, "Chart.yaml")) || (written.endsWith(".tgz") && instance.hasFile(resolved)))
  )
    return resolved;
  if (!/^\.{0,2}\//.test(written) && written !== "." && written !== "..") return undefined;
  return resolved !== null && instance.hasDirectory(resolved) ? resolved : null;
}

function notHere(at: readonly Span[]): Told<ChartSource> {
  return unknown({ code: "file-not-in-repository", text: "the chart is a path that is not in the repository", at });
}

/** What a local chart's own values.yaml says, below whatever the release gives. */
export function chartDefaults(instance: ModuleInstance, chart: Told<ChartSource>): readonly Value[] {
  if (!isKnown(chart) || chart.known.kind !== "local") return [];
  return firstDocument(instance, joinPath(chart.known.path, "values.yaml"));
}

/** None where the file is missing or empty. */
function firstDocument(instance: ModuleInstance, path: string): readonly Value[] {
  const file = instance.open(path);
  if (file === undefined) return [];
  const { documents } = parseYaml({
    text: file.text,
    locate: (start, end) => ({ file: file.id, start, end, role: "yaml" }),
  });
  return documents.slice(0, 1).map(({ value }) => value);
}

/**
 * The dependencies that `dependency_update` resolves: by an update, which Chart.lock does not hold (provider
 * v2.17.0, resource_release.go 533-559, and v3.1.2, resource_helm_release.go 1888-1916; helm v3.18, pkg/downloader/manager.go, Update).
 */
export function updatedDependencies(
  instance: ModuleInstance,
  chart: Told<ChartSource>,
  update: Value | undefined,
): DeclaredRelease["updatedDependencies"] {
  const isOff = update === undefined || update.kind === "null" || (update.kind === "bool" && !update.value);
  if (isOff || !isKnown(chart) || chart.known.kind !== "local") return null;
  const { path } = chart.known;
  const lists = ["Chart.yaml", "requirements.yaml"].map((name) =>
    firstDocument(instance, joinPath(path, name)).map((document) => field(document, "dependencies")),
  );
  const versions = lists
    .flat()
    .flatMap(itemsOf)
    .filter((dependency) => !isInRepository(instance, path, dependency))
    .flatMap((dependency) => {
      const version = field(dependency, "version");
      const at = version.at[0] ?? update.at[0];
      return at === undefined ? [] : [{ text: version.kind === "string" ? version.value : null, at }];
    });
  return { versions, certain: update.kind === "bool" && !instance.hasDirectory(joinPath(path, "charts")) };
}

/** A dependency by `file://`, or one that lies unpacked in `charts/`. */
function isInRepository(instance: ModuleInstance, path: string, dependency: Value): boolean {
  const repository = field(dependency, "repository");
  const name = field(dependency, "name");
  if (repository.kind === "string" && repository.value.startsWith("file://")) return true;
  return name.kind === "string" && instance.hasFile(joinPath(path, `charts/${name.value}/Chart.yaml`));
}

/** How Helm finds a chart that is no path (provider v3.1.2, resource_helm_release.go 1307-1372): URL, OCI, then repository. */
function servedChart(chart: string, repository: string | null): ChartSource {
  if (/^https?:\/\//.test(chart)) return { kind: "archive", url: chart };
  if (chart.startsWith("oci://")) return ociSource(chart);
  if (repository?.startsWith("oci://")) return ociSource(`${repository.replace(/\/+$/, "")}/${chart}`);
  return { kind: "repository", repository, chart };
}

function ociSource(reference: string): ChartSource {
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1] ?? null;
  const [, tag = null] = /^oci:\/\/[^/]+\/.*:([^/:@]+)$/.exec(reference.replace(/@.*$/, "")) ?? [];
  return { kind: "oci", reference, tag, digest };
}

function toldNullable(value: Value | undefined): Told<string | null> {
  if (value === undefined || value.kind === "null") return known(null);
  return toldString(value);
}
