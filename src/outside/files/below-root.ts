import { readlinkSync } from "node:fs";
import { join } from "node:path";

/**
 * Where a folder of a node is for a process that has the node's files below `root`: its links lead to places of the node, and the
 * system would follow them from this process's own root (`/var/run` is a link to `/run` on most). Throws the error of the system.
 */
export function folderBelow(root: string, folder: string): string {
  const rest = partsOf(folder);
  let way: readonly string[] = [];
  for (let links = 0; rest.length > 0;) {
    const part = rest.shift() ?? "";
    if (part === "..") {
      way = way.slice(0, -1);
      continue;
    }
    const target = linkAt(join(root, ...way, part));
    if (target === null) {
      way = [...way, part];
      continue;
    }
    if ((links += 1) > mostLinks) throw Object.assign(new Error("ELOOP: too many links"), { code: "ELOOP" });
    if (target.startsWith("/")) way = [];
    rest.unshift(...partsOf(target));
  }
  return join(root, ...way);
}

/** As many as Linux follows [linux, include/linux/namei.h, MAXSYMLINKS]. */
const mostLinks = 40;

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

/** `null`: it is no link. */
function linkAt(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EINVAL") return null;
    throw error;
  }
}
