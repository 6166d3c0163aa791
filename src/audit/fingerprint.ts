import { hash } from "node:crypto";
import type { Finding } from "../model/finding.ts";
import type { SourceFile } from "../model/source.ts";

/** What makes a finding the same one in another revision or another run: no line numbers. sha256, hex. */
export function fingerprint(finding: Finding, files: readonly SourceFile[]): string {
  const path = files[finding.at[0]?.file ?? -1]?.path ?? "";
  const parts = [finding.rule, path, ...finding.identity];
  return hash("sha256", JSON.stringify(parts));
}
