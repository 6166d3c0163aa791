import { severities, type Finding } from "../model/finding.ts";
import type { EditStep } from "../model/plan.ts";
import { applyEdits, overlayTree } from "../repository/edit.ts";
import type { Tree } from "../repository/tree.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Judged } from "./judge.ts";

/** The files as a plan would leave them; `null` for a path whose text is not what the plan expects. */
type EditedFiles = ReadonlyMap<string, string>;

/** What the plan leaves: the files, and what it brings that is new but less severe than what it mends. */
export interface Tried {
  readonly files: EditedFiles;
  readonly brings: readonly Finding[];
}

/**
 * Runs the audit on the tree as the plan would leave it: the findings that it mends must be gone, and none
 * that is as severe may be new (a pin can be what a bot then moves). Gives what it leaves, or the reason to refuse.
 */
export function tryPlan(
  tree: Tree,
  judged: Judged,
  steps: readonly EditStep[],
  mended: ReadonlySet<string>,
  judgeTree: (tree: Tree) => Judged,
): Tried | { readonly refused: string } {
  const files = new Map<string, string>();
  for (const [path, ofFile] of Map.groupBy(steps, ({ target }) => target.path)) {
    const source = judged.repository.files.find((file) => file.path === path);
    const edited = source && applyEdits(source.text, ofFile);
    if (edited === undefined || edited === null) return { refused: `the edits of ${path} do not fit its text` };
    files.set(path, edited);
  }
  const after = judgeTree(overlayTree(tree, files));
  const before = new Map(judged.findings.map((finding) => [fingerprint(finding, judged.repository.files), finding]));
  const worst = Math.min(...[...mended].map((print) => rank(before.get(print))));
  const brings: Finding[] = [];
  for (const finding of after.findings) {
    const print = fingerprint(finding, after.repository.files);
    if (mended.has(print)) return { refused: `tried, and ${finding.rule} still stands: ${finding.what}` };
    if (before.has(print)) continue;
    if (rank(finding) <= worst) return { refused: `tried, and it brings ${finding.rule}: ${finding.what}` };
    brings.push(finding);
  }
  return { files, brings };
}

function rank(finding: Finding | undefined): number {
  return finding === undefined ? severities.length : severities.indexOf(finding.severity);
}
