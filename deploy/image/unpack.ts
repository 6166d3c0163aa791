import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { modeOf, type TarEntry } from "../../tools/oci/tar.ts";
import type { ImageLayer } from "./layers.ts";

/** Writes the layers into folders of their names below `to`, in place of what is in these. */
export function unpackLayers(layers: readonly ImageLayer[], to: string): void {
  for (const { name, files } of layers) {
    const folder = join(to, name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const each of files) write(each, join(folder, each.path));
  }
}

function write(entry: TarEntry, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  if ("link" in entry) symlinkSync(entry.link, path);
  else if ("content" in entry) writeFileSync(path, entry.content);
  else mkdirSync(path, { recursive: true });
  // The umask has no say.
  if (!("link" in entry)) chmodSync(path, modeOf(entry));
}
