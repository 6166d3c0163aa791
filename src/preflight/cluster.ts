import type { JsonObject } from "../model/json.ts";
import type { RenderedObject } from "../model/rendered-release.ts";
import type { SchedulingNode, SchedulingPod } from "../model/scheduling.ts";
import type { Told } from "../model/told.ts";

/** What of a cluster a release is simulated on. */
export interface PreflightCluster {
  /** For people, where this is from: `home.snapshot, taken at 2026-05-17 09:00:39Z`. */
  readonly source: string;
  /** `v1.36.3`; `null`: it is not told. */
  readonly version: string | null;
  readonly nodes: Told<readonly SchedulingNode[]>;
  readonly pods: Told<readonly RunningPod[]>;
  /** Reads a pod that is not there yet in the way in which those that are were read. */
  readonly project: (pod: JsonObject) => Told<SchedulingPod>;
}

/** A pod that has not ended. */
export interface RunningPod {
  readonly pod: SchedulingPod;
  /** What it is of, `apps/Deployment shop/web` by `keyText`, through a ReplicaSet too; `null`: nothing. */
  readonly owner: string | null;
  /** It is to end, and holds what it has until then. */
  readonly terminating: boolean;
  /** Its condition Ready is True. */
  readonly ready: boolean;
  /** As it was served, with the places in it. */
  readonly object: RenderedObject;
}
