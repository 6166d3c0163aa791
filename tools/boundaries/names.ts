import { globSync } from "node:fs";
import { basename } from "node:path";

const drawers = /^(?:utils?|helpers?|common|types|misc|shared)(?:\.|$)/;
const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9-]+)*$/;

/** A complaint for each file or folder below the given ones whose name says nothing, or is not in kebab-case. */
export function badNames(folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) => globSync(`${folder}/**/*`))
    .filter((path) => !/\/(?:cases|fixtures|generated|node_modules)\//.test(path))
    .flatMap((path) => complaint(path) ?? []);
}

function complaint(path: string): string | null {
  const name = basename(path);
  if (drawers.test(name))
    return `${path}\n  but: a drawer for anything fills with anything; name it after what it does.`;
  if (/\.[tj]s$/.test(name) && !kebab.test(name)) return `${path}\n  but: files are named in kebab-case.`;
  return null;
}
