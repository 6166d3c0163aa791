import { dirname, join, resolve } from "node:path";
import { fingerprint } from "../../audit/fingerprint.ts";
import { judge, type Judged, type JudgeSettings } from "../../audit/judge.ts";
import { rules } from "../../audit/rules/index.ts";
import type { MovesTo } from "../../audit/online.ts";
import { worsened } from "../../audit/since.ts";
import { atLeast, type Finding } from "../../model/finding.ts";
import { kindOf, readInside, readNamed } from "../../outside/files/read.ts";
import { writeWhole } from "../../outside/files/write.ts";
import { directoryTree, fileTree, type DirectoryTree } from "../../outside/tree/directory.ts";
import { revisionTree } from "../../outside/tree/revision.ts";
import { assembleReport } from "../../report/assemble.ts";
import type { AuditReport } from "../../report/audit-report.ts";
import { countLeftOut, type LeavingOut } from "../../report/left-out.ts";
import { leftOutNotes } from "../../report/left-out-text.ts";
import { printable } from "../../report/safe.ts";
import { readRepository } from "../../repository/read.ts";
import type { PlanAnswers } from "../../repository/terraform/plan-file.ts";
import type { Tree } from "../../repository/tree.ts";
import { version } from "../../version.ts";
import { Failure } from "../failure.ts";
import { fixed, type Fixed } from "./fix.ts";
import { deployedReleases } from "./deployed.ts";
import type { AuditOptions } from "./options.ts";
import { plannedAnswers } from "./planned.ts";
import { render } from "./render.ts";
import { clusterOf, failOn, pathsLeaveOut, readSettings, type Settings } from "./settings.ts";

/** Runs `holdfast audit`; gives the exit code. */
export async function audit(path: string, options: AuditOptions): Promise<number> {
  const { root, tree } = openTree(path);
  const settings = await readSettings(root, options.config);
  const judgement = judgementOf(settings, await plannedAnswers(options));
  const now = judgement(tree);
  if (kindOf(path) === "file") refuseUnread(path, tree, now);
  const compared = options.since === undefined ? now : worsened(judgement(pastTree(root, options.since)), now);
  const baseline = await againstBaseline(compared, settings, options);
  if (options.writeBaseline !== undefined) await keepBaseline(options.writeBaseline, compared);
  const judged = { ...compared, findings: baseline.kept };
  const deployed = await deployedReleases(now.repository, settings, options);
  const movesTo = options.online === true ? await onlineAnswers(judged) : new Map();
  const fix = await fixed({
    root,
    tree,
    judged,
    whole: now,
    deployed: deployed.releases,
    options,
    judgeTree: judgement,
  });
  const report = assembleReport(judged, judged.findings, {
    toolVersion: version,
    root: path,
    revision: options.since ?? null,
    problems: [...tree.problems, ...now.repository.problems, ...deployed.problems],
    baselined: baseline.listed,
    movesTo,
    fixes: fix.fixes,
    leftOut: countLeftOut(judged, judged.findings, leavingOut(settings, options)),
    documentation: (rule) => `docs/rules/${rule}.md`,
  });
  const left = judged.findings.filter((finding) => !fix.mended.has(fingerprint(finding, now.repository.files)));
  const code = await finish(report, left, fix, settings, options);
  if (options.online === true) await tellUnanswered(movesTo);
  return code;
}

/** Prints the report; gives the exit code, of those that hold the first of 2, 1, 3 and 0. */
async function finish(
  report: AuditReport,
  findings: readonly Finding[],
  fix: Fixed,
  settings: Settings,
  options: AuditOptions,
): Promise<number> {
  const found = await render(report, fix, options);
  noteLeftOut(report, options);
  const least = failOn(settings, options);
  if (!found) return 2;
  if (report.summary.files.read === 0 && report.problems.length > 0) return 2;
  if (least !== "never" && findings.some(({ severity }) => atLeast(severity, least))) return 1;
  return options.strict === true && report.problems.length > 0 ? 3 : 0;
}

/** The clients of registries load Node's network modules: a third of the start, for a run that opens no socket. */
async function onlineAnswers(judged: Judged): Promise<ReadonlyMap<string, MovesTo>> {
  const { lookedUp } = await import("./online.ts");
  return lookedUp(judged);
}

async function tellUnanswered(answers: ReadonlyMap<string, MovesTo>): Promise<void> {
  const { unansweredNote } = await import("./online.ts");
  process.stderr.write(unansweredNote(answers) ?? "");
}

function openTree(path: string): { root: string; tree: DirectoryTree } {
  switch (kindOf(path)) {
    case "directory":
      return { root: path, tree: directoryTree(path) };
    case "file":
      return { root: dirname(path), tree: fileTree(resolve(path)) };
    case "missing":
      throw new Failure(
        "READ006",
        `${path} does not exist`,
        "Name a directory, or one file, of an infrastructure repository.",
      );
    case "other":
      throw new Failure(
        "READ007",
        `${path} is neither a directory nor a regular file`,
        "Name a directory, or one file, of an infrastructure repository.",
      );
    case "unreadable":
      throw new Failure("READ007", `${path} cannot be read`, "Name a directory, or one file, that this user can read.");
  }
}

/** A directory may be empty; whoever names one file wants that one read. */
function refuseUnread(path: string, tree: DirectoryTree, { repository }: Judged): void {
  if (repository.statistics.read + repository.problems.length + tree.problems.length > 0) return;
  throw new Failure(
    "READ008",
    `${path} is not a file that audit reads by itself`,
    "It reads Terraform, OpenTofu and Terragrunt (.tf, .tofu, terragrunt.hcl), Kubernetes YAML (.yaml, .yml) and the configuration of Renovate and Dependabot: name one of these, or a directory.",
  );
}

function pastTree(root: string, revision: string): Tree {
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

/** Where nothing fails, what would fail by default counts. */
function leavingOut(settings: Settings, options: AuditOptions): LeavingOut {
  const least = failOn(settings, options);
  return {
    file: settings.file,
    pathsLeaveOut: pathsLeaveOut(settings),
    failOn: least === "never" ? "high" : least,
  };
}

/** Lines for programs, and a diff, have no room for it. */
function noteLeftOut(report: AuditReport, { output, fix }: AuditOptions): void {
  if (output !== "compact" && fix === undefined) return;
  const sentences = leftOutNotes(report);
  if (sentences.length > 0) process.stderr.write(`holdfast: note: ${printable(sentences.join(" "))}\n`);
}

/** Observes and judges one tree: the same for today, for a past revision and for a fix that is tried. */
function judgementOf(settings: Settings, plans: readonly PlanAnswers[]): (tree: Tree) => Judged {
  const severity: JudgeSettings["severity"] = new Map(Object.entries(settings.config.severity ?? {}));
  const today = new Date().toISOString().slice(0, 10);
  const leavesOut = pathsLeaveOut(settings);
  const reading = { clusterOf: clusterOf(settings), isChosen: (path: string) => leavesOut(path) === null, plans };
  return (tree) => judge(readRepository(tree, reading), rules, { severity, today, isChosen: reading.isChosen });
}

async function keepBaseline(path: string, { findings, repository }: Judged): Promise<void> {
  const { writeBaseline } = await import("../../audit/baseline.ts");
  const failure = writeWhole(path, writeBaseline(findings, repository.files));
  if (failure !== null)
    throw new Failure("WRITE001", `${path} could not be written (${failure})`, "Name a file that this user can write.");
  const { length } = findings;
  process.stderr.write(`holdfast: ${length} finding${length === 1 ? "" : "s"} written to ${printable(path)}\n`);
}

async function againstBaseline(
  judged: Judged,
  { config, base, within }: Settings,
  options: AuditOptions,
): Promise<{ kept: readonly Finding[]; listed: readonly Finding[] }> {
  // The one that is written anew need not be there yet, and is to hold what the old one lists too.
  if (options.writeBaseline !== undefined) return { kept: judged.findings, listed: [] };
  const path = options.baseline ?? (config.baseline === undefined ? undefined : join(base, config.baseline));
  if (path === undefined) return { kept: judged.findings, listed: [] };
  const read = options.baseline === undefined ? readInside(within, path) : readNamed(path);
  if ("failure" in read)
    throw new Failure(
      "BASE001",
      `the baseline ${path} could not be read (${read.failure})`,
      "Make one with --write-baseline.",
    );
  const { applyBaseline, readBaseline } = await import("../../audit/baseline.ts");
  const baseline = readBaseline(read.text);
  if (baseline === null)
    throw new Failure("BASE002", `${path} is not a baseline of this version`, "Make a new one with --write-baseline.");
  const applied = applyBaseline(judged.findings, judged.repository.files, baseline);
  const { length } = applied.stale;
  if (length > 0)
    process.stderr.write(
      `holdfast: note: ${length} of the baseline's entries match nothing any more; --write-baseline writes it anew\n`,
    );
  return applied;
}
