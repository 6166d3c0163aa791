import type { RunningCluster } from "../../model/running-cluster.ts";
import type { Span } from "../../model/span.ts";
import type { Reason } from "../../model/told.ts";
import type { PrintedObject } from "../../repository/served-objects.ts";

/** Whether what a policy of the repository does is done in the cluster. */
export type Force =
  | { readonly state: "in force" }
  /** `why`: a clause; `at`: the objects that tell so, if any. */
  | { readonly state: "absent"; readonly why: string; readonly at: readonly Span[] }
  /** It is there, and what it writes is not written: for certain, or whenever who writes it does not answer. `mend`: what to do. */
  | { readonly state: "not written"; readonly why: string; readonly at: readonly Span[]; readonly mend: string }
  /** `of`: whether it is there at all, or whether what it writes is written. */
  | { readonly state: "unknown"; readonly of: "presence" | "writing"; readonly why: Reason };

/** A policy of the cluster, whose force is asked for. */
export interface AskedPolicy {
  readonly object: PrintedObject;
  /** `ClusterPolicy/keel`. */
  readonly policy: string;
  readonly cluster: RunningCluster;
  /** All objects of the cluster that were read. */
  readonly objects: readonly PrintedObject[];
}

export function notUnderstood(of: "presence" | "writing", what: string): Force {
  return { state: "unknown", of, why: { code: "not-understood", text: `${what} could not be told`, at: [] } };
}
