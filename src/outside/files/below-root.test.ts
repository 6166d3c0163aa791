import { mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stateFolder } from "../../../test/builders/state-folder.ts";
import { folderBelow } from "./below-root.ts";

test.each<[string, string, string]>([
  ["a folder", "/run/a", "run/a"],
  ["a link to a whole path", "/whole", "run/a"],
  ["a link to a path from where it is", "/run/near", "run/a"],
  ["a link in the middle", "/up/a", "run/a"],
  ["out of the root", "/../../run/a", "run/a"],
  ["a link out of the root", "/out/run", "run"],
  ["the root", "/", ""],
])("%s", (_, path, expected) => {
  const root = realpathSync(stateFolder());
  mkdirSync(join(root, "run/a"), { recursive: true });
  symlinkSync("/run/a", join(root, "whole"));
  symlinkSync("a", join(root, "run/near"));
  symlinkSync("/run", join(root, "up"));
  symlinkSync("../../../..", join(root, "out"));
  expect(folderBelow(root, path)).toBe(join(root, expected));
});

test("links that lead in a circle, and nothing at all", () => {
  const root = stateFolder();
  symlinkSync("/two", join(root, "one"));
  symlinkSync("/one", join(root, "two"));
  expect(() => folderBelow(root, "/one")).toThrow("ELOOP");
  expect(() => folderBelow(root, "/none")).toThrow("ENOENT");
});
