import type { Span } from "../../model/span.ts";
import type { ReasonCode } from "../../model/told.ts";

/** An expression that OpenTofu refuses too. `try` and `can` see it; elsewhere it ends as an unknown. */
export class EvaluationError extends Error {
  override readonly name = "EvaluationError";
  /** What decided that it fails, such as the default of a variable that lacks an attribute. */
  readonly deciders: readonly Span[];

  constructor(message: string, deciders: readonly Span[] = []) {
    super(message);
    this.deciders = deciders;
  }
}

/** Something that is not computed here: the answer around it is unknown. Nothing in the language sees it. */
export class NotToldError extends Error {
  override readonly name = "NotToldError";
  readonly code: ReasonCode;

  constructor(code: ReasonCode, message: string) {
    super(message);
    this.code = code;
  }
}
