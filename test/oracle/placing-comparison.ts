import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { fits, type Fit } from "../../src/scheduling/choose.ts";
import { isKnown } from "../../src/model/told.ts";
import { PlaceIndex } from "../../src/scheduling/place-index.ts";
import { projectSchedulerProfile } from "../../src/snapshot/project-scheduler-profile.ts";
import { placingCluster } from "../builders/placing-cluster.ts";
import { madeCluster, type MadeCluster } from "./made-clusters.ts";
import { Random } from "./random.ts";

export interface PlacingTally {
  /** Pods for which both said the same of every node. */
  identical: number;
  /** Nodes of them, by the plugin that rejected the pod there; `fits`: by none. */
  readonly nodes: Map<string, number>;
  /** By plugin: how many different points it gave. */
  readonly points: Map<string, Set<number>>;
  /** Clusters whose scheduler is not simulated, by why. */
  readonly unknown: Map<string, number>;
  readonly different: string[];
}

/** The scheduler's own plugins as test/oracle/scheduler/build.sh leaves them. */
export const schedulerOracle = join(
  process.env["HOLDFAST_CACHE"] ?? join(homedir(), ".cache", "holdfast"),
  `scheduler-${kubernetesVersion()}`,
  "scheduler-oracle",
);

/** What to do about a missing oracle; `undefined` where it is there. */
export function missingSchedulerOracle(): string | undefined {
  return existsSync(schedulerOracle)
    ? undefined
    : `no ${schedulerOracle}: test/oracle/scheduler/build.sh builds it (needs Go)`;
}

const batchSize = 1000;

/** Asks both of `count` pods, each in a cluster of its own. Throws where the oracle is missing or breaks. */
export function comparePlacing(count: number, seed: number): PlacingTally {
  const random = new Random(seed);
  const tally: PlacingTally = { identical: 0, nodes: new Map(), points: new Map(), unknown: new Map(), different: [] };
  for (let from = 0; from < count; from += batchSize) {
    const made = Array.from({ length: Math.min(batchSize, count - from) }, () => madeCluster(random));
    const answers = askScheduler(made);
    made.forEach((cluster, index) => {
      const theirs = answers[index];
      if (theirs === undefined) throw new Error(`${schedulerOracle} left case ${from + index} out`);
      compare(`case ${from + index} of seed ${seed}`, cluster, theirs, tally);
    });
  }
  return tally;
}

/** The figures as lines of text. */
export function placingSummary({ identical, nodes, points, unknown, different }: PlacingTally): string[] {
  const line = (name: string, figure: string | number): string => `${name.padEnd(48)} ${String(figure).padStart(8)}`;
  return [
    line("the same on every node", identical),
    ...[...nodes]
      .toSorted(([one], [other]) => one.localeCompare(other))
      .map(([plugin, count]) => {
        return line(plugin === "fits" ? "  nodes that fit" : `  nodes rejected by ${plugin}`, count);
      }),
    ...[...points].map(([plugin, all]) => line(`  different points of ${plugin}`, all.size)),
    ...[...unknown].map(([why, count]) => line(`unknown: ${why}`, count)),
    line("DIFFERENT", different.length),
  ];
}

/** `npm run proof -- placing`: our scheduling against the scheduler's own plugins. Gives the exit code. */
export function provePlacing(seed: number, count: number): number {
  const missing = missingSchedulerOracle();
  if (missing !== undefined) {
    console.error(missing);
    return 2;
  }
  console.log(`seed ${seed}, ${count} pods, each in a cluster of its own`);
  const tally = comparePlacing(count, seed);
  console.log([...placingSummary(tally), ...tally.different.slice(0, 20)].join("\n"));
  return tally.different.length === 0 ? 0 : 1;
}

type Answer = z.infer<typeof answerSchema>;

const answerSchema = z.object({
  nodes: z
    .record(
      z.string(),
      z.object({ rejectedBy: z.string().optional(), scores: z.record(z.string(), z.number()).optional() }),
    )
    .nullable(),
  error: z.string().optional(),
});

function compare(name: string, cluster: MadeCluster, theirs: Answer, tally: PlacingTally): void {
  const { pod, world } = placingCluster(cluster);
  const { configuration } = cluster;
  const profile = configuration === undefined ? undefined : projectSchedulerProfile(configuration, "default-scheduler");
  if (profile !== undefined && !isKnown(profile)) {
    tally.unknown.set(profile.unknown.text, (tally.unknown.get(profile.unknown.text) ?? 0) + 1);
    return;
  }
  if (theirs.error !== undefined) {
    tally.different.push(`${name}\n  theirs: ${theirs.error}`);
    return;
  }
  const nodes = theirs.nodes ?? {};
  const ours = fits(pod, new PlaceIndex(world, profile?.known));
  const lines = Object.entries(nodes)
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([node, { rejectedBy, scores = {} }]) => {
      tally.nodes.set(rejectedBy ?? "fits", (tally.nodes.get(rejectedBy ?? "fits") ?? 0) + 1);
      for (const [plugin, points] of Object.entries(scores))
        tally.points.set(plugin, (tally.points.get(plugin) ?? new Set()).add(points));
      return [`${node} ${inWords(ours.get(node))}`, `${node} ${rejectedBy ?? scoresInWords(Object.entries(scores))}`];
    })
    .filter(([own, other]) => own !== other);
  if (lines.length === 0 && ours.size === Object.keys(nodes).length) tally.identical += 1;
  else tally.different.push([name, ...lines.map(([own, other]) => `  ours   ${own}\n  theirs ${other}`)].join("\n"));
}

function inWords(fit: Fit | undefined): string {
  if (fit === undefined) return "left out";
  return "rejectedBy" in fit ? fit.rejectedBy : scoresInWords([...fit.scores]);
}

function scoresInWords(scores: readonly (readonly [string, number])[]): string {
  return scores
    .map(([plugin, points]) => `${plugin} ${points}`)
    .toSorted()
    .join(", ");
}

function askScheduler(clusters: readonly MadeCluster[]): readonly Answer[] {
  const { stdout, stderr, status, error } = spawnSync(schedulerOracle, [], {
    input: clusters.map((made) => JSON.stringify(made)).join("\n"),
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  // What it says comes first: one that gives up early also breaks the pipe.
  if (status !== 0) throw new Error(`${schedulerOracle}: exit code ${status}: ${stderr}`, { cause: error });
  if (error !== undefined) throw error;
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => answerSchema.parse(JSON.parse(line)));
}

function kubernetesVersion(): string {
  const text = readFileSync(join(import.meta.dirname, "scheduler", "go.mod"), "utf8");
  const version = /^\tk8s\.io\/kubernetes v(\S+)$/m.exec(text)?.[1];
  if (version === undefined) throw new Error("test/oracle/scheduler/go.mod names no k8s.io/kubernetes");
  return version;
}
