import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { holdfast } from "../builders/command.ts";
import { removeFolder, repositoryFolder } from "../builders/repository-folder.ts";

const release =
  'resource "helm_release" "a" {\n  name = "a"\n  chart = "a"\n  repository = "https://charts.example"\n}\n';
const state = JSON.stringify({ version: 4, serial: 1, resources: [] });

/** A repository, and beside it a folder that does not belong to it. */
function folders(): { root: string; outside: string } {
  const above = repositoryFolder({ "repository/main.tf": release });
  onTestFinished(() => removeFolder(above));
  mkdirSync(join(above, "outside"));
  return { root: join(above, "repository"), outside: join(above, "outside") };
}

test.each([
  ["holdfast.yaml", "holdfast: CONFIG001: holdfast.yaml could not be read (a link that leads out of the repository). "],
  ["baseline.json", "baseline.json could not be read (a link that leads out of the repository). "],
])("a %s that is a link out of the repository is not followed", async (name, stderr) => {
  const { root, outside } = folders();
  writeFileSync(join(root, "holdfast.yaml"), "baseline: baseline.json\n");
  writeFileSync(join(outside, "x"), '{"version": 1, "findings": []}\n');
  const path = join(root, name);
  removeFolder(path);
  symlinkSync("../outside/x", path);
  const ended = await holdfast(["audit"], { cwd: root });
  expect(ended).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining(stderr) });
});

test.each([
  ["out of the repository", "../../outside/x", "a link that leads out of the repository: not used"],
  ["nowhere", "y", "a link that leads nowhere: not used"],
  ["to itself", "state", "a link that leads to itself: not used"],
  ["to a file of the repository", "../kept/x", null],
])("a state that holdfast.yaml names may be a link inside the repository: %s", async (_, target, text) => {
  const { root, outside } = folders();
  mkdirSync(join(root, "states"));
  mkdirSync(join(root, "kept"));
  for (const folder of [outside, join(root, "kept")]) writeFileSync(join(folder, "x"), state);
  symlinkSync(target, join(root, "states/state"));
  writeFileSync(join(root, "holdfast.yaml"), "state: [{stack: ., file: states/state}]\n");
  const { stdout } = await holdfast(["audit", "--output", "compact"], { cwd: root });
  const unread = stdout.split("\n").filter((line) => line.includes("STATE001"));
  expect(unread).toEqual(text === null ? [] : [`states/state:1:1: unread - ${text} (STATE001)`]);
});

test("a link to holdfast.yaml that leads nowhere is no missing file", async () => {
  const { root } = folders();
  symlinkSync("gone.yaml", join(root, "holdfast.yaml"));
  const { status, stderr } = await holdfast(["audit"], { cwd: root });
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr:
      "holdfast: CONFIG001: holdfast.yaml could not be read (a link that leads nowhere). Name a readable file with --config.\n",
  });
});

test("what a person names on the command line may lie anywhere, and be a link", async () => {
  const { root, outside } = folders();
  writeFileSync(join(outside, "settings"), "failOn: never\nbaseline: b\n");
  writeFileSync(join(outside, "b"), '{"version": 1, "findings": []}\n');
  symlinkSync("../outside/settings", join(root, "link"));
  symlinkSync("../outside/b", join(root, "b"));
  const { status, stderr } = await holdfast(["audit", "--config", "link", "--baseline", "b"], { cwd: root });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
