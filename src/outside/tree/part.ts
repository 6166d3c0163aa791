import { existsSync, realpathSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/** Where a path lies in the repository that it is a part of. */
export interface Part {
  /** Directory of the repository. */
  readonly root: string;
  /** The path below it, with `/` between parts. */
  readonly path: string;
}

/**
 * The repository that a directory or file is a part of: the nearest folder above with the file `marker`, else the top of the
 * git repository. `null` where it is in no git repository, or is itself that folder. Git is not asked: its settings, which
 * lie in the repository, can name any folder as the top.
 */
export function partOfRepository(path: string, marker: string): Part | null {
  const real = realpathSync(path);
  const above = [...withParents(real)];
  const top = above.findIndex((directory) => existsSync(join(directory, ".git")));
  const within = above.slice(0, top + 1);
  const root = within.find((directory) => existsSync(join(directory, marker))) ?? within.at(-1);
  if (root === undefined || root === real) return null;
  return { root, path: relative(root, real).split(sep).join("/") };
}

function* withParents(path: string): Generator<string> {
  for (let next = path; ; next = dirname(next)) {
    yield next;
    if (dirname(next) === next) return;
  }
}
