import { directoryOf } from "../paths.ts";
import type { ModuleCall } from "../repository.ts";
import type { Configuration } from "./configuration.ts";
import { ModuleInstance } from "./instance.ts";
import { gatherModule } from "./module.ts";
import { surroundingsOf, type UnevaluatedStack } from "./stacks.ts";
import type { TerragruntFile } from "./terragrunt/file.ts";
import { withGenerated } from "./terragrunt/generate.ts";
import { upgradingInit } from "./terragrunt/init-arguments.ts";
import { rootInputsOf } from "./terragrunt/inputs.ts";
import { openUnit } from "./terragrunt/open.ts";
import { sourceCall, sourceOf, stackCalls } from "./terragrunt/source.ts";
import { rootInputs } from "./variables.ts";

/** What Terragrunt's own files of a repository declare. */
export interface ReadTerragrunt {
  readonly stacks: readonly UnevaluatedStack[];
  readonly modules: readonly ModuleCall[];
  /** Directories that units use as their module: nobody applies those on their own. */
  readonly used: ReadonlySet<string>;
}

export function readTerragrunt(configuration: Configuration): ReadTerragrunt {
  const paths = [...configuration.sources.entries.keys()].filter(isTerragruntFile);
  const used = new Set<string>();
  const modules: ModuleCall[] = [];
  const stacks: UnevaluatedStack[] = [];
  const files = paths.map((path) => openUnit(configuration, path)).filter((file) => file !== undefined);
  const included = new Set(files.flatMap((file) => file.includes().map(({ file: parent }) => parent?.path)));
  for (const file of files) {
    if (included.has(file.path)) continue;
    if (file.path.endsWith("terragrunt.stack.hcl")) modules.push(...stackCalls(file));
    else readUnit(configuration, file, { used, modules, stacks });
  }
  return { stacks, modules, used };
}

function isTerragruntFile(path: string): boolean {
  return /(?:^|\/)terragrunt(?:\.stack)?\.hcl$/.test(path) && !path.includes(".terragrunt-cache/");
}

function readUnit(
  configuration: Configuration,
  file: TerragruntFile,
  found: { used: Set<string>; modules: ModuleCall[]; stacks: UnevaluatedStack[] },
): void {
  const directory = directoryOf(file.path);
  const source = sourceOf(file);
  const call = source && sourceCall(file, source);
  if (call !== undefined) found.modules.push(call);
  const moduleDirectory = call?.source.kind === "local" ? call.source.path : directory;
  const written =
    call === undefined || call.source.kind === "local" ? configuration.module(moduleDirectory) : undefined;
  if (written !== undefined) found.used.add(moduleDirectory);
  const module = withGenerated(file, written ?? gatherModule(moduleDirectory, []));
  // What is generated beside a module that is elsewhere, or beside nothing, counts where it declares something of its own.
  if (written === undefined && module.resources.size + module.calls.size === 0) return;
  found.stacks.push({
    key: directory,
    kind: "terragrunt",
    files: [file.path],
    upgrades: upgradingInit(file),
    root(answers) {
      const inputs = rootInputs(configuration, moduleDirectory, { answers, further: rootInputsOf(file) });
      return ModuleInstance.root(module, surroundingsOf(configuration, moduleDirectory, answers), inputs);
    },
  });
}
