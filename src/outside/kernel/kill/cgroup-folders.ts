import {
  closeSync,
  constants,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statfsSync,
  writeSync,
} from "node:fs";

/**
 * The folders of cgroups, and what may be done to them. A folder is opened once and then named by what was opened: what
 * its path leads to later does not matter. Each function throws the error of the system as it is.
 */
export interface CgroupFolders {
  /** Opens a folder; where its last component is a link, that is an error. */
  open(path: string): Folder;
  /** The kernel's own name of what was opened, without any link in it; ` (deleted)` behind it where it is gone. */
  realPath(folder: Folder): string;
  kindOf(folder: Folder): FolderKind;
  /** Names of the folders in it, or in what lies below it. Links are none. */
  foldersIn(folder: Folder, below: string): string[];
  /** A file in it, of not more than a megabyte. */
  text(folder: Folder, file: string): string;
  /** Writes to a file that is there. */
  write(folder: Folder, file: string, text: string): void;
  close(folder: Folder): void;
}

/** The number of an open file. */
export type Folder = number;
export type FolderKind = "v1" | "v2" | "none of cgroups";

export const cgroupFolders: CgroupFolders = {
  open: (path) => openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW),
  realPath: (folder) => readlinkSync(opened(folder)),
  kindOf: (folder) => kinds.get(statfsSync(opened(folder)).type) ?? "none of cgroups",
  foldersIn: (folder, below) =>
    readdirSync(`${opened(folder)}/${below}`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name),
  text: (folder, file) => textOf(`${opened(folder)}/${file}`),
  write: (folder, file, text) => {
    const descriptor = openSync(`${opened(folder)}/${file}`, constants.O_WRONLY | constants.O_NOFOLLOW);
    try {
      writeSync(descriptor, text);
    } finally {
      closeSync(descriptor);
    }
  },
  close: (folder) => closeSync(folder),
};

/** It leads to what was opened, wherever that is by now [man 5 proc_pid_fd]. */
function opened(folder: Folder): string {
  return `/proc/self/fd/${folder}`;
}

function textOf(path: string): string {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const text = readFileSync(descriptor, "utf8");
    if (text.length > maximumText) throw new Error(`more than ${maximumText} bytes`);
    return text;
  } finally {
    closeSync(descriptor);
  }
}

const maximumText = 1 << 20;

/** CGROUP_SUPER_MAGIC and CGROUP2_SUPER_MAGIC [linux, include/uapi/linux/magic.h]. */
const kinds: ReadonlyMap<number, FolderKind> = new Map([
  [0x27_e0eb, "v1"],
  [0x6367_7270, "v2"],
]);
