import { spawnSync } from "node:child_process";
import { z } from "zod";
import { fits } from "../src/scheduling/choose.ts";
import { PlaceIndex } from "../src/scheduling/place-index.ts";
import { missingSchedulerOracle, schedulerOracle } from "../test/oracle/placing-comparison.ts";
import { placingCluster, type ServedCluster } from "../test/builders/placing-cluster.ts";
import { generatePlacing, type Asked, type PlacingSize } from "./generate-placing.ts";

const kinds: readonly Asked[] = ["default spreading", "spread constraints", "anti-affinity", "host port"];

/** How many pods are placed one after another, on how large a cluster. */
export interface Rollout extends PlacingSize {
  readonly replicas: number;
}

/**
 * What one placement of a rollout takes, by us in this process and by the scheduler's own code in another, which have to choose the same nodes. The best of the
 * runs counts, each in an index of its own. Throws where the oracle is missing or chose otherwise.
 */
export function placingTable(rollouts: readonly Rollout[], runs: number): string {
  const missing = missingSchedulerOracle();
  if (missing !== undefined) throw new Error(missing);
  const head =
    "| cluster | pods ask for | placed | holdfast | processor | scheduler | processor | faster, by time | by processor |\n" +
    "| --- | --- | --: | --: | --: | --: | --: | --: | --: |\n";
  const peaks: number[] = [];
  const rows = rollouts.flatMap((rollout) =>
    kinds.map((asked) => {
      const line = row(rollout, asked, runs);
      peaks.push(Math.round(process.resourceUsage().maxRSS / 1024));
      return line;
    }),
  );
  const memory = `Peak memory of this process, with the JSON of the clusters: ${peaks[0]} MiB after the first line, ${peaks.at(-1)} MiB after the last.`;
  return `${head}${rows.join("")}\n${memory}\n`;
}

function row(rollout: Rollout, asked: Asked, runs: number): string {
  const cluster = generatePlacing(rollout, asked);
  const [own, theirs] = [
    bestOf(runs, () => placeHere(cluster, rollout.replicas)),
    bestOf(runs, () => placeThere(cluster, rollout.replicas)),
  ];
  const different = own.nodes.findIndex((node, at) => node !== theirs.nodes[at]);
  if (different !== -1)
    throw new Error(
      `${asked}: copy ${different} is on ${own.nodes[different]} here, and there on ${theirs.nodes[different]}`,
    );
  const each = (milliseconds: number): string => `${(milliseconds / rollout.replicas).toFixed(3)} ms`;
  const cells = [
    `${rollout.nodes} nodes, ${rollout.pods} pods`,
    asked,
    `${own.nodes.filter((node) => node !== "").length} of ${rollout.replicas}`,
    each(own.took),
    each(own.cpu),
    each(theirs.took),
    each(theirs.cpu),
    `${(theirs.took / own.took).toFixed(1)}x`,
    `${(theirs.cpu / own.cpu).toFixed(1)}x`,
  ];
  return `| ${cells.join(" | ")} |\n`;
}

interface Placed {
  readonly nodes: readonly string[];
  /** Milliseconds that passed, and of the processor, on all cores. */
  readonly took: number;
  readonly cpu: number;
}

function bestOf(runs: number, place: () => Placed): Placed {
  return Array.from({ length: Math.max(runs, 1) }, place).reduce((fastest, each) =>
    each.took < fastest.took ? each : fastest,
  );
}

/** As the scheduler's own cache, the index is there when the time begins. */
function placeHere(cluster: ServedCluster, replicas: number): Placed {
  const { pod, world } = placingCluster(cluster);
  const index = new PlaceIndex(world);
  const [start, before] = [performance.now(), process.cpuUsage()];
  const nodes = Array.from({ length: replicas }, (_, number) => {
    const node = winner(fits(pod, index));
    if (node !== "") index.place({ ...pod, name: `${pod.name}-${number}`, uid: `${pod.name}-${number}`, node }, node);
    return node;
  });
  const { user, system } = process.cpuUsage(before);
  return { nodes, took: performance.now() - start, cpu: (user + system) / 1e3 };
}

/** Of equals the first by name; empty: none. */
function winner(all: ReturnType<typeof fits>): string {
  let [chosen, most] = ["", -1];
  for (const [node, fit] of all)
    if ("total" in fit && (fit.total > most || (fit.total === most && node < chosen)))
      [chosen, most] = [node, fit.total];
  return chosen;
}

const answer = z.object({ nodes: z.array(z.string()), took: z.array(z.number()), cpu: z.number() });

function placeThere(cluster: ServedCluster, replicas: number): Placed {
  const { stdout, stderr, status, error } = spawnSync(schedulerOracle, ["bench", String(replicas)], {
    input: JSON.stringify(cluster),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${schedulerOracle}: exit code ${status}: ${stderr}`);
  const { nodes, took, cpu } = answer.parse(JSON.parse(stdout));
  return { nodes, took: took.reduce((sum, each) => sum + each, 0) / 1e6, cpu: cpu / 1e6 };
}
