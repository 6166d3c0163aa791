import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Contents by path; a path may hold anything that a file name may. */
export type FolderFiles = Readonly<Record<string, string | Uint8Array>>;

/** A new folder with the given files, readable by every user. The caller removes it with `removeFolder`. */
export function repositoryFolder(files: FolderFiles): string {
  const root = mkdtempSync(join(tmpdir(), "holdfast-repository-"));
  chmodSync(root, 0o755);
  for (const [path, content] of Object.entries(files)) writeInside(root, path, content);
  return root;
}

/** Writes a file below a folder, with the folders above it. */
export function writeInside(root: string, path: string, content: string | Uint8Array): void {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
}

export function removeFolder(root: string): void {
  rmSync(root, { recursive: true, force: true });
}
