import type { Bed } from "../bed.ts";
import type { Say } from "../say.ts";
import type { NightCharts } from "./charts.ts";

/** One step of the night. */
export interface Stage {
  readonly name: string;
  /** What happens in it. */
  readonly title: string;
  /** Makes it happen, and returns once its state was seen, by other means than those that made it. */
  play(night: Night): Promise<void>;
}

export interface Night {
  readonly bed: Bed;
  readonly charts: NightCharts;
  readonly say: Say;
}

/** The values of the release; `httpPort` is a key that no template reads. */
export const valuesBefore = { controller: { replicas: 2, livenessProbe: { httpPort: 29653 } } };

export const valuesAfter = { controller: { ...valuesBefore.controller, runOnControlPlane: true } };

/** What the controller and the node plugin bind on their node's own network. */
export const ports = { controllerProbe: 29652, nodeProbe: 29653, registrar: 19809 } as const;
