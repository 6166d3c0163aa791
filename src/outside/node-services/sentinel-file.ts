import { closeSync, constants, fstatSync, openSync, statfsSync, writeSync } from "node:fs";
import { join, posix } from "node:path";
import type { Said } from "../../model/node-actor.ts";
import { folderBelow } from "../files/below-root.ts";
import { failureText } from "../files/read.ts";

/** File systems that a reboot empties [linux, include/uapi/linux/magic.h]. */
const inMemory: ReadonlySet<number> = new Set([0x01_02_19_94, 0x85_84_58_f6]);

/** Shown to who logs in, on some distributions. */
const text =
  "*** System restart required ***\nholdfast asked for it: what is left over on this node cannot be ended otherwise.\n";

/**
 * Makes the file that kured looks for, where there is none. Only in a folder that a reboot empties: a file that is still there afterwards asks for the
 * next reboot, and for the next.
 */
export function makeSentinel(root: string, path: string): Said {
  if (!path.startsWith("/") || posix.normalize(path) !== path || path.endsWith("/"))
    return { said: "refused", reason: { code: "not-permitted", text: `${path} is no whole path of a file`, at: [] } };
  let folder: number | undefined;
  try {
    const real = folderBelow(root, posix.dirname(path));
    folder = openSync(real, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    if (!inMemory.has(statfsSync(opened(folder)).type)) return { said: "refused", reason: kept(path) };
    write(join(opened(folder), posix.basename(path)));
    return { said: "done" };
  } catch (error) {
    if (isThere(error)) return { said: "done" };
    return { said: "failed", text: `${path} could not be made: ${failureText(error)}` };
  } finally {
    if (folder !== undefined) closeSync(folder);
  }
}

function write(path: string): void {
  const descriptor = openSync(
    path,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
    0o644,
  );
  try {
    // kured looks only whether it is there: a text that does not fit does no harm.
    if (fstatSync(descriptor).isFile()) writeSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}

function opened(descriptor: number): string {
  return `/proc/self/fd/${descriptor}`;
}

function isThere(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}

function kept(path: string): Extract<Said, { said: "refused" }>["reason"] {
  return {
    code: "not-permitted",
    text: `${path} would outlive the reboot, and ask for another one`,
    at: [],
    supply: "use a file in /run, which is empty after a reboot",
  };
}
