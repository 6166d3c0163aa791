import { execFileSync } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { freezerMount, unifiedMount } from "../builders/pod-cgroups.ts";

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.log("The tests of killing are left out: they need root");

test("what the tests of killing need is there where the suite must be whole", () => {
  expect(process.env["CI"] === "true" ? isRoot && unifiedMount !== null : true).toBe(true);
});

/** In a pid namespace whose pid 1 is a shell; all in it ends with it. */
function scenario(name: string): unknown {
  const unshare = ["--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", '"$0" "$1" "$2"; exit $?'];
  const args = [...unshare, process.execPath, join(import.meta.dirname, "kill-in-node.ts"), name];
  return JSON.parse(execFileSync("unshare", args, { encoding: "utf8", timeout: 60_000, killSignal: "SIGKILL" }));
}

const gone = { said: "done", isEmpty: true, alive: 0, nextPodIsAlive: true };

test.skipIf(!isRoot || unifiedMount === null).each<[string, unknown]>([
  ["cgroup.kill", gone],
  ["cgroup.kill below the root of pid 1", gone],
  ["one by one", { ...gone, frozen: "0" }],
  [
    "another cgroup namespace",
    { said: "refused not-reached: the reader is in another cgroup namespace than pid 1", alive: true },
  ],
  ["not waited for", { said: expect.stringMatching(/^(?:silent timed-out|done)$/) as unknown, frozen: "0" }],
])("on the unified hierarchy, of what does not listen and what forks: %s", (name, expected) => {
  expect(scenario(name)).toEqual(expected);
});

const changed =
  "refused changed-meanwhile: none of the processes that were found there is in the pod's cgroup any more";

test.skipIf(!isRoot || unifiedMount === null).each(["killCgroup", "killProcesses"])(
  "%s refuses what is no target, and all live on and nothing is frozen",
  (act) => {
    expect(scenario(`refused: ${act}`)).toEqual({
      "another start": changed,
      "its class": "refused not-understood: the last part of the path does not name the pod",
      "another pod": changed,
      nowhere: "refused changed-meanwhile: the cgroup of the pod is gone",
      "a shim in it": "refused contradicted: pid N in the cgroup watches over containers: it must not be signalled",
      alive: true,
      frozen: "0",
    });
  },
);

test.skipIf(!isRoot || freezerMount === null).each<[string, unknown]>([
  ["one by one, with v1's freezer", { ...gone, states: ["THAWED", "THAWED"] }],
  ["cgroup.kill of v1", { said: "refused not-understood: the pod has no cgroup in that hierarchy", alive: true }],
])("on v1: %s", (name, expected) => {
  expect(scenario(name)).toEqual(expected);
});

test("what was made here is gone", () => {
  const mounts = [unifiedMount, freezerMount].filter((mount) => mount !== null);
  expect(globSync(mounts.map((mount) => `${mount}/holdfast-test-*/kubepods/burstable/pod3c9f5a1e*`))).toEqual([]);
});
