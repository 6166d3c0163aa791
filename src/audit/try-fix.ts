import { severities, type Finding } from "../model/finding.ts";
import type { EditStep } from "../model/plan.ts";
import { applyEdits, overlayTree } from "../repository/edit.ts";
import type { Tree } from "../repository/tree.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Judged } from "./judge.ts";
import { worseFindings, type WorseFinding } from "./worse-findings.ts";

/** The files as a plan would leave them; `null` for a path whose text is not what the plan expects. */
type EditedFiles = ReadonlyMap<string, string>;

/** What the plan leaves: the files, and what it makes worse that is less severe than what it mends. */
export interface Tried {
  readonly files: EditedFiles;
  readonly worse: readonly WorseFinding[];
}

/**
 * Runs the audit on the tree as the plan would leave it: the findings that it mends must be gone, and none
 * that is as severe may be new or reach more (a pin can be what a bot then moves). Gives what it leaves, or the reason to refuse.
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
  const isMended = (finding: Finding, { repository }: Judged) => mended.has(fingerprint(finding, repository.files));
  const standing = after.findings.find((finding) => isMended(finding, after));
  if (standing !== undefined) return { refused: `tried, and ${standing.rule} still stands: ${standing.what}` };
  const limit = Math.min(
    ...judged.findings.filter((finding) => isMended(finding, judged)).map(rank),
    severities.length,
  );
  const worse = worseFindings(judged, after);
  const bad = worse.find(({ finding }) => rank(finding) <= limit);
  if (bad !== undefined) return { refused: `tried, and it ${effectOf(bad)}` };
  return { files, worse };
}

/** What a plan does besides: `brings BOT001 (medium): ...`. */
export function effectOf({ finding, how }: WorseFinding): string {
  return `${how === "new" ? "brings" : "widens"} ${finding.rule} (${finding.severity}): ${finding.what}`;
}

function rank({ severity }: Finding): number {
  return severities.indexOf(severity);
}
