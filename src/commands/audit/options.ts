import type { Severity } from "../../model/finding.ts";

/** Formats of `holdfast audit --output`. */
export const auditFormats = ["text", "compact", "json", "sarif", "markdown"] as const;

/** What commander hands to the audit command. */
export interface AuditOptions {
  readonly output: (typeof auditFormats)[number];
  readonly outputFile?: string;
  readonly explain?: string;
  readonly since?: string;
  readonly fix?: "write" | "dry-run";
  readonly fixTo?: "newest";
  readonly plan?: readonly string[];
  readonly state?: readonly string[];
  readonly online?: boolean;
  readonly config?: string;
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly failOn?: Severity | "never";
  readonly strict?: boolean;
  readonly all?: boolean;
  readonly color: "auto" | "always" | "never";
}
