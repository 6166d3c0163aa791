import { resolvePath } from "../../paths.ts";
import type { Value } from "../../value.ts";

/** Stands for the absolute path of the checkout, which only the machine that runs Terragrunt knows. */
const checkout = "/\u0001checkout";

/** A path of the repository as the absolute one that Terragrunt computes with. */
export function absolutePath(path: string): Value {
  return { kind: "string", value: path === "." ? checkout : `${checkout}/${path}`, at: [] };
}

export function isAbsolutePath(path: string): boolean {
  return path.startsWith(checkout);
}

/** The path in the repository of one that Terragrunt computed; `null` outside of it. Relative ones start at `directory`. */
export function pathInRepository(path: string, directory: string): string | null {
  return isAbsolutePath(path) ? resolvePath(".", path.slice(checkout.length + 1)) : resolvePath(directory, path);
}

/** Whether a value says where the checkout is. */
export function containsCheckout(value: Value): boolean {
  if (value.kind === "string") return value.value.includes(checkout);
  if (value.kind === "list") return value.items.some(containsCheckout);
  return value.kind === "mapping" && [...value.entries.values()].some(containsCheckout);
}
