import { relative, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Baseline } from "../../audit/baseline.ts";
import type { Judged } from "../../audit/judge.ts";
import { silencedFindings } from "../../audit/since.ts";
import type { Finding } from "../../model/finding.ts";
import { revisionTree } from "../../outside/tree/revision.ts";
import type { AuditReport } from "../../report/audit-report.ts";
import { byKind, byRule } from "../../report/left-out.ts";
import type { Tree } from "../../repository/tree.ts";
import { Failure } from "../failure.ts";
import { knownRules } from "../known-rules.ts";
import { againstBaseline, readBaselineOf } from "./baseline.ts";
import { failOn, type Settings } from "./settings.ts";
import type { AuditOptions } from "./options.ts";
import { textAt } from "./text-at.ts";

/** The tree of the revision that `--since` names. */
export function pastTree(root: string, revision: string): Tree {
  const tree = revisionTree(root, revision);
  if (!("failure" in tree)) return tree;
  if (tree.failure.includes("not a git repository"))
    throw new Failure(
      "GIT003",
      `--since compares with a git revision, and ${root} is not in a git repository`,
      "Run it inside one.",
    );
  throw new Failure(
    "GIT002",
    `git does not give revision ${revision} (${tree.failure})`,
    "Name a commit, a branch or a tag that git log knows here.",
  );
}

/**
 * What `--since` judges by: settings that leave something out as they were at the revision, so that no change silences
 * what it brings; the others as they are. Where there was no valid file, nothing was left out; a file that `--config`
 * names and that the revision does not hold is the same for both.
 */
export async function settingsAt(past: Tree, root: string, own: Settings, options: AuditOptions): Promise<Settings> {
  const text = textAt(past, relative(resolve(root), resolve(own.path)));
  if (text === null && options.config !== undefined) return own;
  const { readConfig } = await import("../../config/read.ts");
  const read = readConfig(text ?? "", knownRules);
  const { paths, severity, failOn: least, baseline } = "config" in read ? read.config : {};
  const { clusters, state } = own.config;
  const all = { clusters, state, paths, severity, failOn: least, baseline };
  return { ...own, config: Object.fromEntries(Object.entries(all).filter(([, set]) => set !== undefined)) };
}

/** A way to judge the tree of today: by the settings of the revision. */
export interface ThenJudged {
  readonly settings: Settings;
  readonly baseline: Baseline | null;
  readonly judged: Judged;
  /** Its findings without those of the baseline. */
  readonly kept: readonly Finding[];
}

/** What the settings of today leave out of the tree of today, and those of the revision do not. `judge` goes by today's. */
export async function silencedSince(
  then: ThenJudged,
  root: string,
  own: Settings,
  options: AuditOptions,
  judge: () => Judged,
): Promise<NonNullable<AuditReport["leftOut"]["silenced"]>> {
  const baseline = await readBaselineOf(root, own, options);
  const isSame = isDeepStrictEqual([then.settings.config, then.baseline], [own.config, baseline]);
  const judged = isSame ? then.judged : judge();
  const { kept } = await againstBaseline(judged, baseline);
  const before = new Set(then.judged.repository.leftOut.map(({ path }) => path));
  const findings = silencedFindings(
    { ...then.judged, findings: then.kept, failOn: failOn(then.settings, options) },
    { ...judged, findings: kept, failOn: failOn(own, options) },
  );
  return {
    files: byKind(judged.repository.leftOut.filter(({ path }) => !before.has(path))),
    rules: byRule(findings),
  };
}
