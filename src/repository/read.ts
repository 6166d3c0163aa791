import type { DeclaredRelease, DeclaredWorkload } from "../model/release.ts";
import type { Problem } from "../model/problem.ts";
import type { SourceFile } from "../model/source.ts";
import type { Span } from "../model/span.ts";
import { readBots } from "./bots/read.ts";
import { leftOutConfiguration, leftOutManifests } from "./left-out.ts";
import { joinPath } from "./paths.ts";
import { readKustomizations } from "./kustomize/kustomization.ts";
import { changesByPath } from "./kustomize/kustomized.ts";
import { isChartTemplate } from "./manifests/chart-template.ts";
import { withoutApplied } from "./manifests/applied-files.ts";
import { singleObjects } from "./manifests/lists.ts";
import { readManifests, readPlainManifests } from "./manifests/read.ts";
import { countUnreadKinds } from "./manifests/unread-kinds.ts";
import type { ModuleCall, Repository } from "./repository.ts";
import { Sources } from "./sources.ts";
import { Configuration } from "./terraform/configuration.ts";
import { readModuleCalls } from "./terraform/module-calls.ts";
import { readObjects } from "./terraform/objects.ts";
import type { PlanAnswers } from "./terraform/plan-file.ts";
import { readReleases } from "./terraform/releases.ts";
import { evaluateStacks, findStacks, type EvaluatedStack } from "./terraform/stacks.ts";
import { readTerragrunt } from "./terraform/terragrunt.ts";
import type { Tree } from "./tree.ts";

export interface ReadOptions {
  /** The cluster that a path's releases run in; `null` while the repository is one cluster. */
  readonly clusterOf?: (path: string) => string | null;
  /** Whether what a path declares is wanted; files that others refer to are read all the same. */
  readonly isChosen?: (path: string) => boolean;
  /** Whether a path is among what is reported; the rest is read for what it does to that. */
  readonly isReported?: (path: string) => boolean;
  /** What plans answer, for the stacks that they belong to. */
  readonly plans?: readonly PlanAnswers[];
}

/** Reads everything that a tree declares. Never fails: what could not be read is among the problems. */
export function readRepository(
  tree: Tree,
  { clusterOf = () => null, isChosen = () => true, isReported = () => true, plans = [] }: ReadOptions = {},
): Repository {
  const sources = new Sources(tree);
  const configuration = new Configuration(sources, plans);
  const terragrunt = readTerragrunt(configuration);
  const found = [...terragrunt.stacks, ...findStacks(configuration, terragrunt.used)];
  const stacks = evaluateStacks(
    configuration,
    found.filter(({ files }) => files.some(isChosen)),
  );
  const applied = stacks.map(readObjects);
  const appliedObjects = applied.flatMap(({ manifests }) => manifests);
  const yamlFiles = plainManifestFiles(sources);
  const manifestFiles = yamlFiles.filter(({ path }) => isChosen(path));
  const plain = readPlainManifests(manifestFiles);
  const single = singleObjects(appliedObjects);
  const { kustomizations, problems: inKustomizations } = readKustomizations(sources.entries.keys(), (path) =>
    sources.text(path),
  );
  const alone = withoutApplied(singleObjects(plain.objects), single, kustomizations, (path, stack) => {
    const [file, applying] = [clusterOf(path), clusterOf(joinPath(stack, "main.tf"))];
    return file === null || applying === null || file === applying;
  });
  const declared = readManifests([...single, ...alone], changesByPath(kustomizations));
  const modules = uniqueCalls(stacks.flatMap(callsOf));
  const bots = readBots(sources.entries.keys(), (path) => sources.text(path));
  // What a stack applies belongs to the cluster of the stack, wherever the module lies that it calls.
  const clusterAt = (stack: string | null, { file }: Span) =>
    clusterOf(stack === null ? (sources.files[file]?.path ?? "") : joinPath(stack, "main.tf"));
  const inCluster = <T extends DeclaredRelease | DeclaredWorkload>(one: T): T => ({
    ...one,
    id: { ...one.id, cluster: clusterAt(one.stack, one.at) },
  });
  return {
    stacks: stacks.map(({ stack }) => stack),
    releases: stacks.flatMap(readReleases).map(inCluster),
    workloads: [...applied.flatMap(({ workloads }) => workloads), ...declared.workloads].map(inCluster),
    injections: declared.injections.map((injection) => ({
      ...injection,
      cluster: clusterAt(injection.stack ?? null, injection.at),
    })),
    namespaces: [...applied.flatMap(({ namespaces }) => namespaces), ...declared.namespaces],
    modules: [...terragrunt.modules, ...modules],
    bots: bots.bots,
    stateFiles: stateFilesAmong(sources),
    unreadKinds: countUnreadKinds(
      manifestFiles.filter(({ path }) => isReported(path)),
      appliedObjects.filter(({ at }) => isReported(sources.files[at.file]?.path ?? "")),
      kustomizations.filter(({ path }) => isChosen(path) && isReported(path)),
    ),
    isWhole: tree.isWhole,
    leftOut: [
      ...leftOutConfiguration(configuration, found, stacks, isChosen),
      ...leftOutManifests(yamlFiles, isChosen),
    ],
    files: sources.files,
    problems: [...sources.problems, ...plain.problems, ...inKustomizations, ...bots.problems].toSorted(byPath),
    statistics: {
      entries: sources.entries.size,
      read: sources.files.length,
      parsed: configuration.parsed + plain.parsed,
    },
  };
}

function callsOf({ instances, isPlanned }: EvaluatedStack): readonly ModuleCall[] {
  const calls = instances.flatMap(readModuleCalls);
  return isPlanned ? calls.map((call) => ({ ...call, planned: true })) : calls;
}

/** A directory that is called from many places is written once; of several uses one that no plan tells of counts. */
function uniqueCalls(calls: readonly ModuleCall[]): readonly ModuleCall[] {
  const unique = new Map<string, ModuleCall>();
  for (const call of calls) {
    const key = `${call.stack} ${call.address}`;
    if (unique.get(key)?.planned !== undefined || !unique.has(key)) unique.set(key, call);
  }
  return [...unique.values()];
}

/** Committed or not: whoever runs the audit where the state lies wants it used. */
function stateFilesAmong(sources: Sources): readonly SourceFile[] {
  return [...sources.entries.keys()]
    .filter((path) => /(?:^|\/)terraform\.tfstate$/.test(path))
    .map((path) => sources.text(path))
    .filter((file) => file !== undefined);
}

function plainManifestFiles(sources: Sources): readonly SourceFile[] {
  const found: SourceFile[] = [];
  for (const path of sources.entries.keys()) {
    if (!/\.ya?ml$/.test(path) || isChartTemplate(path, sources.entries)) continue;
    const opened = sources.open(path);
    if (opened !== undefined && !("code" in opened)) found.push(opened);
  }
  return found;
}

function byPath(a: Problem, b: Problem): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return (a.at?.start ?? 0) - (b.at?.start ?? 0);
}
