import { rootNames } from "../hcl/root-names.ts";
import { joinPath } from "../paths.ts";
import type { Configuration } from "./configuration.ts";
import { nested, type Module } from "./module.ts";

/** A backend, or a file that only running Terraform in the directory takes or leaves. */
export function looksLikeRoot({ sources }: Configuration, module: Module): boolean {
  const backend = module.settings.some(
    (settings) => nested(settings, "backend").length > 0 || nested(settings, "cloud").length > 0,
  );
  const files = [".terraform.lock.hcl", "terraform.tfvars", "terraform.tfstate"];
  return backend || files.some((name) => sources.entries.has(joinPath(module.directory, name)));
}

/**
 * Of a module that nothing here calls: where it declares something and takes no variable, a caller could give it nothing,
 * so it is made to be applied. Of a single file that cannot be told: its variables may stand in another. In a folder
 * `modules` it is one that nothing calls any more; with a `var` that it does not declare, its files are meant for another
 * directory, by a link or a copy.
 */
export function isAppliedAsItStands(configuration: Configuration, module: Module): boolean {
  const { directory, variables, resources, calls } = module;
  return (
    configuration.sources.isWhole &&
    variables.size === 0 &&
    resources.size + calls.size > 0 &&
    !isNestedModule(directory) &&
    !usesVariables(configuration, directory)
  );
}

/** The place of modules that others call (OpenTofu's and Terraform's documentation, "Standard Module Structure"). */
function isNestedModule(directory: string): boolean {
  return directory.split("/").includes("modules");
}

function usesVariables(configuration: Configuration, directory: string): boolean {
  const paths = configuration.directories.get(directory) ?? [];
  return paths.some((path) => {
    const body = configuration.body(path);
    return body !== undefined && rootNames(body).has("var");
  });
}
