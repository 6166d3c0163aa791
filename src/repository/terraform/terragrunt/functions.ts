import { directoryOf, joinPath, relativePath } from "../../paths.ts";
import { unknownValue } from "../../value-tree.ts";
import type { Value } from "../../value.ts";
import { absolutePath, pathInRepository } from "./checkout.ts";
import { localsOf, type TerragruntFile } from "./file.ts";
import { inputsOf } from "./inputs.ts";

/** What Terragrunt's own functions answer in a file; `undefined`: it has no such function, or it is not read here. */
export function callTerragrunt(name: string, args: readonly Value[], file: TerragruntFile): Value | undefined {
  const unitDirectory = directoryOf(file.unit);
  switch (name) {
    case "get_terragrunt_dir":
    case "get_original_terragrunt_dir":
      return absolutePath(unitDirectory);
    case "get_parent_terragrunt_dir":
      return absolutePath(directoryOf(file.path));
    case "get_repo_root":
      return absolutePath(".");
    case "get_path_from_repo_root":
      return { kind: "string", value: unitDirectory, at: [] };
    case "path_relative_to_include":
      return { kind: "string", value: relativePath(includedDirectory(file), unitDirectory), at: [] };
    case "path_relative_from_include":
      return { kind: "string", value: relativePath(unitDirectory, includedDirectory(file)), at: [] };
    case "find_in_parent_folders":
      return findInParents(args, file);
    case "read_terragrunt_config":
      return readConfig(args[0], file);
    case "get_env":
    case "run_cmd":
    case "sops_decrypt_file":
    case "get_aws_account_id":
      return unknownValue("environment", `${name}() is answered by the machine that runs it`);
  }
  return undefined;
}

/** Directory of the file that the unit includes: this one, where it is not the unit itself. */
function includedDirectory(file: TerragruntFile): string {
  const included = file.path === file.unit ? file.includes()[0]?.file : file;
  return directoryOf(included?.path ?? file.path);
}

function findInParents([wanted, fallback]: readonly Value[], { unit, configuration }: TerragruntFile): Value {
  if (wanted !== undefined && wanted.kind !== "string")
    return unknownValue("function-not-evaluated", "the name to find could not be told");
  const name = wanted === undefined ? "terragrunt.hcl" : wanted.value;
  for (let directory = directoryOf(unit); directory !== ".";) {
    directory = directoryOf(directory);
    const path = joinPath(directory, name);
    if (configuration.sources.entries.has(path)) return absolutePath(path);
  }
  return fallback ?? unknownValue("file-not-in-repository", `no ${name} in the folders above`);
}

function readConfig(path: Value | undefined, file: TerragruntFile): Value {
  const target = path?.kind === "string" ? pathInRepository(path.value, directoryOf(file.unit)) : null;
  const read = target === null ? undefined : file.read(target, target);
  if (read === undefined)
    return unknownValue("file-not-in-repository", "the configuration that is read is not in the repository");
  const entries = new Map<string, Value>([
    ["locals", localsOf(read)],
    ["inputs", inputsOf(read)],
  ]);
  return { kind: "mapping", of: "object", entries, at: [] };
}
