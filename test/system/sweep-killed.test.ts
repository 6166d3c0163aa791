import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import type { Cycle } from "../../src/sweep/cycle.ts";
import { stateFolder } from "../builders/state-folder.ts";
import { NodeOnDisk, type Die } from "../sweep/killed/node-on-disk.ts";
import { gaps, nodes, policy } from "../sweep/killed/story.ts";

/** What a program that begins anew comes to: soon after, and when the grace has passed once more. */
const anew = [60_000, 60_000, 3_900_000, 60_000];

interface Row {
  /** The first and the last request in a row that it came to this at, and how many there are. */
  readonly at: string;
  /** What had been done to the node, and how often an intent was written, when it was killed. */
  readonly did: string;
  /** What the next program judges at once, and what it has done once the grace has passed again. */
  readonly then: string;
  /** How many programs did something, where the second one dies with as many requests, and two more come. */
  readonly actors: number;
}

const stops = "stop-containers stop-sandbox";
const kills = `${stops} kill-cgroup`;
/** All of it, after the whole grace and as many confirmations as if it had never been seen. */
const anewWith = (acts: string): string => `waits 3900 s, 1 scans: ${acts} cleared on 2, nothing left`;
const everything = anewWith(`${kills} stop-sandbox remove-sandbox`);
const withoutRecords = anewWith(kills);
/** What is dead is the kubelet's to collect. */
const nothing = "nothing left: nothing left";

/**
 * A sweep is killed with each of its requests, from the first to the last of a climb: before it is answered, which is after the one
 * before was, and in the middle of each line of its journal.
 */
test.each<[keyof typeof nodes, readonly Row[]]>([
  [
    "a runtime that cannot kill",
    [
      { at: "time to half a line, 55", did: "nothing, 0 intents", then: everything, actors: 1 },
      { at: "lease to pause, 2", did: "nothing, 1 intents", then: everything, actors: 0 },
      { at: "pod to stop-containers, 2", did: "nothing, 1 intents", then: everything, actors: 1 },
      { at: "record to half a line, 20", did: "stop-containers, 1 intents", then: everything, actors: 2 },
      { at: "lease to stop-sandbox, 4", did: "stop-containers, 2 intents", then: everything, actors: 2 },
      { at: "record to half a line, 29", did: `${stops}, 2 intents`, then: everything, actors: 2 },
      { at: "lease to kill-cgroup, 4", did: `${stops}, 3 intents`, then: everything, actors: 2 },
      { at: "record to stop-sandbox, 7", did: `${kills}, 3 intents`, then: nothing, actors: 1 },
      { at: "record to remove-sandbox, 5", did: `${kills} stop-sandbox, 3 intents`, then: nothing, actors: 1 },
      { at: "record to lock, 12", did: `${kills} stop-sandbox remove-sandbox, 3 intents`, then: nothing, actors: 1 },
    ],
  ],
  [
    "a runtime that loses its records midway",
    [
      { at: "time to half a line, 55", did: "nothing, 0 intents", then: withoutRecords, actors: 1 },
      { at: "lease to pause, 2", did: "nothing, 1 intents", then: withoutRecords, actors: 0 },
      { at: "pod to stop-containers, 2", did: "nothing, 1 intents", then: withoutRecords, actors: 1 },
      { at: "record to half a line, 20", did: "stop-containers, 1 intents", then: withoutRecords, actors: 2 },
      { at: "lease to stop-sandbox, 4", did: "stop-containers, 2 intents", then: withoutRecords, actors: 2 },
      { at: "record to half a line, 29", did: `${stops}, 2 intents`, then: withoutRecords, actors: 2 },
      { at: "lease to kill-cgroup, 4", did: `${stops}, 3 intents`, then: withoutRecords, actors: 2 },
      { at: "record to lock, 12", did: `${kills}, 3 intents`, then: nothing, actors: 1 },
    ],
  ],
])("killed at every point: %s", async (name, expected) => {
  const points = await pointsOf(name);
  const rows: Row[] = [];
  for (let from = 0; from < points.length; from += atOnce)
    rows.push(...(await Promise.all(points.slice(from, from + atOnce).map((point) => killedAt(name, point)))));
  expect(inARow(rows)).toEqual(expected);
});

const atOnce = 2 * availableParallelism();

interface Point {
  readonly count: number;
  readonly kind: string;
  readonly isTorn: boolean;
}

/** All requests of a run that nobody kills, and all lines that it writes. */
async function pointsOf(name: keyof typeof nodes): Promise<readonly Point[]> {
  const points: Point[] = [];
  const node = made(name, stateFolder());
  await node.run(policy, gaps, (request, isTorn) => void points.push({ ...request, isTorn }));
  return points;
}

function made(name: keyof typeof nodes, folder: string): NodeOnDisk {
  const node = new NodeOnDisk(folder);
  node.save(nodes[name]());
  return node;
}

async function killedAt(name: keyof typeof nodes, point: Point): Promise<Row> {
  const folder = stateFolder();
  const node = made(name, folder);
  await kill(folder, point);
  const did = node.acts().map(({ kind }) => kind);
  const { entries, damaged } = await node.entries();
  expect(damaged).toBe(point.isTorn ? 1 : 0);
  const intents = entries.filter(({ event }) => event.event === "intent").length;
  const twice = stateFolder();
  cpSync(folder, twice, { recursive: true });
  return {
    at: point.isTorn ? "half a line" : point.kind,
    did: `${did.join(" ") || "nothing"}, ${intents} intents`,
    then: await afterwards(node, did.length),
    actors: await actorsOf(new NodeOnDisk(twice), point),
  };
}

async function kill(folder: string, { count, isTorn }: Point): Promise<void> {
  const args = [join(import.meta.dirname, "killed-in-node.ts"), folder, String(count), isTorn ? "torn" : "whole"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
}

async function afterwards(node: NodeOnDisk, before: number): Promise<string> {
  const [first, second, ...others] = await node.run(policy, anew);
  expect([first?.swept, second?.swept]).toEqual([null, null]);
  const acts = node.acts().slice(before);
  const outcomes = others.flatMap(({ swept }) => (swept === null ? [] : [outcomeOf(swept.outcome)]));
  return [`${verdictOf(first)}:`, ...acts.map(({ kind }) => kind), ...outcomes, verdictOf(others.at(-1))].join(" ");
}

/** The next one dies with as many requests, and two more run to their ends. */
async function actorsOf(node: NodeOnDisk, { count, isTorn }: Point): Promise<number> {
  const died = new Error("died");
  const die: Die = (request, torn) => {
    if (request.count === count && torn === isTorn) throw died;
  };
  await node.run(policy, gaps, die).catch((error: unknown) => expect(error).toBe(died));
  await node.run(policy, anew);
  await node.run(policy, anew);
  expect((await node.entries()).damaged).toBeLessThanOrEqual(2);
  return new Set(node.acts().map(({ run }) => run)).size;
}

function outcomeOf(outcome: NonNullable<Cycle["swept"]>["outcome"]): string {
  return "rung" in outcome ? `${outcome.is} on ${outcome.rung},` : `${outcome.is} before ${outcome.before},`;
}

function verdictOf(cycle: Cycle | undefined): string {
  const verdicts = (cycle?.judgement.leftovers ?? []).map(({ verdict }) => {
    if (verdict.is === "protected") return verdict.by;
    if (verdict.is === "unknown") return verdict.reason.text;
    return verdict.waits === null ? "ripe" : `waits ${verdict.waits.seconds} s, ${verdict.waits.confirmations} scans`;
  });
  return verdicts.join(", ") || "nothing left";
}

function inARow(rows: readonly Row[]): readonly Row[] {
  const groups: Row[][] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last !== undefined && isDeepStrictEqual({ ...last[0], at: row.at }, row)) last.push(row);
    else groups.push([row]);
  }
  return groups.flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ ...first, at: `${first.at} to ${group.at(-1)?.at}, ${group.length}` }];
  });
}
