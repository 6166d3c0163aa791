import { join } from "node:path";
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import { deployedTarget } from "../../audit/deployed-target.ts";
import { planPins, type FixDecision, type PinTarget } from "../../audit/fix.ts";
import type { Judged } from "../../audit/judge.ts";
import { rules } from "../../audit/rules/index.ts";
import { effectOf, tryPlan, type Tried } from "../../audit/try-fix.ts";
import type { DeployedRelease } from "../../model/deployed.ts";
import type { DeclaredRelease } from "../../model/release.ts";
import { readInside } from "../../outside/files/read.ts";
import { whyNotWritable, writeWhole } from "../../outside/files/write.ts";
import type { ReportFinding } from "../../report/audit-report.ts";
import { padEnd, width } from "../../report/columns.ts";
import { redactExcerpt } from "../../report/redact.ts";
import { printable } from "../../report/safe.ts";
import type { Tree } from "../../repository/tree.ts";
import { Failure } from "../failure.ts";
import type { AuditOptions } from "./options.ts";

/** What `--fix` did or would do. */
export interface Fixed {
  /** By fingerprint, for the report. */
  readonly fixes: ReadonlyMap<string, NonNullable<ReportFinding["fix"]>>;
  /** With `--fix`: the diff and what became of it, in place of the report. */
  readonly text: string | undefined;
  /** Fingerprints of the findings that are gone now: none unless something was written. */
  readonly mended: ReadonlySet<string>;
}

interface Work {
  readonly root: string;
  readonly tree: Tree;
  /** What is reported: a baseline or `--since` may leave findings out. */
  readonly judged: Judged;
  /** All that was found: what a try is compared with. */
  readonly whole: Judged;
  readonly deployed: readonly DeployedRelease[];
  readonly options: AuditOptions;
  readonly judgeTree: (tree: Tree) => Judged;
}

/** Plans the pins, tries them on a copy of what was read, and with `--fix` writes them. */
export async function fixed(work: Work): Promise<Fixed> {
  const { judged, options } = work;
  const fixable = new Set(rules.filter(({ fix }) => fix === "pin").map(({ id }) => id));
  const target = await targetOf(work);
  const { decisions, steps } = planPins(judged, fixable, target);
  const fixes = new Map(decisions.map((decision) => [decision.fingerprint, reportFix(decision)]));
  if (options.fix === undefined) return { fixes, text: undefined, mended: new Set() };
  const mended = new Set(decisions.flatMap((one) => ("fix" in one ? [one.fingerprint] : [])));
  const tried = tryPlan(work.tree, work.whole, steps, mended, work.judgeTree);
  if ("refused" in tried)
    throw new Failure("FIX001", `the pins were not written: ${tried.refused}`, "Pin by hand, and run the audit again.");
  const diff = [...tried.files].map(([path, text]) => patchOf(work, path, text)).join("");
  const dry = options.fix === "dry-run";
  const said = summary(decisions, tried, dry);
  if (dry) return { fixes, text: `${diff}${said}`, mended: new Set() };
  // All files are looked at before the first is written, so that one that cannot be written stops the rest too.
  for (const path of tried.files.keys()) checkUnchanged(work, path);
  // What is about to be written is printed before it is.
  const isPrinted = options.outputFile === undefined;
  if (isPrinted) process.stdout.write(diff);
  writeAll(work, tried.files);
  return { fixes, text: isPrinted ? said : `${diff}${said}`, mended };
}

async function targetOf({
  judged,
  deployed,
  options,
}: Work): Promise<(release: DeclaredRelease) => PinTarget | string> {
  if (options.fixTo === undefined) return deployedTarget(deployed, judged.repository.releases, judged.comparison);
  const { newestTargets } = await import("./online.ts");
  return newestTargets(judged);
}

function reportFix(decision: FixDecision): NonNullable<ReportFinding["fix"]> {
  if ("refused" in decision)
    return { kind: "pin", safe: false, detail: `not written: ${decision.refused}`, version: null };
  const { version, source, safe } = decision.target;
  return { kind: "pin", safe, detail: `${decision.edit} (${source})`, version };
}

function patchOf({ judged }: Work, path: string, text: string): string {
  const before = judged.repository.files.find((file) => file.path === path)?.text ?? "";
  const shown = printable(path);
  const patch = createTwoFilesPatch(`a/${shown}`, `b/${shown}`, before, text, "", "", {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
  return printable(patch.split("\n").map(withoutSecrets).join("\n"), { newlines: true });
}

/** Lines beside the edit are shown for their place only. */
function withoutSecrets(line: string): string {
  return line.startsWith(" ") ? ` ${redactExcerpt(line.slice(1))}` : line;
}

function writeAll(work: Work, files: ReadonlyMap<string, string>): void {
  const written: string[] = [];
  for (const [path, text] of files) {
    const failure = writeWhole(join(work.root, path), text);
    const before =
      written.length === 0 ? "" : `; written before it: ${written.map((one) => printable(one)).join(", ")}`;
    if (failure !== null) throw notWritten(path, `${failure}${before}`);
    written.push(path);
  }
}

function notWritten(path: string, why: string): Failure {
  return new Failure(
    "FIX003",
    `${printable(path)} could not be written (${why})`,
    "Make it writable, and run the fix again.",
  );
}

/** Somebody may have edited the file since it was read, or it may not be theirs to write. */
function checkUnchanged({ root, judged }: Work, path: string): void {
  const full = join(root, path);
  const now = readInside(root, full);
  const before = judged.repository.files.find((file) => file.path === path)?.text;
  if (!("text" in now) || before === undefined || now.text !== before.replace(/^\uFEFF/, "")) {
    throw new Failure(
      "FIX002",
      `${printable(path)} changed while it was being judged: it was not written`,
      "Run the fix again.",
    );
  }
  const failure = whyNotWritable(full);
  if (failure !== null) throw notWritten(path, failure);
}

function summary(decisions: readonly FixDecision[], { worse }: Tried, dry: boolean): string {
  const made = decisions.filter((one) => "fix" in one);
  const refused = Map.groupBy(
    decisions.filter((one) => "refused" in one),
    ({ refused: why }) => why,
  );
  const all = new Set(decisions.map((one) => one.fingerprint));
  const verb = dry ? "would be pinned" : "pinned";
  return [
    `${new Set(made.map((one) => one.fingerprint)).size} of ${all.size} finding${all.size === 1 ? "" : "s"} ${verb}.`,
    ...aligned(made.map(madeColumns)),
    ...worse.map((one) => printable(`It ${effectOf(one)}.`)),
    ...(refused.size === 0 ? [] : ["Not written:"]),
    ...[...refused].flatMap(([why, ones]) => [`  ${printable(why)}`, `    ${named(ones)}`]),
    "",
  ].join("\n");
}

function madeColumns({ release, target, fix, line }: Extract<FixDecision, { fix: unknown }>): readonly string[] {
  const unsafe = target.safe ? [] : ["UNSAFE: this is the unreviewed move itself"];
  return [release, target.version, target.source, `${fix.target.path}:${line}`, ...unsafe].map((text) =>
    printable(text),
  );
}

/** Lines without repetition: several findings can be mended by one pin. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? ""))));
  return [
    ...new Set(rows.map((row) => `  ${row.map((text, at) => padEnd(text, widths[at] ?? 0)).join("  ")}`.trimEnd())),
  ];
}

const namesShown = 5;

function named(decisions: readonly FixDecision[]): string {
  const names = [...new Set(decisions.map(({ release }) => printable(release)))];
  const more = names.length > namesShown ? ` and ${names.length - namesShown} more` : "";
  return `${names.slice(0, namesShown).join(", ")}${more}`;
}
