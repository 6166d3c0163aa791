import type { AuditReport } from "../../src/report/audit-report.ts";
import { cell, evidenceAt, finding, placeAt, report, row, subject } from "./audit-report.ts";

/** A report with `text` in every place where text of a repository can come in. */
export function hostileReport(text: string): AuditReport {
  const place = { ...placeAt("x:1"), path: `a/${text}` };
  const evidence = [
    { ...evidenceAt("x:1", text, text), path: `a/${text}` },
    { ...evidenceAt("x:2", text, text), path: text },
  ];
  const reason = { code: text, text, supply: text, evidence };
  const movesTo = { version: text, detail: text, url: text, at: text };
  const fix = { kind: "pin" as const, safe: true, detail: text, version: text };
  const cells = [
    cell("terraform", `open ${text}`, text, { evidence, movesTo }),
    cell("bot", "unknown", text, { reason }),
  ];
  const subjects = [
    subject("chart", text, cells, { current: text, place }),
    subject("image", text, [cell("keel", "held excl.", text)]),
  ];
  const change = { address: text, cluster: text, place };
  const rows = [
    row(`ns/${text}`, "moves", subjects, change),
    row(text, "exclusion", subjects, { ...change, cluster: null }),
    row(text, "unknown", subjects, { ...change, kind: "stack" }),
  ];
  const findings = (["high", "low"] as const).map((severity) =>
    finding(text, severity, text, {
      subject: text,
      why: text,
      do: text,
      place,
      evidence,
      fix,
      documentation: text,
      fingerprint: text,
    }),
  );
  const problems = [
    { code: text, path: text, text, place },
    { code: "READ001", path: `a/${text}`, text },
  ];
  const files = { terraform: 1, terragrunt: 1, manifest: 1 };
  const rules = [{ rule: text, findings: 1 }];
  const leftOut = {
    by: text,
    paths: [{ setting: "paths.exclude" as const, glob: text, files }],
    rules,
    lowered: [{ rule: text, severity: "info" as const, findings: 1 }],
    silenced: { files, rules },
  };
  const made = report({ rows, findings, problems }, { root: text, revision: text, leftOut });
  const suppressed = { kind: "comment" as const, reason: text, until: text };
  return { ...made, suppressedFindings: findings.map((each) => ({ ...each, suppressed })) };
}
