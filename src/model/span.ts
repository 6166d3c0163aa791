/** Index of a file in the {@link SourceFile} list of one reading; meaningless outside it. */
export type FileId = number;

/**
 * What a place in a file contributes to a value. The judging code reads these: a value that passes
 * through a `root variable default` can be overridden from outside, one that ends in a `literal` can
 * be edited there, one that passes through `computed` cannot.
 */
export type SpanRole =
  | "literal"
  | "local"
  | "variable default"
  | "root variable default"
  | "tfvars"
  | "var-file"
  | "module argument"
  | "terragrunt input"
  | "resource attribute"
  | "output"
  | "for_each"
  | "yaml"
  | "json"
  | "plan"
  | "cluster"
  | "computed";

/** A range in a source file: UTF-16 offsets into its text, `start` inclusive, `end` exclusive. */
export interface Span {
  readonly file: FileId;
  readonly start: number;
  readonly end: number;
  readonly role?: SpanRole;
  /** The name that was followed to get here, such as `var.chart_version`. */
  readonly name?: string;
}
