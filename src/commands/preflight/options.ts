import type { Severity } from "../../model/finding.ts";

export const preflightFormats = ["text", "json"] as const;

export interface PreflightOptions {
  readonly snapshot: string;
  readonly namespace?: string;
  readonly to?: string;
  readonly chart?: string;
  readonly values?: readonly string[];
  readonly reuseValues?: true;
  readonly resetThenReuseValues?: true;
  readonly output: (typeof preflightFormats)[number];
  readonly failOn: Severity | "never";
  readonly strict?: true;
  readonly color: "auto" | "always" | "never";
}
