import type { ChartSource, DeclaredImage, DeclaredRelease, DeclaredWorkload, ReleaseId } from "../model/release.ts";
import { isKnown, type Told } from "../model/told.ts";
import { directoryOf } from "../repository/paths.ts";
import type { ModuleCall, ProviderFact, Repository, Stack } from "../repository/repository.ts";
import { isExactConstraint } from "./terraform-constraints.ts";
import { helmProviderOf } from "./helm-provider.ts";
import { standingOf, type Cell, type MoverId, type Row, type Subject } from "./matrix.ts";
import { botCell, rangeUpdates, versionUpdates, type BotChange } from "./movers/bot.ts";
import { chartRepublishCell } from "./movers/chart-republish.ts";
import { imageRepublishCell, kubeletCell } from "./movers/image-pulls.ts";
import { keelPresence, keelReleaseCell, keelWorkloadCell, type KeelPresence } from "./movers/keel.ts";
import { terraformChartCell, versionForm } from "./movers/terraform-chart.ts";
import { terraformModuleCell, terraformProviderCell } from "./movers/terraform-module.ts";

/** The matrix of a repository: a row for each release, each workload outside of one, and each stack. Pure. */
export function buildMatrix(repository: Repository): readonly Row[] {
  const keel = keelPresence(repository);
  return [
    ...repository.releases.map((release) => releaseRow(repository, keel, release)),
    ...repository.workloads.map((workload) => workloadRow(repository, keel, workload)),
    ...stackRows(repository),
  ];
}

function releaseRow(repository: Repository, keel: KeelPresence | null, release: DeclaredRelease): Row {
  const chart: Subject = {
    key: `chart ${release.id.address}`,
    kind: "chart",
    name: chartName(release),
    current: currentVersion(release.version),
    at: release.at,
    cells: cellsOf({
      terraform: terraformChartCell(release, helmProviderOf(repository, release.stack)),
      bot: botCell(repository, chartChange(repository, release)),
      "chart-republish": chartRepublishCell(release),
    }),
  };
  const images = release.images.map((image) => imageSubject(release.id, release, image, (one) => (keel === null ? noKeel : keelReleaseCell(keel, release, one)), repository));
  const subjects = [chart, ...images, renderedImages(keel, release)];
  return row("release", release, subjects);
}

/** The images that only the rendered chart would tell: what runs is the chart's choice. */
function renderedImages(keel: KeelPresence | null, release: DeclaredRelease): Subject {
  const why = { code: "chart-not-rendered" as const, text: "which images the chart runs is known only when it is rendered", at: [release.at] };
  return {
    key: `image ${release.id.address} *`,
    kind: "image",
    name: "images that the chart chooses",
    current: null,
    at: release.at,
    cells: cellsOf({
      keel: keel === null ? noKeel : keelReleaseCell(keel, release, null),
      "image-republish": { state: "unknown", why },
      kubelet: { state: "unknown", why },
    }),
  };
}

function workloadRow(repository: Repository, keel: KeelPresence | null, workload: DeclaredWorkload): Row {
  const subjects = workload.images.map((image) =>
    imageSubject(workload.id, workload, image, (one) => (keel === null ? noKeel : keelWorkloadCell(keel, workload, one)), repository),
  );
  return row("workload", workload, subjects);
}

function imageSubject(
  id: ReleaseId,
  owner: DeclaredRelease | DeclaredWorkload,
  image: DeclaredImage,
  keelCell: (image: DeclaredImage) => Cell,
  repository: Repository,
): Subject {
  const at = isKnown(image.reference) ? (image.reference.at.at(-1) ?? owner.at) : owner.at;
  return {
    key: `image ${id.address} ${image.path}`,
    kind: "image",
    name: image.path,
    current: isKnown(image.reference) ? image.reference.known : null,
    at,
    cells: cellsOf({
      bot: botCell(repository, imageChange(repository, owner, image, at)),
      keel: keelCell(image),
      "image-republish": imageRepublishCell(image),
      kubelet: kubeletCell(image),
    }),
  };
}

const noKeel: Cell = { state: "unreached", detail: "nothing in the repository names Keel" };

function row(kind: Row["kind"], owner: DeclaredRelease | DeclaredWorkload, subjects: readonly Subject[]): Row {
  const { namespace, name } = owner.id;
  return {
    kind,
    title: `${shown(namespace)}/${shown(name)}`,
    address: owner.id.address,
    cluster: owner.id.cluster,
    at: owner.at,
    subjects,
    standing: standingOf(subjects),
  };
}

function shown(told: Told<string>): string {
  return isKnown(told) ? told.known : "?";
}

function stackRows(repository: Repository): Row[] {
  const calls = Map.groupBy(repository.modules.filter(({ source }) => source.kind !== "local"), ({ stack }) => stack);
  const stacks = new Map(repository.stacks.map((stack) => [stack.key, stack]));
  const keys = new Set([...calls.keys(), ...repository.stacks.filter(({ providers }) => providers.length > 0).map(({ key }) => key)]);
  return [...keys].map((key) => stackRow(repository, key, stacks.get(key), calls.get(key) ?? []));
}

function stackRow(repository: Repository, key: string, stack: Stack | undefined, calls: readonly ModuleCall[]): Row {
  const modules = calls.map((call) => moduleSubject(repository, call));
  const providers = stack === undefined || stack.kind === "uncalled module" ? [] : stack.providers.map((fact) => providerSubject(repository, stack, fact));
  const subjects = [...modules, ...providers];
  const at = subjects[0]?.at ?? stack?.lock?.at ?? { file: 0, start: 0, end: 0 };
  return { kind: "stack", title: key, address: key, cluster: null, at, subjects, standing: standingOf(subjects) };
}

function moduleSubject(repository: Repository, call: ModuleCall): Subject {
  return {
    key: `module ${call.stack} ${call.address}`,
    kind: "module",
    name: call.address,
    current: call.source.kind === "git" ? call.source.ref : currentVersion(call.version),
    at: call.at,
    cells: cellsOf({ terraform: terraformModuleCell(call), bot: botCell(repository, moduleChange(repository, call)) }),
  };
}

function providerSubject(repository: Repository, stack: Stack, fact: ProviderFact): Subject {
  return {
    key: `provider ${stack.key} ${fact.source}`,
    kind: "provider",
    name: fact.source,
    current: fact.locked?.version ?? null,
    at: fact.at,
    cells: cellsOf({ terraform: terraformProviderCell(fact, stack.lock), bot: botCell(repository, providerChange(repository, fact)) }),
  };
}

/** A bot moves a chart by its version, or, where none is written, by a new provider: that plans the version anew. */
function chartChange(repository: Repository, release: DeclaredRelease): BotChange | null {
  const literal = release.versionAttribute;
  if (!isKnown(release.version) || !isKnown(release.chart)) return null;
  const chart = release.chart.known;
  if (release.version.known === null) return throughProvider(repository, release, chart);
  if (literal === null) return null;
  // Renovate's terraform manager reads only a version that is written in the block itself.
  const origin = release.version.at.at(-1);
  const inBlock = origin !== undefined && origin.file === literal.file && origin.start >= literal.start && origin.end <= literal.end;
  if (!inBlock || chart.kind === "local" || chart.kind === "archive") return null;
  const datasource = chart.kind === "oci" ? "docker" : "helm";
  const name = chart.kind === "oci" ? chart.reference.replace(/^oci:\/\//, "") : chart.chart;
  const updateTypes = versionForm(release.version.known, chart) === "range" ? rangeUpdates : versionUpdates;
  const currentVersion = release.version.known;
  return { manager: "terraform", depType: "helm_release", datasource, package: name, file: fileOf(repository, literal.file), updateTypes, currentVersion };
}

function throughProvider(repository: Repository, release: DeclaredRelease, chart: ChartSource): BotChange | null {
  const isMoved = chart.kind === "repository" || (chart.kind === "oci" && chart.digest === null);
  if (!isMoved || helmProviderOf(repository, release.stack).major === 2) return null;
  const fact = repository.stacks.find(({ key }) => key === release.stack)?.providers.find(({ source }) => source.endsWith("/helm"));
  return fact === undefined ? null : providerChange(repository, fact);
}

function imageChange(repository: Repository, owner: DeclaredRelease | DeclaredWorkload, image: DeclaredImage, at: { file: number }): BotChange | null {
  if (owner.kind !== "workload" || owner.stack === null || !isKnown(image.reference)) return null;
  return { manager: "terraform", datasource: "docker", package: image.reference.known.replace(/[:@].*$/, ""), file: fileOf(repository, at.file), updateTypes: versionUpdates };
}

function moduleChange(repository: Repository, call: ModuleCall): BotChange | null {
  const file = fileOf(repository, call.at.file);
  const manager = file.endsWith("terragrunt.hcl") ? "terragrunt" : "terraform";
  switch (call.source.kind) {
    case "registry":
      return { manager, datasource: "terraform-module", package: call.source.name, file, updateTypes: versionUpdates, ...atVersion(currentVersion(call.version)) };
    case "git":
      return { manager, datasource: "git-tags", package: call.source.url, file, updateTypes: versionUpdates, ...atVersion(call.source.ref) };
    default:
      return null;
  }
}

function atVersion(version: string | null): { currentVersion?: string } {
  return version === null ? {} : { currentVersion: version };
}

/**
 * Renovate writes a provider's constraint, and the lock file beside the constraint or above it; one that has no
 * constraint it leaves alone (v44, lib/modules/manager/terraform/base.ts and lockfile/util.ts).
 */
function providerChange(repository: Repository, { source, constraints, locked }: ProviderFact): BotChange | null {
  const [constraint] = constraints;
  if (constraint === undefined) return null;
  const file = fileOf(repository, constraint.at.file);
  const lock = locked === null ? undefined : directoryOf(fileOf(repository, locked.at.file));
  const isLockSeen = lock !== undefined && (lock === "." || file.startsWith(`${lock}/`));
  const updateTypes = isLockSeen ? versionUpdates : updatesOutside(constraint.text);
  if (updateTypes.length === 0) return null;
  const exact = isExactConstraint(constraint.text) ? constraint.text.replace(/^[=\s]+/, "") : null;
  const current = isLockSeen && locked !== null ? locked.version : exact;
  return { manager: "terraform", depType: "required_provider", datasource: "terraform-provider", package: source, file, updateTypes, ...atVersion(current) };
}

/** Updates that a constraint does not take in by itself: only they make Renovate write another one. */
function updatesOutside(constraint: string): readonly string[] {
  if (isExactConstraint(constraint)) return versionUpdates;
  if (/^~>\s*v?\d+\.\d+\.\d/.test(constraint.trim())) return rangeUpdates;
  return /~>|</.test(constraint) ? ["major"] : [];
}

function fileOf(repository: Repository, id: number): string {
  return repository.files[id]?.path ?? "";
}

function chartName(release: DeclaredRelease): string {
  if (!isKnown(release.chart)) return "chart";
  const chart = release.chart.known;
  switch (chart.kind) {
    case "repository":
      return chart.chart;
    case "oci":
      return chart.reference;
    case "archive":
      return chart.url;
    case "local":
      return chart.path;
  }
}

function currentVersion(version: Told<string | null>): string | null {
  return isKnown(version) ? version.known : null;
}

function cellsOf(cells: Partial<Record<MoverId, Cell>>): ReadonlyMap<MoverId, Cell> {
  return new Map(Object.entries(cells) as [MoverId, Cell][]);
}
