import type { Repository } from "../repository/repository.ts";
import type { Finding, Severity } from "../model/finding.ts";
import type { Comparison } from "./cluster/comparison.ts";
import type { Row } from "./matrix.ts";

/** What a rule judges: the facts and the matrix made from them. Pure data. */
export interface Audited {
  readonly repository: Repository;
  readonly rows: readonly Row[];
  /** The cluster beside it; `null`: none is read, and rules that need one find nothing. */
  readonly comparison: Comparison | null;
}

/** Metadata of a rule: the documentation, `--help`, SARIF and completion are made from it. */
export interface RuleMetadata {
  /** Prefix unique in the product, then three digits. Never reused. */
  readonly id: string;
  /** kebab-case name, such as `helm-release-without-version`. */
  readonly name: string;
  /** One line for lists, without a full stop. */
  readonly title: string;
  /** The severity when nothing about the case changes it; `off` rules run when holdfast.yaml gives them a severity. */
  readonly severity: Severity | "off";
  /** When the severity differs, and why: shown in the docs. */
  readonly severityNote?: string;
  /** Whether `--fix` can mend it. */
  readonly fix: "pin" | "none";
}

/** A rule: metadata and a pure check. Its findings carry the rule's id. */
export interface Rule extends RuleMetadata {
  check(audited: Audited): Iterable<Finding>;
}
