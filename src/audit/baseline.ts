import * as z from "zod";
import type { Finding } from "../model/finding.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Judged } from "./judge.ts";

const baselineFile = z.object({
  version: z.literal(1),
  findings: z.array(z.object({ fingerprint: z.string(), rule: z.string(), path: z.string(), subject: z.string() })),
});

export type Baseline = z.infer<typeof baselineFile>;

/** Reads a baseline file; `null` where the text is none. */
export function readBaseline(text: string): Baseline | null {
  try {
    const read = baselineFile.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

/**
 * The findings as a baseline file: sorted, a finding a line, so that a change reads well in review. Of an `earlier` one
 * the entries of rules that are off are kept: whether they still match cannot be told while the rules do not report.
 */
export function writeBaseline(judged: Judged, earlier: Baseline | null = null): string {
  const { findings, off } = judged;
  const { files } = judged.repository;
  const found = findings.map((finding) => ({
    fingerprint: fingerprint(finding, files),
    rule: finding.rule,
    path: files[finding.at[0]?.file ?? -1]?.path ?? "",
    subject: finding.subject,
  }));
  const entries = [...found, ...(earlier?.findings ?? []).filter(({ rule }) => off.has(rule))];
  const lines = entries.toSorted((a, b) =>
    `${a.path}\u0000${a.fingerprint}` < `${b.path}\u0000${b.fingerprint}` ? -1 : 1,
  );
  return `{\n  "version": 1,\n  "findings": [\n${lines.map((line) => `    ${JSON.stringify(line)}`).join(",\n")}\n  ]\n}\n`;
}

/**
 * Parts the findings into those that the baseline lists and those that it does not; `stale` are entries that match
 * nothing, of rules that report.
 */
export function applyBaseline(
  { findings, repository: { files }, off }: Judged,
  baseline: Baseline,
): { readonly kept: readonly Finding[]; readonly listed: readonly Finding[]; readonly stale: Baseline["findings"] } {
  const inBaseline = new Set(baseline.findings.map((entry) => entry.fingerprint));
  const marked = findings.map((finding) => ({ finding, print: fingerprint(finding, files) }));
  const met = new Set(marked.map(({ print }) => print));
  return {
    kept: marked.filter(({ print }) => !inBaseline.has(print)).map(({ finding }) => finding),
    listed: marked.filter(({ print }) => inBaseline.has(print)).map(({ finding }) => finding),
    stale: baseline.findings.filter((entry) => !met.has(entry.fingerprint) && !off.has(entry.rule)),
  };
}
