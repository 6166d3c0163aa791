import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import type { Said } from "../../model/node-actor.ts";
import { makeSentinel } from "./sentinel-file.ts";

/** The root of a node; its /run is in memory. */
let root = "";
beforeEach(() => {
  root = mkdtempSync("/dev/shm/holdfast-root-");
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, "run"));
  mkdirSync(join(root, "var"));
});

function inWords(said: Said): string {
  if (said.said === "done") return "done";
  return said.said === "failed" ? `failed: ${said.text}` : `${said.said}: ${said.reason.text}`;
}

test("it is made where the node's own links lead, and says who asked", () => {
  symlinkSync("/run", join(root, "var/run"));
  expect(inWords(makeSentinel(root, "/var/run/reboot-required"))).toBe("done");
  expect(readFileSync(join(root, "run/reboot-required"), "utf8")).toMatch(/\nholdfast asked for it: /);
});

test("one that is there is left as it is", () => {
  writeFileSync(join(root, "run/reboot-required"), "apt");
  expect(inWords(makeSentinel(root, "/run/reboot-required"))).toBe("done");
  expect(readFileSync(join(root, "run/reboot-required"), "utf8")).toBe("apt");
});

test("a link in its place is not followed", () => {
  symlinkSync(join(root, "elsewhere"), join(root, "run/reboot-required"));
  makeSentinel(root, "/run/reboot-required");
  expect(existsSync(join(root, "elsewhere"))).toBe(false);
});

test.each<[string, string, string]>([
  ["no whole path", "run/reboot-required", "refused: run/reboot-required is no whole path of a file"],
  ["a way back", "/run/../etc/x", "refused: /run/../etc/x is no whole path of a file"],
  ["a folder", "/run/", "refused: /run/ is no whole path of a file"],
  ["no such folder", "/run/none/x", "failed: /run/none/x could not be made: no such file"],
])("%s", (_, path, expected) => {
  expect(inWords(makeSentinel(root, path))).toBe(expected);
});

test("a file that outlives the reboot would ask for the next one", () => {
  // Not in memory as /run is, whatever else it may be.
  const said = inWords(makeSentinel("/", "/proc/self/x"));
  expect(said).toBe("refused: /proc/self/x would outlive the reboot, and ask for another one");
});
