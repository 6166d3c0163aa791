import { readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { looseRelease } from "../builders/bad-repository.ts";
import { holdfast } from "../builders/command.ts";
import { removeFolder, repositoryFolder } from "../builders/repository-folder.ts";

const [hook] = z
  .tuple([z.record(z.string(), z.unknown())])
  .parse(parse(readFileSync(".pre-commit-hooks.yaml", "utf8")));

/**
 * pre-commit takes no deleted file for changed, and skips a hook for which no changed file is left unless it always
 * runs (`get_staged_files` in pre_commit/git.py, `_run_single_hook` in pre_commit/commands/run.py, 4.7.0).
 */
test("the hook runs for every commit, whatever it changes or deletes, and takes no file names", () => {
  expect(hook).toMatchObject({ language: "system", always_run: true, pass_filenames: false });
  // Each of these would narrow what an audit is run for.
  expect(hook).not.toHaveProperty("files");
  expect(hook).not.toHaveProperty("types");
});

test("what the hook runs audits the repository that it stands in", async () => {
  const root = repositoryFolder({ "main.tf": looseRelease("redis") });
  onTestFinished(() => removeFolder(root));
  const [program, ...args] = String(hook["entry"]).split(" ");
  expect(program).toBe("holdfast");
  const { status, stdout } = await holdfast(args, { cwd: root });
  expect(status).toBe(1);
  expect(stdout).toContain("HELM001");
});
