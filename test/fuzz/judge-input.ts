import { applyBaseline, readBaseline, writeBaseline } from "../../src/audit/baseline.ts";
import { deployedTarget } from "../../src/audit/deployed-target.ts";
import { planPins } from "../../src/audit/fix.ts";
import { judge, type Judged } from "../../src/audit/judge.ts";
import { rules } from "../../src/audit/rules/index.ts";
import { suppressionRules } from "../../src/audit/suppressions/suppressions.ts";
import { tryPlan } from "../../src/audit/try-fix.ts";
import { globTest } from "../../src/config/glob.ts";
import { readConfig } from "../../src/config/read.ts";
import { assembleReport } from "../../src/report/assemble.ts";
import { auditCompact } from "../../src/report/compact.ts";
import { explainText } from "../../src/report/explain.ts";
import { auditJson } from "../../src/report/json.ts";
import { auditMarkdown } from "../../src/report/markdown.ts";
import { auditSarif } from "../../src/report/sarif.ts";
import { auditText } from "../../src/report/text.ts";
import { readRepository } from "../../src/repository/read.ts";
import { readPlan } from "../../src/repository/terraform/plan-file.ts";
import { readState } from "../../src/repository/terraform/state.ts";
import type { Tree } from "../../src/repository/tree.ts";
import type { Files } from "./mutations.ts";

/** Files that stand in for what a person names: none of the repository reads them. */
export const named = {
  config: "holdfast.yaml",
  state: "named/state.json",
  plan: "named/plan.json",
  baseline: "named/baseline.json",
} as const;

/** Takes an input through all that `holdfast audit` does without a socket. Gives every text that it would print. */
export function judgeInput(files: Files): readonly string[] {
  const text = (path: string): string => new TextDecoder().decode(files.get(path) ?? new Uint8Array());
  const read = readConfig(text(named.config));
  const config = "config" in read ? read.config : {};
  const isInCluster = (config.clusters ?? []).map(({ name, paths }) => ({ name, test: globTest(paths) }));
  const clusterOf = (path: string): string | null => isInCluster.find(({ test }) => test(path))?.name ?? null;
  const plan = readPlan(text(named.plan), named.plan);
  const settings = { severity: new Map(Object.entries(config.severity ?? {})), today: "2026-01-01" };
  const judgeTree = (tree: Tree): Judged =>
    judge(readRepository(tree, { clusterOf, plans: plan === null ? [] : [plan] }), rules, settings);
  const tree = treeOf(files);
  const judged = judgeTree(tree);
  const deployed = [
    ...(readState(text(named.state), named.state, null)?.releases ?? []),
    ...judged.repository.stateFiles.flatMap((file) => readState(file.text, file.path, null)?.releases ?? []),
  ];
  const { steps } = planPins(
    judged,
    new Set(rules.filter(({ fix }) => fix === "pin").map(({ id }) => id)),
    deployedTarget(deployed, judged.repository.releases),
  );
  if (steps.length > 0) tryPlan(tree, judged, steps, new Set(), judgeTree);
  const baseline = readBaseline(text(named.baseline)) ?? readBaseline(writeBaseline(judged));
  if (baseline === null) throw new Error("a baseline that was written is not one that is read");
  applyBaseline(judged, baseline);
  return printed(judged);
}

function printed(judged: Judged): readonly string[] {
  const report = assembleReport(judged, judged.findings, {
    toolVersion: "0.0.0",
    root: ".",
    revision: null,
    problems: judged.repository.problems,
    baselined: [],
    movesTo: new Map(),
    fixes: new Map(),
    leftOut: { by: named.config, paths: [], rules: [], lowered: [] },
    documentation: (rule) => rule,
  });
  const json = [auditJson(report), auditSarif(report, [...rules, ...Object.values(suppressionRules)])];
  for (const one of json) JSON.parse(one);
  const explained = report.rows.slice(0, 3).map(({ address }) => explainText(report, address).text);
  return [
    auditText(report, { all: true }),
    auditText(report),
    auditCompact(report),
    auditMarkdown(report),
    ...json,
    ...explained,
  ];
}

function treeOf(files: Files): Tree {
  const entries = [...files]
    .map(([path, { length: size }]) => ({ path, size, tracked: true }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return {
    label: "fuzz",
    isWhole: true,
    entries: () => entries,
    read: (path) => files.get(path) ?? { code: "READ004", text: "not there" },
  };
}
