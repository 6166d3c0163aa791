import type { EditStep } from "../model/plan.ts";
import type { Tree } from "./tree.ts";

/** A text with edits applied; `null` where the text is not what an edit expects, or two edits overlap. */
export function applyEdits(text: string, steps: readonly EditStep[]): string | null {
  let edited = "";
  let at = 0;
  for (const { target, expect, text: replacement } of steps.toSorted((a, b) => a.target.start - b.target.start)) {
    if (target.start < at || text.slice(target.start, target.end) !== expect) return null;
    edited += text.slice(at, target.start) + replacement;
    at = target.end;
  }
  return edited + text.slice(at);
}

/** The tree as it would be with some files changed: what a fix is tried on before anything is written. */
export function overlayTree(tree: Tree, changed: ReadonlyMap<string, string>): Tree {
  const encoder = new TextEncoder();
  const bytes = new Map([...changed].map(([path, text]) => [path, encoder.encode(text)]));
  return {
    label: tree.label,
    isWhole: tree.isWhole,
    entries: () => tree.entries().map((entry) => ({ ...entry, size: bytes.get(entry.path)?.length ?? entry.size })),
    read: (path) => bytes.get(path) ?? tree.read(path),
  };
}
