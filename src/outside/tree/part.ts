import { existsSync, realpathSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { askGit } from "./git.ts";

/** Where a path lies in the repository that it is a part of. */
export interface Part {
  /** Directory of the repository. */
  readonly root: string;
  /** The path below it, with `/` between parts. */
  readonly path: string;
}

/**
 * The repository that a directory or file is a part of: the nearest folder above with a holdfast.yaml, else the top of the
 * git repository. `null` where it is in no git repository, or is itself that folder.
 */
export function partOfRepository(path: string, marker: string): Part | null {
  const real = realpathSync(path);
  const isHere = (directory: string) => existsSync(join(directory, marker));
  const answer = askGit(dirname(real), ["rev-parse", "--show-toplevel"]);
  if ("failure" in answer || existsSync(join(real, ".git"))) return null;
  const top = answer.out.toString("utf8").replace(/\n$/, "");
  let root = real;
  while (!isHere(root) && root !== top && dirname(root) !== root) root = dirname(root);
  if (root === real || !(isHere(root) || root === top)) return null;
  return { root, path: relative(root, real).split(sep).join("/") };
}
