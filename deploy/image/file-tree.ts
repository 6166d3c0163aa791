import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from "node:fs";
import { dirname, join } from "node:path";
import type { TarEntry } from "../../tools/oci/tar.ts";

/** A file, a link, or all files of a folder (`path` ends in a slash). Modes are 0755 and 0644, whatever the umask was. */
export function filesAt(root: string, path: string): TarEntry[] {
  if (path.endsWith("/")) return readdirSync(join(root, path)).flatMap((name) => below(root, path + name));
  const entry = entryAt(root, path, lstatSync(join(root, path)));
  if (entry === null) throw new Error(`${join(root, path)} is neither a file nor a link`);
  return [entry];
}

function below(root: string, path: string): TarEntry[] {
  const stats = lstatSync(join(root, path));
  return stats.isDirectory() ? filesAt(root, `${path}/`) : filesAt(root, path);
}

function entryAt(root: string, path: string, stats: Stats): TarEntry | null {
  const from = join(root, path);
  if (stats.isSymbolicLink()) return { path, link: readlinkSync(from) };
  if (!stats.isFile()) return null;
  return { path, content: readFileSync(from), mode: (stats.mode & 0o111) === 0 ? 0o644 : 0o755 };
}

/** Below another folder. */
export function moved(files: readonly TarEntry[], to: string): TarEntry[] {
  return files.map((each) => ({ ...each, path: `${to}/${each.path}` }));
}

/** With the folders that they are in, which nobody but root may write to; sorted, so that a folder comes first. */
export function inFolders(files: readonly TarEntry[]): TarEntry[] {
  const all = new Map<string, TarEntry>();
  for (const { path } of files) {
    for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
      all.set(folder, { path: folder, folder: true, mode: 0o755 });
    }
  }
  for (const each of files) all.set(each.path, each);
  return [...all.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
