import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cgroupFolders, type CgroupFolders, type FolderKind } from "../../src/outside/kernel/kill/cgroup-folders.ts";

/** Writes the cgroup of a hierarchy that is mounted at `mount`, below the root of a recorded node. */
export function writeCgroup(root: string, mount: string, path: string, files: Readonly<Record<string, string>>): void {
  const folder = join(root, mount, path);
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
}

export interface RecordedWrites {
  readonly folders: CgroupFolders;
  /** `PATH TEXT` of each write in order, with the path below the root. */
  readonly writes: string[];
}

/**
 * The folders of a recorded node, whose own kind is none of cgroups. `freezes`: whether what shall be frozen is, as the
 * kernel would say it.
 */
export function recordedFolders(
  root: string,
  { kindOf, freezes = true }: { kindOf?: (path: string) => FolderKind; freezes?: boolean } = {},
): RecordedWrites {
  const writes: string[] = [];
  const folders: CgroupFolders = {
    ...cgroupFolders,
    kindOf: (folder) => {
      const path = cgroupFolders.realPath(folder);
      return kindOf?.(path) ?? (path.startsWith(join(root, "sys/fs/cgroup/freezer")) ? "v1" : "v2");
    },
    write: (folder, file, text) => {
      cgroupFolders.write(folder, file, text);
      writes.push(`${cgroupFolders.realPath(folder).slice(root.length)}/${file} ${text}`);
      // The files of a recorded node keep what was there beyond what is written over it.
      const path = join(cgroupFolders.realPath(folder), file);
      writeFileSync(path, text === "FROZEN" && !freezes ? "FREEZING\n" : `${text}\n`);
      if (file === "cgroup.freeze") {
        writeFileSync(join(path, "../cgroup.events"), `populated 1\nfrozen ${freezes ? text : 0}\n`);
      }
    },
  };
  return { folders, writes };
}
