import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { generateRepository } from "./generate.ts";

/** A repository on disk that is measured. */
export interface MeasuredTree {
  readonly title: string;
  readonly directory: string;
  readonly hcl: number;
  readonly yaml: number;
  readonly bytes: number;
}

/** Writes a generated repository, as a git repository with every file added. */
export function generatedTree(scratch: string, count: number, seed: number): MeasuredTree {
  const directory = join(scratch, `generated-${count}`);
  for (const [path, text] of generateRepository({ hcl: count, yaml: count, seed })) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  execFileSync("git", ["init", "--quiet"], { cwd: directory });
  execFileSync("git", ["add", "--all"], { cwd: directory });
  return { title: `generated, seed ${seed}`, directory, ...counted(directory) };
}

export function realTree(directory: string): MeasuredTree {
  return { title: basename(directory).replace("+", "/"), directory, ...counted(directory) };
}

function counted(directory: string): Pick<MeasuredTree, "hcl" | "yaml" | "bytes"> {
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter(
    (path) => !/(?:^|\/)\.git\//.test(path),
  );
  const hcl = files.filter((path) => /\.(?:tf|tofu|hcl|tfvars)$/.test(path));
  const yaml = files.filter((path) => /\.ya?ml$/.test(path));
  const bytes = [...hcl, ...yaml].reduce(
    (sum, path) => sum + (statSync(join(directory, path), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
  return { hcl: hcl.length, yaml: yaml.length, bytes };
}
