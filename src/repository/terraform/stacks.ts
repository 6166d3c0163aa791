import type { Stack, UpgradingInit } from "../repository.ts";
import { isAppliedAsItStands, looksLikeRoot } from "./applied-directory.ts";
import { calledModule, localTarget } from "./called-module.ts";
import type { Configuration } from "./configuration.ts";
import { ModuleInstance } from "./instance.ts";
import { headerSpan, type Module } from "./module.ts";
import { withoutKeys } from "./addresses.ts";
import type { PlanAnswers } from "./plan-file.ts";
import { outsideRequirements, plannedReleases, type OutsideRelease } from "./planned-releases.ts";
import { stackProviders } from "./providers.ts";
import type { Surroundings } from "./surroundings.ts";
import { rootInputs } from "./variables.ts";

/** A stack with the module instances that its apply covers, the root first. */
export interface EvaluatedStack {
  readonly stack: Stack;
  readonly instances: readonly ModuleInstance[];
  /** What plans tell of modules that are not in the repository. */
  readonly planned: readonly OutsideRelease[];
  /** Whether a plan tells what the modules declare that are not in the repository. */
  readonly isPlanned: boolean;
}

/** A stack before it is evaluated: a plan can answer what the repository leaves open. */
export interface UnevaluatedStack {
  readonly key: string;
  readonly kind: Stack["kind"];
  /** Paths of its own files: those of its directory, or its terragrunt.hcl. */
  readonly files: readonly string[];
  readonly upgrades?: UpgradingInit | undefined;
  root(answers?: PlanAnswers): ModuleInstance;
}

/** Module instances of one stack beyond this are left out, and the stack says so. */
const maximumInstances = 5_000;

/**
 * Finds what is applied on its own: a directory that nothing in the repository calls, or one that is called
 * but also has a backend, a lock file or variable files of its own.
 */
export function findStacks(
  configuration: Configuration,
  calledByOthers: ReadonlySet<string>,
): readonly UnevaluatedStack[] {
  const calls = calledDirectories(configuration);
  const called = new Set([...[...calls.values()].flat(), ...calledByOthers]);
  const stacks: UnevaluatedStack[] = [];
  const reached = new Set<string>();
  for (const directory of calledByOthers) reach(directory, calls, reached);
  const later: string[] = [];
  for (const directory of configuration.directories.keys()) {
    const module = configuration.module(directory);
    if (module === undefined) continue;
    const ownRoot = looksLikeRoot(configuration, module);
    if (called.has(directory) && !ownRoot) {
      later.push(directory);
      continue;
    }
    // Provider configuration belongs into a root; old modules have it too, but those are called.
    const isRoot = ownRoot || module.providers.length > 0 || isAppliedAsItStands(configuration, module);
    stacks.push(unevaluated(configuration, module, isRoot ? "root" : "uncalled module"));
    reach(directory, calls, reached);
  }
  // Modules that call each other in a circle, and are called by nothing else, would not be seen at all.
  for (const directory of later) {
    const module = configuration.module(directory);
    if (module === undefined || reached.has(directory)) continue;
    stacks.push(unevaluated(configuration, module, "uncalled module"));
    reach(directory, calls, reached);
  }
  return stacks;
}

function unevaluated(configuration: Configuration, module: Module, kind: Stack["kind"]): UnevaluatedStack {
  const { directory } = module;
  const root: UnevaluatedStack["root"] = (answers) =>
    ModuleInstance.root(
      module,
      surroundingsOf(configuration, directory, answers),
      rootInputs(configuration, directory, { answers }),
    );
  return { key: directory, kind, files: configuration.directories.get(directory) ?? [], root };
}

/** Adds a directory and all that it calls, directly or not. */
function reach(directory: string, calls: ReadonlyMap<string, readonly string[]>, reached: Set<string>): void {
  const pending = [directory];
  for (const next of pending) {
    if (reached.has(next)) continue;
    reached.add(next);
    pending.push(...(calls.get(next) ?? []));
  }
}

/** Evaluates the stacks; each plan answers for the stack that it fits best. */
export function evaluateStacks(
  configuration: Configuration,
  found: readonly UnevaluatedStack[],
): readonly EvaluatedStack[] {
  const evaluated = found.map((stack) => ({
    stack,
    instances: allInstances(configuration, stack.root()),
    plans: new Array<PlanAnswers>(),
  }));
  for (const answers of configuration.plans) {
    const [best, ...alike] = bestFitting(evaluated, answers);
    if (best === undefined || alike.length > 0) {
      noteUnused(configuration, answers, [best, ...alike]);
      continue;
    }
    best.instances = allInstances(configuration, best.stack.root(answers));
    best.plans.push(answers);
  }
  return evaluated.map(({ stack: { key, kind, upgrades }, instances, plans }) => ({
    stack: {
      key,
      kind,
      ...(upgrades === undefined ? {} : { upgrades }),
      ...stackProviders(
        configuration,
        key,
        instances,
        plans.flatMap((answers) => outsideRequirements(instances, answers)),
      ),
    },
    instances,
    isPlanned: plans.length > 0,
    planned: plans.flatMap((answers) => plannedReleases(instances, answers, configuration.placeOfPlan(answers.label))),
  }));
}

/** Those that declare most of what the plan names; of these, those that declare least besides. None shares nothing. */
function bestFitting<S extends { readonly instances: readonly ModuleInstance[] }>(
  stacks: readonly S[],
  { declared }: PlanAnswers,
): readonly S[] {
  const fits = stacks.map((stack) => {
    const own = declaredIn(stack.instances);
    const shared = own.intersection(declared).size;
    return { stack, shared, besides: own.size - shared };
  });
  const most = Math.max(1, ...fits.map(({ shared }) => shared));
  const sharing = fits.filter(({ shared }) => shared === most);
  const least = Math.min(...sharing.map(({ besides }) => besides));
  return sharing.filter(({ besides }) => besides === least).map(({ stack }) => stack);
}

/** Addresses without keys of resources and calls. */
function declaredIn(instances: readonly ModuleInstance[]): Set<string> {
  const modules = new Map(instances.map((instance) => [withoutKeys(instance.address), instance.module]));
  return new Set(
    [...modules].flatMap(([address, { resources, calls }]) => {
      const prefix = address === "" ? "" : `${address}.`;
      const own = [...resources].flatMap(([type, named]) =>
        [...named.keys()].map((name) => `${prefix}${type}.${name}`),
      );
      return [...own, ...[...calls.keys()].map((name) => `${prefix}module.${name}`)];
    }),
  );
}

function noteUnused(
  { sources }: Configuration,
  { label }: PlanAnswers,
  alike: readonly ({ readonly stack: UnevaluatedStack } | undefined)[],
): void {
  const keys = alike.flatMap((one) => (one === undefined ? [] : [one.stack.key]));
  const text =
    keys.length === 0
      ? "the plan declares nothing that a stack here declares: not used"
      : `the plan fits ${keys.slice(0, 3).join(", ")}${keys.length > 3 ? ` and ${keys.length - 3} more` : ""} alike: not used`;
  sources.problems.push({ code: "STATE002", path: label, text });
}

export function surroundingsOf(
  configuration: Configuration,
  stackDirectory: string,
  answers?: PlanAnswers,
): Surroundings {
  return {
    sources: configuration.sources,
    stackDirectory,
    moduleOf: (call, caller) => calledModule(configuration, call, caller),
    data: (address) => answers?.data(address),
  };
}

function allInstances(configuration: Configuration, root: ModuleInstance): readonly ModuleInstance[] {
  const found: ModuleInstance[] = [root];
  for (const instance of found) {
    for (const name of instance.module.calls.keys()) {
      found.push(...instance.called(name));
      if (found.length > maximumInstances) {
        noteTooMany(configuration, root);
        return found.slice(0, maximumInstances);
      }
    }
  }
  return found;
}

function noteTooMany({ sources }: Configuration, { module }: ModuleInstance): void {
  const call = module.calls.values().next().value;
  if (call === undefined) return;
  const text = `the calls make more than ${maximumInstances} modules: the rest is not read`;
  sources.note({ code: "HCL003", path: call.source.path, text, at: headerSpan(call) });
}

/** By directory, the directories that its modules call; a call of itself is left out. */
function calledDirectories(configuration: Configuration): ReadonlyMap<string, readonly string[]> {
  const called = new Map<string, readonly string[]>();
  for (const directory of configuration.directories.keys()) {
    const module = configuration.module(directory);
    if (module === undefined) continue;
    const caller = unevaluated(configuration, module, "root").root();
    const targets = [...module.calls.values()]
      .map((call) => localTarget(call, caller))
      .filter((target) => typeof target === "string");
    called.set(
      directory,
      targets.filter((target) => target !== directory),
    );
  }
  return called;
}
