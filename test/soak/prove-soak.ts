import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "../../bench/random.ts";
import type { Bed } from "../testbed/bed.ts";
import { buildPrograms } from "../testbed/build/programs.ts";
import { bedRecipes } from "../testbed/build/recipes.ts";
import { endBed } from "../testbed/down.ts";
import { sayOnStderr } from "../testbed/say.ts";
import { installAgent } from "../testbed/suite/agent-chart.ts";
import { startOwnBed } from "../testbed/suite/own-bed.ts";
import { loadReaderImage } from "../testbed/suite/reader-image.ts";
import { Churn, podGrace } from "./churn.ts";

/** One agent at one time. */
interface Sample {
  readonly pid: number;
  readonly residentKiB: number;
  readonly descriptors: number;
}

/** Agents that may clear, as impatient as the flags allow. */
const hasty = {
  enforce: "true",
  maxRung: "2",
  testInterval: "1s",
  minimumAge: "1s",
  minimumUptime: "1s",
  // Of what was never seen being deleted: as long as the pods have.
  unseenGrace: `${podGrace}s`,
  graceMargin: "5s",
};

/**
 * Agents that may clear, with a cycle a second and next to no patience, on five real nodes where pods come and go: nothing of it is
 * left over, so nothing may be done. Prints what they did and what they took; gives the exit code.
 */
export async function proveSoak(seed: number, minutes: number): Promise<number> {
  await buildPrograms(bedRecipes, sayOnStderr);
  const bed = await startOwnBed("soak", { workers: 4, runtime: "containerd-2" });
  try {
    await loadReaderImage(bed);
    await installAgent(bed, hasty);
    const churn = new Churn(bed, seededRandom(seed));
    await churn.begin();
    const samples: (readonly Sample[])[] = [];
    const end = performance.now() + minutes * 60_000;
    for (let next = performance.now(); performance.now() < end;) {
      await churn.once();
      if (performance.now() >= next) {
        samples.push(agents(bed));
        next += 10_000;
      }
      await sleep(300);
    }
    return verdict(bed, seed, minutes, churn, samples);
  } finally {
    await endBed(bed.directory);
  }
}

/** The agents of all nodes of the bed, by pid: another bed may be beside it. */
function agents({ nodes }: Bed): readonly Sample[] {
  const pids = readdirSync("/proc").filter((pid) => {
    const isAgent = /^\d+$/.test(pid) && /holdfast\0agent\0/.test(textOf(`/proc/${pid}/cmdline`));
    const cgroups = isAgent ? textOf(`/proc/${pid}/cgroup`) : "";
    return nodes.some((node) => "cgroup" in node && cgroups.includes(`:${node.cgroup}/`));
  });
  return pids.flatMap((pid) => {
    const status = textOf(`/proc/${pid}/status`);
    // One that an agent starts has its name until it becomes another program.
    const parent = /^PPid:\s+(\d+)$/m.exec(status)?.[1] ?? "";
    if (status === "" || pids.includes(parent)) return [];
    const residentKiB = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
    return [{ pid: Number(pid), residentKiB, descriptors: readdirSync(`/proc/${pid}/fd`).length }];
  });
}

function verdict(
  bed: Bed,
  seed: number,
  minutes: number,
  churn: Churn,
  samples: readonly (readonly Sample[])[],
): number {
  const journals = bed.nodes.map(({ name, root }) => ({ name, events: eventsIn(root) }));
  const acts = journals.flatMap(({ name, events }) =>
    events.filter((event) => event === "intent" || event === "acted").map((event) => `${name} ${event}`),
  );
  const sighted = journals.reduce((sum, { events }) => sum + events.filter((event) => event === "sighted").length, 0);
  const done = [...churn.counts].map(([what, number]) => `${number} ${what}`).join(", ");
  const pids = new Set(samples.flatMap((each) => each.map(({ pid }) => pid)));
  console.log(
    `seed ${seed}, ${minutes} min, ${bed.nodes.length} nodes: ${done}; left over for a moment: ${sighted}; done to it: ${acts.length}`,
  );
  console.log(`agents: ${pids.size} processes, ${samples.length} looks`);
  for (const pid of pids) {
    const own = samples.flatMap((each) => each.filter((sample) => sample.pid === pid));
    const part = (from: number, to: number): readonly Sample[] =>
      own.slice(Math.floor(own.length * from), Math.ceil(own.length * to));
    const [early, late] = [part(1 / 6, 1 / 3), part(5 / 6, 1)];
    const of = (some: readonly Sample[]): string =>
      `${Math.round(median(some.map(({ residentKiB }) => residentKiB)) / 1024)} MiB, ${median(some.map(({ descriptors }) => descriptors))} files`;
    console.log(`  ${pid}: early ${of(early)}; late ${of(late)}`);
  }
  const restarted = pids.size !== bed.nodes.length;
  if (restarted) console.log("an agent did not live through it");
  return acts.length > 0 || restarted ? 1 : 0;
}

/** The kinds of the journal's events on a node, oldest first. */
function eventsIn(root: string): readonly string[] {
  const folder = join(root, "var/lib/holdfast");
  return ["sweep.1.ndjson", "sweep.ndjson"].flatMap((file) => {
    const path = join(folder, file);
    if (!existsSync(path)) return [];
    return [...readFileSync(path, "utf8").matchAll(/"event":\{"event":"([a-z]+)"/g)].map(([, event = ""]) => event);
  });
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Empty where the process has ended. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
