import { join, relative, resolve } from "node:path";
import type { Baseline } from "../../audit/baseline.ts";
import type { Judged } from "../../audit/judge.ts";
import type { Finding } from "../../model/finding.ts";
import { kindOf, readInside, readNamed } from "../../outside/files/read.ts";
import { writeWhole } from "../../outside/files/write.ts";
import { printable } from "../../report/safe.ts";
import type { Tree } from "../../repository/tree.ts";
import { Failure } from "../failure.ts";
import type { AuditOptions } from "./options.ts";
import type { Settings } from "./settings.ts";
import { textAt } from "./text-at.ts";

/**
 * The baseline that the options or the settings name; `null`: none. With a `past` tree, as it is there: one that only
 * the settings name, and that is not there yet, is none.
 */
export async function readBaselineOf(
  root: string,
  { config, base, within }: Settings,
  options: AuditOptions,
  past?: Tree,
): Promise<Baseline | null> {
  // The one that is written anew need not be there yet, and is to hold what the old one lists too.
  if (options.writeBaseline !== undefined) return null;
  const named = options.baseline;
  const path = named ?? (config.baseline === undefined ? undefined : join(base, config.baseline));
  if (path === undefined) return null;
  const earlier = past === undefined ? null : textAt(past, relative(resolve(root), resolve(path)));
  if (earlier === null && past !== undefined && named === undefined) return null;
  const read = earlier !== null ? { text: earlier } : named === undefined ? readInside(within, path) : readNamed(path);
  if ("failure" in read)
    throw new Failure(
      "BASE001",
      `the baseline ${path} could not be read (${read.failure})`,
      "Make one with --write-baseline.",
    );
  const { readBaseline } = await import("../../audit/baseline.ts");
  const baseline = readBaseline(read.text);
  if (baseline === null)
    throw new Failure("BASE002", `${path} is not a baseline of this version`, "Make a new one with --write-baseline.");
  return baseline;
}

/** Parts the findings into those that the baseline lists and the others. */
export async function againstBaseline(
  judged: Judged,
  baseline: Baseline | null,
): Promise<{ kept: readonly Finding[]; listed: readonly Finding[]; stale: number }> {
  if (baseline === null) return { kept: judged.findings, listed: [], stale: 0 };
  const { applyBaseline } = await import("../../audit/baseline.ts");
  const { kept, listed, stale } = applyBaseline(judged, baseline);
  return { kept, listed, stale: stale.length };
}

export function noteStale(entries: number): void {
  if (entries === 0) return;
  process.stderr.write(
    `holdfast: note: ${entries} of the baseline's entries match nothing any more; --write-baseline writes it anew\n`,
  );
}

/** Writes the findings as a baseline, in place of the one that is there, and says so. */
export async function keepBaseline(path: string, judged: Judged): Promise<void> {
  const { readBaseline, writeBaseline } = await import("../../audit/baseline.ts");
  const there = kindOf(path) === "file" ? readNamed(path) : { text: "" };
  const earlier = "text" in there ? readBaseline(there.text) : null;
  const failure = writeWhole(path, writeBaseline(judged, earlier));
  if (failure !== null)
    throw new Failure("WRITE001", `${path} could not be written (${failure})`, "Name a file that this user can write.");
  const { length } = judged.findings;
  process.stderr.write(`holdfast: ${length} finding${length === 1 ? "" : "s"} written to ${printable(path)}\n`);
}
