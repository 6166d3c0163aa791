import type { Tree } from "../../repository/tree.ts";

/** The text of a file of a tree; `null` where the tree has none of that path, or it is not readable text. */
export function textAt(tree: Tree, path: string): string | null {
  if (!tree.entries().some((entry) => entry.path === path)) return null;
  const bytes = tree.read(path);
  if ("code" in bytes) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
