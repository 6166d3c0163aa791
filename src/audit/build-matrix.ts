import type { DeclaredImage, DeclaredRelease, DeclaredWorkload } from "../model/release.ts";
import { isKnown, type Told } from "../model/told.ts";
import type { ModuleCall, ProviderFact, Repository, Stack } from "../repository/repository.ts";
import type { Comparison } from "./cluster/comparison.ts";
import { helmProviderOf } from "./helm-provider.ts";
import { movers, standingOf, type Cell, type MoverId, type Row, type Subject } from "./matrix.ts";
import { chartChanges, imageChanges, moduleChanges, providerChanges } from "./bot-changes.ts";
import { botCell } from "./movers/bot.ts";
import { chartRepublishCell } from "./movers/chart-republish.ts";
import { imageRepublishCell, kubeletCell } from "./movers/image-pulls.ts";
import { keelPresence, keelReleaseCell, keelWorkloadCell } from "./movers/keel.ts";
import { besideCluster, keelInCluster } from "./movers/keel-in-cluster.ts";
import { terraformChartCell } from "./movers/terraform-chart.ts";
import { terraformModuleCell, terraformProviderCell } from "./movers/terraform-module.ts";

/**
 * The matrix of a repository: a row for each release, each workload outside of one, and each stack. Pure.
 *
 * @param comparison the cluster beside it; `null`: none is read
 */
export function buildMatrix(repository: Repository, comparison: Comparison | null = null): readonly Row[] {
  const keel = keelCells(repository, comparison);
  return [
    ...repository.releases.map((release) => releaseRow(repository, keel, release)),
    ...repository.workloads.map((workload) => workloadRow(repository, keel, workload)),
    ...stackRows(repository),
  ];
}

/** Keel's cell of an image; `null`: of one that only the rendered chart would tell. */
type KeelCells = (owner: DeclaredRelease | DeclaredWorkload, image: DeclaredImage | null) => Cell;

function keelCells(repository: Repository, comparison: Comparison | null): KeelCells {
  const keel = keelPresence(repository);
  const declared: KeelCells = (owner, image) => {
    if (keel === null) return noKeel;
    if (owner.kind === "helm_release") return keelReleaseCell(keel, owner, image);
    return image === null ? noKeel : keelWorkloadCell(keel, owner, image);
  };
  if (comparison === null) return declared;
  const inCluster = keelInCluster(repository, comparison);
  return (owner, image) => besideCluster(inCluster, owner, image, declared(owner, image));
}

const noKeel: Cell = { state: "unreached", detail: "nothing in the repository names Keel" };

function releaseRow(repository: Repository, keel: KeelCells, release: DeclaredRelease): Row {
  const chart: Subject = {
    key: `chart ${release.id.address}`,
    kind: "chart",
    name: chartName(release),
    current: currentVersion(release.version),
    at: release.at,
    cells: inOrderOfMovers({
      terraform: ofSwitchedOff(release, terraformChartCell(release, helmProviderOf(repository, release))),
      bot: botCell(repository, chartChanges(repository, release)),
      "chart-republish": chartRepublishCell(release),
    }),
  };
  const images = release.images.map((image) => imageSubject(repository, keel, release, image));
  const subjects = [chart, ...images, renderedImages(keel, release)];
  return { ...row("release", release, subjects), ...(release.plan === undefined ? {} : { plan: release.plan }) };
}

/** A release that count or for_each switches off moves when it is switched on: what would move it stays said. */
function ofSwitchedOff({ deployed }: DeclaredRelease, cell: Cell): Cell {
  if (cell.state !== "open" || !isKnown(deployed) || deployed.known) return cell;
  return { ...cell, trigger: `${cell.trigger}; switched off here by count or for_each` };
}

/** The images that only the rendered chart would tell: what runs is the chart's choice. */
function renderedImages(keel: KeelCells, release: DeclaredRelease): Subject {
  const why = {
    code: "chart-not-rendered" as const,
    text: "which images the chart runs is known only when it is rendered",
    at: [release.at],
  };
  return {
    key: `image ${release.id.address} *`,
    kind: "image",
    name: "images that the chart chooses",
    current: null,
    at: release.at,
    cells: inOrderOfMovers({
      keel: keel(release, null),
      "image-republish": { state: "unknown", why },
      kubelet: { state: "unknown", why },
    }),
  };
}

function workloadRow(repository: Repository, keel: KeelCells, workload: DeclaredWorkload): Row {
  const subjects = workload.images.map((image) => imageSubject(repository, keel, workload, image));
  return row("workload", workload, subjects);
}

function imageSubject(
  repository: Repository,
  keel: KeelCells,
  owner: DeclaredRelease | DeclaredWorkload,
  image: DeclaredImage,
): Subject {
  const at = isKnown(image.reference) ? (image.reference.at.at(-1) ?? owner.at) : owner.at;
  return {
    key: `image ${owner.id.address} ${image.path}`,
    kind: "image",
    name: image.path,
    current: isKnown(image.reference) ? image.reference.known : null,
    at,
    cells: inOrderOfMovers({
      bot: botCell(repository, imageChanges(repository, owner, image, at)),
      keel: keel(owner, image),
      "image-republish": imageRepublishCell(image),
      kubelet: kubeletCell(image, owner.kind === "workload" ? "workload" : "release"),
    }),
  };
}

function row(kind: Row["kind"], owner: DeclaredRelease | DeclaredWorkload, subjects: readonly Subject[]): Row {
  const { namespace, name } = owner.id;
  return {
    kind,
    title: `${isKnown(namespace) ? namespace.known : "?"}/${isKnown(name) ? name.known : resourceOf(owner.id.address)}`,
    address: owner.id.address,
    cluster: owner.id.cluster,
    at: owner.at,
    subjects,
    standing: standingOf(subjects),
  };
}

/** What to call a release whose name could not be told: `helm_release.this["a"]`. */
function resourceOf(address: string): string {
  return /[\w-]+\.[\w-]+(?:\[[^\]]*\])?$/.exec(address)?.[0] ?? address;
}

function stackRows(repository: Repository): Row[] {
  const calls = Map.groupBy(
    repository.modules.filter(({ source }) => source.kind !== "local"),
    ({ stack }) => stack,
  );
  const stacks = new Map(repository.stacks.map((stack) => [stack.key, stack]));
  const keys = new Set([
    ...calls.keys(),
    ...repository.stacks.filter(({ providers }) => providers.length > 0).map(({ key }) => key),
  ]);
  return [...keys]
    .map((key) => stackRow(repository, key, stacks.get(key), calls.get(key) ?? []))
    .filter(({ subjects }) => subjects.length > 0);
}

function stackRow(repository: Repository, key: string, stack: Stack | undefined, calls: readonly ModuleCall[]): Row {
  const modules = calls.map((call) => moduleSubject(repository, call));
  const providers =
    stack === undefined || stack.kind === "uncalled module"
      ? []
      : stack.providers.map((fact) => providerSubject(repository, stack, fact));
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
    cells: inOrderOfMovers({
      terraform: terraformModuleCell(call),
      bot: botCell(repository, moduleChanges(repository, call)),
    }),
  };
}

function providerSubject(repository: Repository, stack: Stack, fact: ProviderFact): Subject {
  return {
    key: `provider ${stack.key} ${fact.source}`,
    kind: "provider",
    name: fact.source,
    current: fact.locked?.version ?? null,
    at: fact.at,
    cells: inOrderOfMovers({
      terraform: terraformProviderCell(fact, stack),
      bot: botCell(repository, providerChanges(repository, fact)),
    }),
  };
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

function inOrderOfMovers(cells: Partial<Record<MoverId, Cell>>): ReadonlyMap<MoverId, Cell> {
  return new Map(
    movers.flatMap(({ id }) => {
      const cell = cells[id];
      return cell === undefined ? [] : [[id, cell] as const];
    }),
  );
}
