import type { SourceFile } from "../../model/source.ts";
import type { Value } from "../value.ts";

/** What an expression can refer to: the module instance that it stands in. */
export interface Scope {
  /** The file that the expression stands in: spans are made with its id. */
  readonly file: SourceFile;
  /**
   * The value of a name such as `var`, `local`, `each`, `path`, `kubernetes_namespace`, with the
   * attribute names that follow it literally. `used` says how many of those are part of the answer
   * (`var.x.y` with names `["x", "y"]` gives the value of `var.x` and 1). `undefined`: no such name.
   * The value's `at` leads to its origin and includes how it got here.
   */
  lookup(root: string, names: readonly string[]): { readonly value: Value; readonly used: number } | undefined;
  /**
   * A file for `file()` and its kin, by the path that the expression computed (relative to the stack's
   * directory, as Terraform resolves it). Text, or an unknown with the reason (outside the repository,
   * missing, binary, encrypted).
   */
  open(path: string): SourceFile | Extract<Value, { kind: "unknown" }>;
  /** Paths below a directory, for `fileset()`; `null` where the directory is not in the repository. */
  list(directory: string): readonly string[] | null;
  /**
   * Functions of the host language besides Terraform's own, such as Terragrunt's `find_in_parent_folders`:
   * asked first. `undefined`: no such function here.
   */
  readonly call?: (name: string, args: readonly Value[]) => Value | undefined;
}
