/**
 * Where a claim comes from, as it is reported: self-contained, no reference into the running program.
 * `hash` and `excerpt` are taken after redaction.
 */
export type Evidence =
  | FileEvidence
  | { readonly kind: "url"; readonly url: string; readonly at: string; readonly hash?: string; readonly excerpt?: string };

export interface FileEvidence {
  readonly kind: "file";
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** What the place contributes, such as "root variable default of var.chart_version". */
  readonly role?: string;
  /** sha256 of the excerpt, hex. */
  readonly hash: string;
  readonly excerpt: string;
}
