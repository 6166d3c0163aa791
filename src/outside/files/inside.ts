import { isAbsolute, relative, sep } from "node:path";

/** Whether a path lies in a directory, or is it. Both are real paths: no link stands on the way any more. */
export function isInside(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
