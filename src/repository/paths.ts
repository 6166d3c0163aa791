/** Directory part of a path inside the repository; `.` for the root. */
export function directoryOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash === -1 ? "." : path.slice(0, slash);
}

export function joinPath(directory: string, name: string): string {
  return directory === "." ? name : `${directory}/${name}`;
}

/** A relative path taken from a directory of the repository; `null` where it leaves the repository or is absolute. */
export function resolvePath(directory: string, path: string): string | null {
  if (path.startsWith("/")) return null;
  const parts = directory === "." ? [] : directory.split("/");
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.length === 0 ? "." : parts.join("/");
}

/** The relative path that leads from one directory to another, `.` for the same one. */
export function relativePath(from: string, to: string): string {
  const a = from === "." ? [] : from.split("/");
  const b = to === "." ? [] : to.split("/");
  let shared = 0;
  while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared++;
  const steps = [...a.slice(shared).map(() => ".."), ...b.slice(shared)];
  return steps.length === 0 ? "." : steps.join("/");
}
