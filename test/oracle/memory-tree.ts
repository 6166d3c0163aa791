import type { Tree, TreeEntry, Unreadable } from "../../src/repository/tree.ts";

/** A tree of the given files. */
export function memoryTree(files: ReadonlyMap<string, string>): Tree {
  const bytes = new Map([...files].map(([path, text]) => [path, Buffer.from(text, "utf8")]));
  const entries: TreeEntry[] = [...bytes]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, content]) => ({ path, size: content.length, tracked: true }));
  return {
    label: "memory",
    isWhole: true,
    entries: () => entries,
    read: (path): Uint8Array | Unreadable => bytes.get(path) ?? { code: "READ004", text: "not there" },
  };
}
