import type { Finding, Severity } from "../model/finding.ts";
import type { Preflighted } from "./preflighted.ts";

/** Metadata of a rule: the documentation is made from it. */
export interface PreflightRuleMetadata {
  /** Prefix unique in the product, then three digits. Never reused. */
  readonly id: string;
  /** kebab-case name, such as `render-fails`. */
  readonly name: string;
  /** One line for lists, without a full stop. */
  readonly title: string;
  /** The severity when nothing about the case changes it. */
  readonly severity: Severity;
  /** When the severity differs, and why: shown in the docs. */
  readonly severityNote?: string;
}

/** A rule: metadata and a pure check. Its findings carry the rule's id. */
export interface PreflightRule extends PreflightRuleMetadata {
  check(preflighted: Preflighted): Iterable<Finding>;
}
