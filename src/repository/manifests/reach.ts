import type { Span } from "../../model/span.ts";
import type { Reason } from "../../model/told.ts";
import type { ResourceFilter } from "../repository.ts";

/** Filters of a policy's rule, and what else decides whether it applies. */
export interface Reach {
  readonly match: readonly ResourceFilter[];
  readonly exclude: readonly ResourceFilter[];
  readonly furtherConditions: readonly Reason[];
}

/** A condition of a policy that this reading does not decide. */
export function notEvaluated(text: string, at: readonly Span[]): Reason {
  return { code: "function-not-evaluated", text, at };
}

export function withCondition(reach: Reach, condition: Reason): Reach {
  return { ...reach, furtherConditions: [...reach.furtherConditions, condition] };
}
