import type { Tree } from "../../src/repository/tree.ts";

/** A tree in memory. Everything is tracked but what `untracked` names; `null`: git was not asked. */
export function treeOf(
  files: ReadonlyMap<string, string> | Readonly<Record<string, string>>,
  untracked: readonly string[] | null = [],
): Tree {
  const entries = files instanceof Map ? [...files] : Object.entries(files);
  const bytes = new Map(entries.map(([path, text]) => [path, new TextEncoder().encode(text)]));
  const paths = [...bytes.keys()].toSorted((a, b) => (a < b ? -1 : 1));
  return {
    label: "test",
    isWhole: true,
    entries: () =>
      paths.map((path) => ({
        path,
        size: bytes.get(path)?.length ?? 0,
        tracked: untracked === null ? null : !untracked.includes(path),
      })),
    read: (path) => bytes.get(path) ?? { code: "READ004", text: "not in the tree" },
  };
}
