import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Bed } from "../bed.ts";
import { helm, kubectl } from "../clients.ts";
import type { Say } from "../say.ts";
import { undoFaults } from "../undo-faults.ts";
import { before } from "./before.ts";
import { chartSource, chartSources, nightCharts, type ChartSource } from "./charts.ts";
import { orphaned } from "./orphaned.ts";
import { rolledBack } from "./rolled-back.ts";
import type { Stage } from "./stage.ts";
import { upgraded } from "./upgraded.ts";

/** The night of 2026-05-17, in order. */
export const stages = [before, upgraded, rolledBack, orphaned] as const satisfies readonly Stage[];

export type StageName = (typeof stages)[number]["name"];

export const stageNames: readonly StageName[] = stages.map(({ name }) => name);

export interface NightOptions {
  /** The last stage to play. Default: the last there is. */
  readonly until?: StageName;
  /** Default: the published charts where they are here. */
  readonly charts?: ChartSource;
  readonly say: Say;
  /** Done after each stage that is played, while everything stands as it says. */
  readonly after?: (stage: StageName) => Promise<void>;
}

/**
 * Plays the stages that the bed has not been through yet. Each ends with what it claims having been seen; throws, with
 * what was seen instead, where it was not.
 */
export async function playNight(
  bed: Bed,
  { until = "orphaned", charts = chartSource(), say, after }: NightOptions,
): Promise<void> {
  if (bed.nodes.length < 2) throw new Error("the incident needs a worker: two controllers start on two nodes");
  const played = playedStages(bed, charts);
  const night = { bed, charts: await nightCharts(bed, charts), say };
  for (const stage of stages.slice(played.length, stageNames.indexOf(until) + 1)) {
    say(`${stage.name}: ${stage.title}`);
    await stage.play(night);
    played.push(stage.name);
    writeFileSync(stateOf(bed), JSON.stringify({ charts, played } satisfies NightState));
    say(`${stage.name}: seen`);
    await after?.(stage.name);
  }
}

/** Puts the fault off, so that the kubelet clears what was orphaned, and removes the release. */
export async function endNight(bed: Bed): Promise<void> {
  const state = readState(bed);
  if (state === null) return;
  const { release, namespace } = await nightCharts(bed, state.charts);
  await undoFaults(bed);
  await helm(bed, ["uninstall", release, `--namespace=${namespace}`, "--ignore-not-found", "--wait", "--timeout=120s"]);
  await kubectl(bed, ["delete", "namespace", namespace, "--ignore-not-found", "--wait", "--timeout=120s"]);
  rmSync(stateOf(bed));
}

/** How far a bed has come. */
export function playedStages(bed: Bed, charts?: ChartSource): StageName[] {
  const state = readState(bed);
  if (state !== null && charts !== undefined && state.charts !== charts) {
    throw new Error(`this bed plays the night with the ${state.charts} charts, not with the ${charts} ones`);
  }
  return state === null ? [] : [...state.played];
}

const stateSchema = z.object({ charts: z.enum(chartSources), played: z.array(z.enum(stageNames)) });

type NightState = z.infer<typeof stateSchema>;

function readState(bed: Bed): NightState | null {
  return existsSync(stateOf(bed)) ? stateSchema.parse(JSON.parse(readFileSync(stateOf(bed), "utf8"))) : null;
}

function stateOf(bed: Bed): string {
  return join(bed.directory, "night.json");
}
