import type { Reason } from "../../model/told.ts";
import { joinPath, resolvePath } from "../paths.ts";
import type { Stack } from "../repository.ts";
import type { Configuration } from "./configuration.ts";
import { ModuleInstance, type Surroundings } from "./instance.ts";
import { attribute, headerSpan, nested, type Module, type PlacedBlock } from "./module.ts";
import type { PlanAnswers } from "./plan-file.ts";
import { stackProviders } from "./providers.ts";
import { rootInputs } from "./variables.ts";

/** A stack with the module instances that its apply covers, the root first. */
export interface EvaluatedStack {
  readonly stack: Stack;
  readonly instances: readonly ModuleInstance[];
}

/** A stack before it is evaluated: a plan can answer what the repository leaves open. */
export interface UnevaluatedStack {
  readonly key: string;
  readonly kind: Stack["kind"];
  root(answers?: PlanAnswers): ModuleInstance;
}

/** Module instances of one stack beyond this are left out, and the stack says so. */
const maximumInstances = 5_000;

/**
 * Finds what is applied on its own: a directory that nothing in the repository calls, or one that is called
 * but also has a backend, a lock file or variable files of its own.
 */
export function findStacks(configuration: Configuration, calledByOthers: ReadonlySet<string>): readonly UnevaluatedStack[] {
  const called = new Set([...calledDirectories(configuration), ...calledByOthers]);
  const stacks: UnevaluatedStack[] = [];
  for (const directory of configuration.directories.keys()) {
    const module = configuration.module(directory);
    if (module === undefined) continue;
    const ownRoot = looksLikeRoot(configuration, module);
    if (called.has(directory) && !ownRoot) continue;
    stacks.push({
      key: directory,
      kind: ownRoot ? "root" : "uncalled module",
      root: (answers) => ModuleInstance.root(module, surroundingsOf(configuration, directory, answers), rootInputs(configuration, directory, { answers })),
    });
  }
  return stacks;
}

/** Evaluates the stacks; each plan answers for the stack that shares most release addresses with it. */
export function evaluateStacks(configuration: Configuration, found: readonly UnevaluatedStack[]): readonly EvaluatedStack[] {
  const evaluated = found.map((stack) => ({ stack, instances: allInstances(stack.root()) }));
  for (const answers of configuration.plans) {
    const shares = evaluated.map(({ instances }) => sharedReleases(instances, answers));
    const most = Math.max(0, ...shares);
    const best = evaluated[shares.indexOf(most)];
    if (most > 0 && best !== undefined) best.instances = allInstances(best.stack.root(answers));
  }
  return evaluated.map(({ stack: { key, kind }, instances }) => ({
    stack: { key, kind, ...stackProviders(configuration, key, instances) },
    instances,
  }));
}

function sharedReleases(instances: readonly ModuleInstance[], { releases }: PlanAnswers): number {
  const planned = new Set([...releases].map(withoutKeys));
  const own = instances.flatMap(({ address, module }) =>
    [...(module.resources.get("helm_release")?.keys() ?? [])].map((name) => withoutKeys(`${address === "" ? "" : `${address}.`}helm_release.${name}`)),
  );
  return new Set(own.filter((address) => planned.has(address))).size;
}

function withoutKeys(address: string): string {
  return address.replaceAll(/\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]/g, "");
}

export function surroundingsOf(configuration: Configuration, stackDirectory: string, answers?: PlanAnswers): Surroundings {
  return {
    sources: configuration.sources,
    stackDirectory,
    moduleOf: (call, directory) => calledModule(configuration, call, directory),
    data: (address) => answers?.data(address),
  };
}

function allInstances(root: ModuleInstance): readonly ModuleInstance[] {
  const found: ModuleInstance[] = [root];
  for (const instance of found) {
    for (const name of instance.module.calls.keys()) {
      const children = instance.children(name);
      if ("instances" in children) found.push(...children.instances.map((child) => child.instance));
      if (found.length > maximumInstances) return found.slice(0, maximumInstances);
    }
  }
  return found;
}

function calledModule(configuration: Configuration, call: PlacedBlock, directory: string): Module | Reason {
  const target = localTarget(call, directory);
  const found = target === null ? undefined : configuration.module(target);
  if (found !== undefined) return found;
  const name = call.block.labels[0] ?? "";
  return { code: "module-not-in-repository", text: `the source of module.${name} is not in the repository`, at: [headerSpan(call)], supply: "--plan plan.json" };
}

function calledDirectories(configuration: Configuration): ReadonlySet<string> {
  const called = new Set<string>();
  for (const directory of configuration.directories.keys()) {
    for (const call of configuration.module(directory)?.calls.values() ?? []) {
      const target = localTarget(call, directory);
      if (target !== null && target !== directory) called.add(target);
    }
  }
  return called;
}

/** Directory of a call whose `source` is a literal local path; Terraform allows no expression there. */
function localTarget(call: PlacedBlock, directory: string): string | null {
  const source = attribute(call, "source")?.expression;
  const part = source?.kind === "template" && source.parts.length === 1 ? source.parts[0] : undefined;
  if (part?.kind !== "text" || !/^\.\.?(?:\/|$)/.test(part.text)) return null;
  return resolvePath(directory, part.text);
}

function looksLikeRoot(configuration: Configuration, module: Module): boolean {
  const { sources } = configuration;
  const backend = module.settings.some((settings) => nested(settings, "backend").length > 0 || nested(settings, "cloud").length > 0);
  const files = [".terraform.lock.hcl", "terraform.tfvars", "terraform.tfstate"];
  return backend || files.some((name) => sources.entries.has(joinPath(module.directory, name)));
}
