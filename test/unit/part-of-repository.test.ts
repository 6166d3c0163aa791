import { expect, onTestFinished, test } from "vitest";
import type { AuditReport } from "../../src/report/audit-report.ts";
import { holdfast } from "../builders/command.ts";
import { git } from "../builders/git-copy.ts";
import { removeFolder, repositoryFolder, writeInside, type FolderFiles } from "../builders/repository-folder.ts";

const release = (name: string) =>
  `resource "helm_release" "${name}" {\n  name = "${name}"\n  namespace = "apps"\n  chart = "${name}"\n  repository = "https://charts.example"\n}\n`;
const lock = 'provider "registry.terraform.io/hashicorp/helm" {\n  version = "3.0.2"\n}\n';
const deployment =
  "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: web}\n" +
  'spec: {template: {spec: {containers: [{name: a, image: "redis:7.2.4"}]}}}\n';
const policy =
  "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: keel}\nspec: {rules: [{name: r, match: {any: [{resources: {kinds: [Deployment], namespaces: [web]}}]}," +
  " mutate: {patchStrategicMerge: {metadata: {annotations: {keel.sh/policy: force, keel.sh/trigger: poll}}}}}]}\n";

const generates = (contents: string) =>
  `generate "x" {\n  path = "x.tf"\n  if_exists = "overwrite"\n  contents = <<EOF\n${contents}EOF\n}\n`;

/** Two stacks of which each has a release of its own and one of a module, and a workload that a policy elsewhere reaches. */
const files: FolderFiles = {
  "stacks/a/main.tf": `${release("a")}module "m" {\n  source = "../../modules/m"\n}\n`,
  "stacks/a/more.tf": release("more"),
  "stacks/a/.terraform.lock.hcl": lock,
  "stacks/b/main.tf": release("b"),
  "modules/m/main.tf": release("m"),
  "apps/web.yaml": deployment,
  "policies/keel.yaml": policy,
};

function repository(more: FolderFiles = {}): string {
  const root = repositoryFolder({ ...files, ...more });
  onTestFinished(() => removeFolder(root));
  git(root, "init", "-q");
  git(root, "add", "--all");
  git(root, "commit", "-q", "-m", "first");
  return root;
}

async function findings(cwd: string, ...args: string[]): Promise<readonly string[]> {
  const { stdout } = await holdfast(["audit", "--output", "compact", ...args], { cwd });
  return stdout.split("\n").flatMap((line) => /^(\S+?:\d+):\d+: .*\((\w+)\)$/.exec(line)?.slice(1).join(" ") ?? []);
}

test("a folder has what it declares, with the modules, lock files and policies of the repository", async () => {
  const root = repository();
  expect(await findings(root, "stacks/a")).toEqual([
    "modules/m/main.tf:1 HELM001",
    "stacks/a/main.tf:1 HELM001",
    "stacks/a/more.tf:1 HELM001",
  ]);
  expect(await findings(`${root}/apps`)).toEqual(["apps/web.yaml:1 KEEL001"]);
  expect(await findings(root, "modules")).toEqual(["modules/m/main.tf:1 HELM001"]);
});

test("a file has what it declares, with the same", async () => {
  const root = repository();
  expect(await findings(root, "stacks/a/more.tf")).toEqual(["stacks/a/more.tf:1 HELM001"]);
  expect(await findings(`${root}/apps`, "web.yaml")).toEqual(["apps/web.yaml:1 KEEL001"]);
  const { stdout } = await holdfast(["audit", "stacks/a/more.tf"], { cwd: root });
  expect(stdout).toContain("(helm provider 3.0.2)");
});

test("a Terragrunt unit has what is generated into it, and what its source leads to, wherever that is written", async () => {
  const root = repository({
    "live/root.hcl": `terraform {\n  source = "\${get_repo_root()}/modules/m"\n}\n${generates(release("gen"))}`,
    "live/u/terragrunt.hcl": 'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\n',
    "live/u/.terraform.lock.hcl": lock,
  });
  const expected = ["live/root.hcl:8 HELM001", "modules/m/main.tf:1 HELM001"];
  expect(await findings(root, "live/u")).toEqual(expected);
  expect(await findings(root, "live/u/terragrunt.hcl")).toEqual(expected);
});

test("entries of a baseline that are of other parts are not stale", async () => {
  const root = repository();
  await holdfast(["audit", "--write-baseline", "known.json"], { cwd: root });
  expect(
    await holdfast(["audit", "stacks/a", "--output", "compact", "--baseline", "known.json"], { cwd: root }),
  ).toEqual({
    status: 0,
    signal: null,
    stdout: "",
    stderr: "holdfast: note: Findings left out: 3 in the baseline.\n",
  });
});

test("a folder that git is told to take for the top is not", async () => {
  const root = repository();
  git(root, "config", "core.worktree", "/");
  const { stdout } = await holdfast(["audit", "stacks/b", "--output", "json"], { cwd: root });
  expect((JSON.parse(stdout) as AuditReport).rows.map(({ place }) => place.path)).toEqual([
    "stacks/b/main.tf",
    "stacks/b/main.tf",
  ]);
});

test("the settings of the repository hold for a part of it; a folder with its own is a repository", async () => {
  const root = repository({ "holdfast.yaml": "severity: {HELM001: off}\n", "stacks/b/holdfast.yaml": "failOn: low\n" });
  expect(await findings(root, "stacks/a")).toEqual([]);
  expect(await findings(root, "stacks/b")).toEqual(["main.tf:1 HELM001", "main.tf:1 TF010"]);
});

test("--since compares the part", async () => {
  const root = repository();
  writeInside(root, "stacks/b/new.tf", release("new"));
  writeInside(root, "modules/m/new.tf", release("new"));
  expect(await findings(root, "stacks/a", "--since", "HEAD")).toEqual(["modules/m/new.tf:1 HELM001"]);
});

test("without git a file is all that is read, and the report says so; a folder is the repository", async () => {
  const root = repositoryFolder(files);
  onTestFinished(() => removeFolder(root));
  const { stdout } = await holdfast(["audit", "apps/web.yaml"], { cwd: root });
  expect(stdout.replaceAll("\n", " ")).toContain(
    "Only this file was read: lock files, policies and modules beside it were not.",
  );
  const missing = await holdfast(["audit", "stacks/a", "--output", "compact", "--strict", "--fail-on", "never"], {
    cwd: root,
  });
  expect(missing).toMatchObject({ status: 3 });
  expect(missing.stdout).toContain(
    "main.tf:7:1: unread - the source of module.m leads out of what was read: not seen (HCL005)",
  );
});
