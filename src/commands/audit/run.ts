import { dirname, relative, resolve } from "node:path";
import { fingerprint } from "../../audit/fingerprint.ts";
import { judge, type Judged, type JudgeSettings } from "../../audit/judge.ts";
import { rules } from "../../audit/rules/index.ts";
import { isInPart, partOf } from "../../audit/part.ts";
import type { MovesTo } from "../../audit/online.ts";
import { worsened } from "../../audit/since.ts";
import { atLeast, type Finding } from "../../model/finding.ts";
import { kindOf } from "../../outside/files/read.ts";
import { directoryTree, fileTree, type DirectoryTree } from "../../outside/tree/directory.ts";
import { partOfRepository } from "../../outside/tree/part.ts";
import { assembleReport, type ReportContext } from "../../report/assemble.ts";
import type { AuditReport } from "../../report/audit-report.ts";
import { countLeftOut } from "../../report/left-out.ts";
import { readRepository } from "../../repository/read.ts";
import type { PlanAnswers } from "../../repository/terraform/plan-file.ts";
import type { Tree } from "../../repository/tree.ts";
import { version } from "../../version.ts";
import { Failure } from "../failure.ts";
import { againstBaseline, keepBaseline, noteStale, readBaselineOf } from "./baseline.ts";
import { clusterBeside, clusterProblems } from "./cluster.ts";
import { deployedReleases } from "./deployed.ts";
import { fixed, type Fixed } from "./fix.ts";
import { leavingOut, noteLeftOut } from "./left-out.ts";
import type { AuditOptions } from "./options.ts";
import { plannedAnswers } from "./planned.ts";
import { render } from "./render.ts";
import { pastTree, settingsAt, silencedSince } from "./since.ts";
import { clusterOf, configName, failOn, pathsLeaveOut, readSettings, type Settings } from "./settings.ts";

/** Runs `holdfast audit`; gives the exit code. */
export async function audit(path: string, options: AuditOptions): Promise<number> {
  const { root, tree, part } = openTree(path);
  const own = await readSettings(root, options.config);
  const past = options.since === undefined ? undefined : pastTree(root, options.since);
  const settings = past === undefined ? own : await settingsAt(past, root, own, options);
  const plans = await plannedAnswers(options);
  const cluster = await clusterBeside(settings, options);
  const judgement = judgementOf(settings, plans, cluster, part);
  const ofPart = (judged: Judged) => (part === null ? judged : partOf(judged, part));
  const all = judgement(tree);
  const now = ofPart(all);
  if (kindOf(path) === "file") refuseUnread(path);
  const compared = past === undefined ? now : worsened(ofPart(judgement(past)), now);
  const listed = await readBaselineOf(root, settings, options, past);
  const whole = await againstBaseline(now, listed);
  noteStale((part === null ? whole : await againstBaseline(all, listed)).stale);
  const baseline = past === undefined ? whole : await againstBaseline(compared, listed);
  if (options.writeBaseline !== undefined) await keepBaseline(options.writeBaseline, compared);
  const judged = { ...compared, findings: baseline.kept };
  // Before --fix writes: afterwards the tree is another one.
  const then = { settings, baseline: listed, judged: now, kept: whole.kept };
  const silenced =
    past === undefined
      ? undefined
      : await silencedSince(then, root, own, options, () => ofPart(judgementOf(own, plans, cluster, part)(tree)));
  const deployed = await deployedReleases(now.repository, settings, options);
  const movesTo = options.online === true ? await onlineAnswers(judged) : new Map();
  const fix = await fixed({
    root,
    tree,
    // A pin is judged by all that it does, in the part and beside it.
    judged: { ...judged, repository: all.repository },
    whole: all,
    deployed: deployed.releases,
    options,
    judgeTree: judgement,
  });
  const context: ReportContext = {
    toolVersion: version,
    root: path,
    revision: options.since ?? null,
    problems: [...tree.problems, ...now.repository.problems, ...deployed.problems, ...(await clusterProblems(cluster))],
    baselined: baseline.listed,
    movesTo,
    fixes: fix.fixes,
    leftOut: {
      ...countLeftOut(judged, judged.findings, leavingOut(settings, options)),
      ...(silenced === undefined ? {} : { silenced }),
    },
    documentation: (rule) => `docs/rules/${rule}.md`,
  };
  const report = assembleReport(judged, judged.findings, context);
  const leftOutRows = () => {
    if (now.repository.leftOut.length === 0) return [];
    const { paths: _, ...config } = settings.config;
    return assembleReport(ofPart(judgementOf({ ...settings, config }, plans, cluster, part)(tree)), [], context).rows;
  };
  const left = judged.findings.filter((finding) => !fix.mended.has(fingerprint(finding, now.repository.files)));
  const code = await finish(report, left, fix, settings, options, leftOutRows);
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
  leftOutRows: () => AuditReport["rows"],
): Promise<number> {
  const found = await render(report, fix, options, leftOutRows);
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

/** `part`: the path in the repository that it is a part of, all of which is read; `null`: it is all that is read. */
interface Opened {
  readonly root: string;
  readonly tree: DirectoryTree;
  readonly part: string | null;
}

function openTree(path: string): Opened {
  switch (kindOf(path)) {
    case "directory":
      return openPart(path) ?? { root: path, tree: directoryTree(path), part: null };
    case "file":
      return openPart(path) ?? { root: dirname(path), tree: fileTree(resolve(path)), part: null };
    case "missing":
      throw new Failure(
        "READ006",
        `${path === "" ? '""' : path} does not exist`,
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

/** What git ignores is read only where it is named, and by itself. */
function openPart(path: string): Opened | null {
  const part = partOfRepository(path, configName);
  if (part === null) return null;
  const tree = directoryTree(part.root);
  const isOfPart = isInPart(part.path);
  if (!tree.entries().some((entry) => isOfPart(entry.path))) return null;
  return { root: relative(process.cwd(), part.root) || ".", tree, part: part.path };
}

/** A directory may be empty; whoever names one file wants that one read. */
function refuseUnread(path: string): void {
  const { statistics, problems, stateFiles } = readRepository(fileTree(resolve(path)));
  if (statistics.read - stateFiles.length + problems.length > 0) return;
  throw new Failure(
    "READ008",
    `${path} is not a file that audit reads by itself`,
    "It reads Terraform, OpenTofu and Terragrunt (.tf, .tofu, terragrunt.hcl), Kubernetes YAML (.yaml, .yml) and the configuration of Renovate and Dependabot: name one of these, or a directory. A state or a plan is named by --state FILE or --plan FILE, each file by an option of its own.",
  );
}

/** Observes and judges one tree: the same for today, for a past revision and for a fix that is tried. */
function judgementOf(
  settings: Settings,
  plans: readonly PlanAnswers[],
  cluster: JudgeSettings["cluster"],
  part: string | null,
): (tree: Tree) => Judged {
  const severity: JudgeSettings["severity"] = new Map(Object.entries(settings.config.severity ?? {}));
  const today = new Date().toISOString().slice(0, 10);
  const leavesOut = pathsLeaveOut(settings);
  const isReported = part === null ? () => true : isInPart(part);
  const reading = { clusterOf: clusterOf(settings), isChosen: (path: string) => leavesOut(path) === null, plans };
  return (tree) => {
    const repository = readRepository(tree, { ...reading, isReported });
    return judge(repository, rules, {
      severity,
      today,
      isChosen: reading.isChosen,
      ...(cluster === undefined ? {} : { cluster }),
    });
  };
}
