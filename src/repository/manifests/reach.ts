import type { Span } from "../../model/span.ts";
import { isKnown, type Reason, type Told } from "../../model/told.ts";
import type { Injection, ResourceFilter } from "../repository.ts";

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

/** Of a policy that acts in one namespace alone. */
export function ownNamespaceOf(own: Told<readonly string[]> | null): Pick<Injection, "namespace"> {
  const namespace = own !== null && isKnown(own) ? own.known[0] : undefined;
  return namespace === undefined ? {} : { namespace };
}
