import type { ObjectKey } from "./rendered-release.ts";
import type { Reason } from "./told.ts";

/** How many pods of a workload may be on a node. */
export interface Placement {
  readonly workload: ObjectKey;
  readonly node: string;
  readonly when: "before" | "after";
  readonly pods: readonly [minimum: number, maximum: number];
  /** How many of them are Ready now; of those that are to come, none. */
  readonly ready: number;
  /** `will`: at least `minimum`, which is one or more. `cannot`: a filter of the scheduler stands in the way. */
  readonly is: "will" | "may" | "cannot" | { readonly unknown: Reason };
  /** Why, a plain clause: `it does not tolerate the taint x:NoSchedule`. */
  readonly because: string;
}
