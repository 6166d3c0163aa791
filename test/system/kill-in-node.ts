import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CgroupTarget, Said } from "../../src/model/node-actor.ts";
import { cgroupActor } from "../../src/outside/kernel/kill/actor.ts";
import { freezerMount, podCgroups, unifiedMount, type PodCgroups, type Program } from "../builders/pod-cgroups.ts";

/**
 * Kills in real cgroups, as root in a pid namespace of its own: the processes are then those of a node, and its pid 1 is
 * one that may be looked into. Argument: the scenario; what came of it is printed as JSON.
 */
const never = new AbortController().signal;
const uid = "3c9f5a1e-7d2b-4e60-9a8f-1b2c3d4e5f60";
const other = "a5ea884f-9e60-4912-bd62-fef9a31db47a";
const id = "0123456789abcdef".repeat(4);
const pod = `kubepods/burstable/pod${uid}`;
const main = `${pod}/${id}`;
const bystander = `kubepods/burstable/pod${other}/${id}`;

const deaf = "trap '' TERM INT HUP; while :; do sleep 1 & wait; done";
const forking = "while :; do (sleep 0.01; :) & sleep 0.005; done";

type Scenario = (cgroups: PodCgroups) => Promise<unknown>;

const scenarios: Readonly<Record<string, Scenario>> = {
  "cgroup.kill": async (cgroups) => {
    const programs = [await cgroups.run(main, deaf), await cgroups.run(pod, deaf), await cgroups.run(main, forking)];
    const next = await cgroups.run(bystander, deaf);
    const said = row(await cgroupActor("/").killCgroup(target(cgroups, 0, programs), never));
    return { said, ...(await after(cgroups, programs, next)) };
  },
  "cgroup.kill below the root of pid 1": async (cgroups) => {
    const programs = [await cgroups.run(main, deaf)];
    const next = await cgroups.run(bystander, deaf);
    const said = row(await cgroupActor("/proc/1/root").killCgroup(target(cgroups, 0, programs), never));
    return { said, ...(await after(cgroups, programs, next)) };
  },
  "one by one": async (cgroups) => {
    const programs = [await cgroups.run(main, deaf), await cgroups.run(main, forking)];
    const next = await cgroups.run(bystander, deaf);
    const said = row(await cgroupActor("/").killProcesses(target(cgroups, 0, programs), never));
    return { said, ...(await after(cgroups, programs, next)), frozen: cgroups.text(`${pod}/cgroup.freeze`).trim() };
  },
  "one by one, with v1's freezer": async (cgroups) => {
    const programs = [await cgroups.run(main, deaf), await cgroups.run(main, forking)];
    const next = await cgroups.run(bystander, deaf);
    // As containerd pauses a container.
    cgroups.write(`${main}/freezer.state`, "FROZEN");
    const said = row(await cgroupActor("/").killProcesses(target(cgroups, freezer(), programs), never));
    const states = [pod, main].map((path) => cgroups.text(`${path}/freezer.state`).trim());
    return { said, ...(await after(cgroups, programs, next)), states };
  },
  "cgroup.kill of v1": async (cgroups) => {
    const program = await cgroups.run(main, deaf);
    const said = row(await cgroupActor("/").killCgroup(target(cgroups, freezer(), [program]), never));
    return { said, alive: program.isAlive() };
  },
  "refused: killCgroup": (cgroups) => refused(cgroups, "killCgroup"),
  "refused: killProcesses": (cgroups) => refused(cgroups, "killProcesses"),
  "another cgroup namespace": async (cgroups) => {
    const program = await cgroups.run(main, deaf);
    const actor = join(import.meta.dirname, "../../src/outside/kernel/kill/actor.ts");
    const source = `
      import { cgroupActor } from ${JSON.stringify(actor)};
      const target = JSON.parse(process.argv[1]);
      console.log(JSON.stringify(await cgroupActor("/").killCgroup(target, new AbortController().signal)));`;
    const args = ["--cgroup", process.execPath, "--input-type=module", "--eval", source, "--"];
    const asked = JSON.stringify(target(cgroups, 0, [program]));
    const said: Said = JSON.parse(execFileSync("unshare", [...args, asked], { encoding: "utf8" }));
    return { said: row(said).replace(/ \(.*/, ""), alive: program.isAlive() };
  },
  "not waited for": async (cgroups) => {
    const program = await cgroups.run(main, deaf);
    const said = row(await cgroupActor("/", { deadline: 60 }).killProcesses(target(cgroups, 0, [program]), never));
    await sleep(1000);
    return { said: said.replace(/:.*/, ""), frozen: cgroups.text(`${pod}/cgroup.freeze`).trim() };
  },
};

/** What is said to targets that are none, with whether any of it had an effect. */
async function refused(cgroups: PodCgroups, act: "killCgroup" | "killProcesses"): Promise<unknown> {
  const program = await cgroups.run(main, deaf);
  const good = target(cgroups, 0, [program]);
  const path = `${cgroups.root}/${pod}`;
  const parent = path.slice(0, path.lastIndexOf("/"));
  const ask = async (change: Partial<CgroupTarget>): Promise<string> =>
    row(await cgroupActor("/")[act]({ ...good, ...change }, never)).replace(/pid \d+/, "pid N");
  const said = {
    "another start": await ask({ processes: [{ ...program.id, startTicks: program.id.startTicks + 1 }] }),
    "its class": await ask({ cgroups: [{ hierarchy: 0, path: parent }] }),
    "another pod": await ask({ uid: other, cgroups: [{ hierarchy: 0, path: `${parent}/pod${other}` }] }),
    nowhere: await ask({ cgroups: [{ hierarchy: 0, path: `/elsewhere${path}` }] }),
    "a shim in it": await cgroups
      .run(pod, "printf containerd-shim > /proc/$$/comm; echo; while :; do sleep 1; done")
      .then(() => sleep(200))
      .then(() => ask({})),
  };
  return { ...said, alive: program.isAlive(), frozen: cgroups.text(`${pod}/cgroup.freeze`).trim() };
}

function target({ root }: PodCgroups, hierarchy: number, programs: readonly Pick<Program, "id">[]): CgroupTarget {
  return { uid, cgroups: [{ hierarchy, path: `${root}/${pod}` }], processes: programs.map((program) => program.id) };
}

function freezer(): number {
  const lines = readFileSync("/proc/self/cgroup", "utf8").split("\n");
  return Number(lines.find((line) => line.split(":")[1] === "freezer")?.split(":")[0]);
}

async function after(cgroups: PodCgroups, programs: readonly Program[], next: Program): Promise<object> {
  let isEmpty = false;
  for (let tries = 0; tries < 250 && !isEmpty; tries += 1) {
    isEmpty = [pod, main].every((path) => cgroups.text(`${path}/cgroup.procs`) === "");
    if (!isEmpty) await sleep(20);
  }
  const alive = programs.filter((program) => program.isAlive()).length;
  return { isEmpty, alive, nextPodIsAlive: next.isAlive() };
}

function row(said: Said): string {
  if (said.said === "done") return "done";
  return said.said === "failed" ? `failed: ${said.text}` : `${said.said} ${said.reason.code}: ${said.reason.text}`;
}

const [name = ""] = process.argv.slice(2);
const scenario = scenarios[name];
if (scenario === undefined) throw new Error(`no scenario ${name}`);
await using cgroups = podCgroups((name.includes("v1") ? freezerMount : unifiedMount) ?? "");
for (const path of [main, bystander]) cgroups.make(path);
console.log(JSON.stringify(await scenario(cgroups)));
