import type { Span } from "./span.ts";

/** From worst to least; the order is the order of display. */
export const severities = ["block", "high", "medium", "low", "info"] as const;
export type Severity = (typeof severities)[number];

/** `observed`: read where it is enforced. `inferred`: follows from what was read. `stated`: somebody wrote so. */
const confidences = ["observed", "inferred", "stated"] as const;
export type Confidence = (typeof confidences)[number];

/** True when `severity` is at least as bad as `limit`. */
export function atLeast(severity: Severity, limit: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(limit);
}

/** One thing a rule has to say. Spans become evidence when it is reported. */
export interface Finding {
  /** Rule id, such as `HELM001`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** What it is about: a release, an image, a module call, a provider, a policy, as `namespace/name` or an address. */
  readonly subject: string;
  /** One sentence, without a full stop: what is so. */
  readonly what: string;
  /** Why it matters here. */
  readonly why: string;
  /** What to do: an edit or a command. */
  readonly do: string;
  /** Where to look and where to suppress it: the first span is the place of the finding. Never empty. */
  readonly at: readonly Span[];
  /** Cells of the matrix that it comes from, as `subject key` + `mover`. */
  readonly cells: readonly { readonly subject: string; readonly mover: string }[];
  /**
   * What, besides rule and path, makes this finding the same one in another revision: no line numbers.
   * Joined and hashed into the fingerprint of SARIF, baselines and `--since`.
   */
  readonly identity: readonly string[];
}
