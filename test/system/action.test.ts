import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";

/** Of the steps of action.yml only the one that runs the program: setting Node up is another action's work. */
const { inputs, runs } = z
  .object({
    inputs: z.object({ "fail-on": z.object({ default: z.string() }) }),
    runs: z.object({ steps: z.array(z.object({ run: z.string().optional() })) }),
  })
  .parse(parse(readFileSync("action.yml", "utf8")));
const script = runs.steps.flatMap((step) => step.run ?? []).join("\n");

const folder = mkdtempSync(join(tmpdir(), "holdfast-action-"));
const workspace = join(folder, "workspace");
const checkout = join(folder, "checkout");

beforeAll(() => {
  mkdirSync(join(workspace, "infra $(touch made)"), { recursive: true });
  writeFileSync(
    join(workspace, "infra $(touch made)/main.tf"),
    'resource "helm_release" "redis" {\n  name       = "redis"\n  repository = "https://charts.example.org"\n  chart      = "redis"\n}\n',
  );
  // The workspace is the audited repository: nothing that it says may choose what runs.
  writeFileSync(join(workspace, ".npmrc"), "registry=http://registry.invalid\nnode-options=--no-such-option\n");
  execFileSync("git", ["clone", "--quiet", process.cwd(), checkout]);
});

afterAll(() => rmSync(folder, { recursive: true }));

function runAction(given: Readonly<Record<string, string>>): { status: number | null; output: string } {
  const output = join(folder, "output");
  rmSync(output, { force: true });
  const { status } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
    cwd: workspace,
    env: { ...process.env, GITHUB_ACTION_PATH: checkout, GITHUB_OUTPUT: output, ...given },
  });
  return { status, output: readFileSync(output, "utf8") };
}

test("the action audits the workspace with its own checkout, and takes no input as a command", () => {
  const ended = runAction({
    AUDIT_PATH: "infra $(touch made)",
    AUDIT_SARIF: "$(touch made).sarif",
    AUDIT_FAIL_ON: "high",
    AUDIT_ARGS: "--write-baseline\nall $(touch made).json\n\n--strict\n",
  });
  expect(ended).toEqual({ status: 1, output: "exit-code=1\n" });
  expect(readdirSync(workspace).toSorted()).toEqual([
    "$(touch made).sarif",
    ".npmrc",
    "all $(touch made).json",
    "infra $(touch made)",
  ]);
  expect(readFileSync(join(workspace, "$(touch made).sarif"), "utf8")).toContain('"HELM001"');
});

test("what is not given to the action is left to holdfast.yaml", () => {
  const audited = join(workspace, "infra $(touch made)");
  writeFileSync(join(audited, "holdfast.yaml"), "failOn: block\n");
  const ended = runAction({
    AUDIT_PATH: audited,
    AUDIT_SARIF: join(folder, "own.sarif"),
    AUDIT_FAIL_ON: inputs["fail-on"].default,
    AUDIT_ARGS: "",
  });
  expect(ended).toEqual({ status: 0, output: "exit-code=0\n" });
  expect(readFileSync(join(folder, "own.sarif"), "utf8")).toContain('"HELM001"');
});
