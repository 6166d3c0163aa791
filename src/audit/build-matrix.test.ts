import { expect, test } from "vitest";
import { treeOf } from "../../test/builders/tree.ts";
import { readRepository } from "../repository/read.ts";
import { buildMatrix } from "./build-matrix.ts";
import type { Cell, MoverId } from "./matrix.ts";

/** `kind name @current: mover state note` for each subject whose cell of the mover is there. */
function cellsOf(
  mover: MoverId,
  files: Record<string, string>,
  untracked?: readonly string[] | null,
): readonly string[] {
  return buildMatrix(readRepository(treeOf(files, untracked))).flatMap(({ subjects }) =>
    subjects.flatMap(({ kind, name, current, cells }) => {
      const cell = cells.get(mover);
      return cell === undefined ? [] : [`${kind} ${name} @${current ?? "none"}: ${shown(cell)}`];
    }),
  );
}

function shown(cell: Cell): string {
  return cell.state === "unknown"
    ? `unknown ${cell.why.code}`
    : "note" in cell
      ? `${cell.state} ${cell.note}`
      : cell.state;
}

const charts = '  repository = "https://charts.example.org"\n';
const release = (body: string) => `resource "helm_release" "app" {\n  name = "app"\n${body}}\n`;
const helm = (constraint: string, source = "hashicorp/helm") =>
  `terraform {\n  required_providers {\n    helm = {\n      source = "${source}"\n      version = "${constraint}"\n    }\n  }\n}\n`;
const chart = (state: string, name = "app", version = "none") => `chart ${name} @${version}: ${state}`;

test.each([
  ["a local chart", release('  chart = "./app"\n'), { "app/Chart.yaml": "" }, [chart("held local")]],
  [
    "a local chart that a root default names",
    `variable "chart" {\n  default = "./app"\n}\n${release("  chart = var.chart\n")}`,
    { "app/Chart.yaml": "" },
    [chart("conditional default")],
  ],
  [
    "a local chart that the repository does not have",
    release('  chart = "./app"\n  version = "1.0.0"\n'),
    {},
    [chart("unknown file-not-in-repository", "chart", "1.0.0")],
  ],
  ["a chart name that is empty", release(`  chart = ""\n${charts}`), {}, [chart("held error", "")]],
  [
    "an empty version by a root default, which provider 3 refuses",
    `${helm("~> 3.0")}variable "v" {\n  default = ""\n}\n${release(`  chart = "app"\n  version = var.v\n${charts}`)}`,
    {},
    [chart("conditional default", "app", "")],
  ],
  [
    "a chart whose name could not be told, with a version",
    `data "a" "b" {}\n${release(`  chart = data.a.b.crds ? "app-crds" : "app"\n  version = "1.0.0"\n${charts}`)}`,
    {},
    [chart("held pin", "chart", "1.0.0")],
  ],
  [
    "~> 2.9: no version of major 3 is in it",
    `${helm("~> 2.9")}${release(`  chart = "app"\n${charts}`)}`,
    {},
    [chart("open create")],
  ],
  [
    "< 3.0.0: prereleases of 3 are not in it",
    `${helm("< 3.0.0", "helm")}${release(`  chart = "app"\n${charts}`)}`,
    {},
    [chart("open create")],
  ],
  [">= 2.9: major 3 is in it", `${helm(">= 2.9")}${release(`  chart = "app"\n${charts}`)}`, {}, [chart("open edit")]],
  ...(
    [
      ["by its tag, where provider 3 runs", "~> 3.0", ":1.2.3", "", "held pin"],
      ["by its tag, whatever runs: provider 2 refuses it", ">= 2.0", ":1.2.3", "", "held pin"],
      ["by a tag, which provider 2 refuses", "~> 2.9", ":1.2.3", "", "held error"],
      ["by a tag and the same version", "~> 3.0", ":1.2.3", "1.2.3", "held pin"],
      ["by a tag and another version", "~> 3.0", ":1.2.3", "1.2.4", "held error"],
      ["by a tag that is no version", "~> 3.0", ":latest", "", "held error"],
      ["by a tag with a plus sign", "~> 3.0", ":1.2.3+a", "", "held error"],
      ["by a port, which is no tag", "~> 3.0", "", "", "open edit"],
      ["by a version that is two numbers with a v", "~> 3.0", "", "v1.2", "held pin"],
      ["by a version that Helm refuses", "~> 3.0", "", "latest", "held error"],
    ] as const
  ).map(([what, constraint, tag, version, state]): [string, string, Record<string, string>, string[]] => {
    const reference = `oci://r.example:5000/charts/app${tag}`;
    const written = version === "" ? "" : `  version = "${version}"\n`;
    const main = `${helm(constraint)}${release(`  chart = "${reference}"\n${written}`)}`;
    return [`an OCI chart ${what}`, main, {}, [chart(state, reference, version === "" ? "none" : version)]];
  }),
])("terraform and the chart: %s", (_, main, more, expected) => {
  const all = cellsOf("terraform", { "main.tf": main, ...more });
  expect(all.filter((line) => line.startsWith("chart"))).toEqual(expected);
});

test("a module's current version is its git ref", () => {
  const main =
    'module "a" {\n  source = "git::https://example.org/a.git?ref=v1.2.0"\n}\nmodule "b" {\n  source = "github.com/example/b"\n}\n';
  expect(cellsOf("terraform", { "main.tf": main })).toEqual([
    "module module.a @v1.2.0: open tag",
    "module module.b @none: open branch",
  ]);
});

test("a module source that is a bare word is no URL", () => {
  expect(cellsOf("terraform", { "main.tf": 'module "a" {\n  source = "vpc"\n}\n' })).toEqual([
    "module module.a @none: held error",
  ]);
});

const merges = JSON.stringify({
  packageRules: [{ matchUpdateTypes: ["minor", "patch"], matchCurrentVersion: "!/^0/", automerge: true }],
});

test.each([
  [
    "an exact version from 1 on",
    release(`  chart = "app"\n  version = "1.2.3"\n${charts}`),
    [chart("open merge", "app", "1.2.3")],
  ],
  [
    "an exact version below 1",
    release(`  chart = "app"\n  version = "0.2.3"\n${charts}`),
    [chart("conditional review", "app", "0.2.3")],
  ],
  ["no version and nothing that names the provider's", release(`  chart = "app"\n${charts}`), [chart("unreached")]],
  [
    "no version and a provider that only a major leaves",
    `${helm("~> 3.0")}${release(`  chart = "app"\n${charts}`)}`,
    [chart("conditional review")],
  ],
  [
    "no version and a range of providers that takes all in",
    `${helm(">= 3.0")}${release(`  chart = "app"\n${charts}`)}`,
    [chart("unreached")],
  ],
])("Renovate and the chart: %s", (_, main, expected) => {
  const all = cellsOf("bot", { "main.tf": main, "renovate.json": merges });
  expect(all.filter((line) => line.startsWith("chart"))).toEqual(expected);
});

const lock = 'provider "registry.terraform.io/hashicorp/helm" {\n  version = "3.1.1"\n}\n';

test.each([
  ["beside the constraint", { "a/main.tf": helm("~> 3.0"), "a/.terraform.lock.hcl": lock }, "open merge"],
  [
    "beside terragrunt.hcl, where Renovate does not look",
    {
      "units/a/terragrunt.hcl": 'terraform {\n  source = "../../a"\n}\n',
      "units/a/.terraform.lock.hcl": lock,
      "a/main.tf": helm("~> 3.0"),
    },
    "conditional review",
  ],
])("Renovate and a lock file %s", (_, files, expected) => {
  expect(cellsOf("bot", { ...files, "renovate.json": merges })).toEqual([
    `provider hashicorp/helm @3.1.1: ${expected}`,
  ]);
});

const lockPath = ".terraform.lock.hcl";
const ranged = release(`  chart = "app"\n  version = "~> 1.0"\n${charts}`);

test.each<[string, string, readonly string[] | null, string, string]>([
  ["is committed", ">= 2.0", [], "held lock", "held error"],
  ["is not committed", ">= 2.0", [lockPath], "open init", "open plan"],
  ["may be committed", ">= 2.0", null, "conditional lock", "open plan"],
  ["may be committed, beside an exact constraint", "3.1.1", null, "held pin", "held error"],
])("a lock file that %s", (_, constraint, untracked, provider, chartCell) => {
  const files = { "main.tf": `${helm(constraint)}${ranged}`, [lockPath]: lock };
  expect(cellsOf("terraform", files, untracked)).toEqual([
    chart(chartCell, "app", "~> 1.0"),
    `provider hashicorp/helm @3.1.1: ${provider}`,
  ]);
});

const unit = (body: string) => `terraform {\n  source = "../m"\n  extra_arguments "a" {\n${body}}\n}\n`;
const initWith = (flags: string) => unit(`    commands = ["init"]\n    arguments = [${flags}]\n`);
const including = 'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\n';

test.each<[string, Record<string, string>, string, string]>([
  ["no upgrade", { "a/terragrunt.hcl": initWith('"-lock=false", "-upgrade=false"') }, "held lock", "held error"],
  ["an upgrade", { "a/terragrunt.hcl": initWith('"-upgrade"') }, "open init", "open plan"],
  ["an upgrade by its value", { "a/terragrunt.hcl": initWith('"--upgrade=true"') }, "open init", "open plan"],
  [
    "an upgrade in the environment",
    {
      "a/terragrunt.hcl": unit('    commands = ["init"]\n    env_vars = { TF_CLI_ARGS_init = "-no-color -upgrade" }\n'),
    },
    "open init",
    "open plan",
  ],
  [
    "an upgrade of other commands",
    { "a/terragrunt.hcl": unit('    commands = ["plan"]\n    arguments = ["-upgrade"]\n') },
    "held lock",
    "held error",
  ],
  [
    "an upgrade of what it includes",
    { "root.hcl": initWith('"-upgrade"'), "a/terragrunt.hcl": `${including}terraform {\n  source = "../m"\n}\n` },
    "open init",
    "open plan",
  ],
  [
    "a block in place of the one that it includes",
    { "root.hcl": initWith('"-upgrade"'), "a/terragrunt.hcl": `${including}${initWith("")}` },
    "held lock",
    "held error",
  ],
  [
    "arguments that could not be told",
    { "a/terragrunt.hcl": initWith('get_env("FLAGS")') },
    "conditional lock",
    "open plan",
  ],
])("Terragrunt gives init %s", (_, units, provider, chartCell) => {
  const files = { ...units, "m/main.tf": `${helm(">= 2.0")}${ranged}`, "a/.terraform.lock.hcl": lock };
  expect(cellsOf("terraform", files)).toEqual([
    chart(chartCell, "app", "~> 1.0"),
    `provider hashicorp/helm @3.1.1: ${provider}`,
  ]);
});

const readsItself = ["a", "b", "c"].map((name) => `  ${name} = read_terragrunt_config("terragrunt.hcl")\n`).join("");

test.each([
  ["reads itself thrice", { "a/terragrunt.hcl": `locals {\n${readsItself}}\n${initWith("local.a.locals.a")}` }],
  [
    "includes what includes itself thrice",
    {
      "root.hcl": ["a", "b", "c"].map((name) => including.replace("root", name)).join(""),
      "a/terragrunt.hcl": `${including}${initWith('get_env("FLAGS")')}`,
    },
  ],
])("a Terragrunt file that %s is read once", (_, units) => {
  const files = { ...units, "m/main.tf": helm("~> 3.0"), "a/.terraform.lock.hcl": lock };
  expect(cellsOf("terraform", files)).toEqual(["provider hashicorp/helm @3.1.1: conditional lock"]);
});

const maintained = (body: unknown, more: object = {}) => ({ lockFileMaintenance: body, automerge: false, ...more });

test.each<[string, object, string]>([
  ["that is merged", maintained({ enabled: true, automerge: true }), "open merge"],
  ["that is off", maintained({ automerge: true }), "held review"],
  ["that waits for a review", maintained({ enabled: true }), "held review"],
  ["of another manager", { automerge: false, npm: maintained({ enabled: true, automerge: true }) }, "held review"],
  ["of the manager", { automerge: false, terraform: maintained({ enabled: true, automerge: true }) }, "open merge"],
  [
    "that the manager switches off",
    maintained({ enabled: true, automerge: true }, { terraform: maintained({ enabled: false }) }),
    "held review",
  ],
  [
    "of a preset, switched off again",
    maintained({ enabled: false, automerge: true }, { extends: [":maintainLockFilesMonthly"] }),
    "held review",
  ],
  [
    "of a preset, merged by a rule",
    maintained(
      {},
      {
        extends: ["config:best-practices"],
        packageRules: [{ matchUpdateTypes: ["lockFileMaintenance"], automerge: true }],
      },
    ),
    "open merge",
  ],
  [
    "under a rule for packages, which it is no update of",
    maintained(
      { enabled: true, automerge: true },
      { packageRules: [{ matchPackageNames: ["*"], matchDatasources: ["*"], automerge: false }] },
    ),
    "open merge",
  ],
  [
    "under a rule for its files",
    maintained(
      { enabled: true, automerge: true },
      { packageRules: [{ matchFileNames: ["a/**"], matchManagers: ["terraform"], automerge: false }] },
    ),
    "held review",
  ],
  [
    "by a preset that is kept elsewhere",
    {
      extends: ["local>me/presets"],
      packageRules: [{ matchUpdateTypes: ["major", "minor", "patch"], automerge: false }],
    },
    "unknown preset-not-in-repository",
  ],
])("Renovate and lock file maintenance %s", (_, config, expected) => {
  const files = { "a/main.tf": helm("~> 3.0"), "a/.terraform.lock.hcl": lock, "renovate.json": JSON.stringify(config) };
  expect(cellsOf("bot", files)).toEqual([`provider hashicorp/helm @3.1.1: ${expected}`]);
});

test.each([
  ["an exact constraint leaves it nothing to take", helm("3.1.1"), "conditional review"],
  ["no constraint leaves it all", release(`  chart = "app"\n  version = "1.0.0"\n${charts}`), "open merge"],
])("Renovate and lock file maintenance: %s", (_, main, expected) => {
  const config = JSON.stringify({ lockFileMaintenance: { enabled: true, automerge: true } });
  const all = cellsOf("bot", { "main.tf": main, ".terraform.lock.hcl": lock, "renovate.json": config });
  expect(all.filter((line) => line.startsWith("provider"))).toEqual([`provider hashicorp/helm @3.1.1: ${expected}`]);
});

test.each([
  [
    "a moving tag in values without a policy is for the chart to say",
    '  values = [yamlencode({ image = { repository = "a/b", tag = "latest" } })]\n',
    "unknown chart-not-rendered",
  ],
  [
    "a moving tag in values with a policy",
    '  values = [yamlencode({ image = { repository = "a/b", tag = "latest", pullPolicy = "Always" } })]\n',
    "open Always",
  ],
])("the kubelet: %s", (_, values, expected) => {
  const [first] = cellsOf("kubelet", {
    "main.tf": release(`  chart = "app"\n  version = "1.0.0"\n${charts}${values}`),
  });
  expect(first).toBe(`image image @a/b:latest: ${expected}`);
});

test("a module that nobody calls has no row of its own, unless something in it can move", () => {
  const child = 'module "x" {\n  source = "example/x/null"\n}\n';
  const rows = buildMatrix(
    readRepository(treeOf({ "unused/main.tf": helm("~> 3.0"), "loose/main.tf": `${helm("~> 3.0")}${child}` })),
  );
  expect(rows.map(({ kind, title }) => `${kind} ${title}`)).toEqual(["stack loose"]);
});

test.each([
  ["3f5c1e9a7b2d4c6e8f0a1b3c5d7e9f0a2b4c6d8e", "held commit"],
  ["3f5c1e9", "open commit"],
  ["20240513", "open tag"],
  ["1234567", "open tag"],
  ["v1", "open tag"],
  ["v1.2", "open tag"],
  ["1.2.3", "open tag"],
  ["v1.2.3-rc1", "open tag"],
  ["foo/v1.2.3", "open tag"],
  ["foo-1.2.3", "open tag"],
  ["release-1.2", "open branch"],
  ["1.2.x", "open branch"],
  ["feature/v2-api", "open branch"],
  ["deadbeef", "open branch"],
  ["%ff", "open branch"],
])("a git module at %s", (ref, expected) => {
  const main = `module "a" {\n  source = "git::https://git.example.org/a.git?ref=${ref}"\n}\n`;
  expect(cellsOf("terraform", { "main.tf": main })).toEqual([`module module.a @${ref}: ${expected}`]);
});

test.each([
  ['  source = "example/x/null"\n  version = var.it', "1.2.3", "conditional default"],
  ['  source = "git::https://git.example.org/a.git?ref=${var.it}"', "a".repeat(40), "conditional default"],
  ['  source = "git::https://git.example.org/a.git?ref=${local.it}"', "a".repeat(40), "held commit"],
])("a module with %s, which is %s", (body, value, expected) => {
  const names = `variable "it" {\n  default = "${value}"\n}\nlocals {\n  it = "${value}"\n}\n`;
  const main = `${names}module "a" {\n${body}\n}\n`;
  expect(cellsOf("terraform", { "main.tf": main })).toEqual([`module module.a @${value}: ${expected}`]);
});

test.each([
  [true, "held lock"],
  [null, "conditional lock"],
  [false, "open init"],
])("a lock file whose being committed is %s", (tracked, expected) => {
  const tree = treeOf({ "main.tf": helm("~> 3.0"), ".terraform.lock.hcl": lock });
  const entries = () => [...tree.entries()].map((entry) => ({ ...entry, tracked }));
  const rows = buildMatrix(readRepository({ ...tree, entries }));
  const cells = rows.flatMap(({ subjects }) => subjects.map((subject) => subject.cells.get("terraform")));
  expect(cells.map((cell) => cell && shown(cell))).toEqual([expected]);
});

const helmLock = (version: string) =>
  `provider "registry.terraform.io/hashicorp/helm" {\n  version = "${version}"\n}\n`;
const oneSet = '  set {\n    name = "a"\n    value = "b"\n  }\n';
const dynamicSet = '  dynamic "set" {\n    for_each = {}\n    content {\n      name = set.key\n    }\n  }\n';
const unpinned = (body: string) => release(`  chart = "app"\n${charts}${body}`);

test.each<[string, Record<string, string>, string]>([
  ["set blocks", { "main.tf": unpinned(oneSet) }, "open create"],
  ["set blocks and a range that has both", { "main.tf": helm(">= 2.0") + unpinned(oneSet) }, "open create"],
  ["dynamic set blocks", { "main.tf": unpinned(dynamicSet) }, "open create"],
  ["a postrender block", { "main.tf": unpinned('  postrender {\n    binary_path = "x"\n  }\n') }, "open create"],
  ["set attributes", { "main.tf": unpinned('  set = [{ name = "a", value = "b" }]\n') }, "open edit"],
  ["neither", { "main.tf": unpinned("") }, "open edit"],
  [
    "set blocks against the lock file",
    { "main.tf": unpinned(oneSet), ".terraform.lock.hcl": helmLock("3.0.2") },
    "open edit",
  ],
])("a release without a version that has %s", (_, files, expected) => {
  const all = cellsOf("terraform", files);
  expect(all.filter((line) => line.startsWith("chart"))).toEqual([chart(expected)]);
});

test.each([
  ["", "  upgrade_install = true\n", "conditional keeps"],
  ["experiments = { manifest = false }", "  upgrade_install = true\n", "conditional keeps"],
  ["experiments = { manifest = true }", "  upgrade_install = true\n", "open create"],
  ["experiments {\n manifest = true\n }", "  upgrade_install = true\n", "open create"],
  ["experiments = { manifest = var.on }", "  upgrade_install = true\n", "open create"],
  ["", '  version = "~> 1.2"\n', "held error"],
  ["experiments = { manifest = true }", '  version = "~> 1.2"\n', "open create"],
])("helm provider 3.1 with %j and a release with %j", (settings, body, expected) => {
  const main = `variable "on" {}\nprovider "helm" {\n  ${settings}\n}\n${unpinned(body)}`;
  const [first] = cellsOf("terraform", { "main.tf": main, ".terraform.lock.hcl": helmLock("3.1.2") });
  expect(first?.split(": ")[1]).toBe(expected);
});

const ranges = "dependencies:\n  - name: redis\n    repository: https://charts.example.org\n    version: ^1.0.0\n";
const updating = "  dependency_update = true\n";

test.each<[string, string, Record<string, string>, string]>([
  ["ranges", updating, { "app/Chart.yaml": ranges }, "open deps"],
  ["ranges that nothing updates", "", { "app/Chart.yaml": ranges }, "held local"],
  ["ranges and a Chart.lock", updating, { "app/Chart.yaml": ranges, "app/Chart.lock": "" }, "open deps"],
  ["whole versions", updating, { "app/Chart.yaml": ranges.replace("^", "") }, "held local"],
  ["no dependencies", updating, { "app/Chart.yaml": "name: app\n" }, "held local"],
  ["ranges and archives", updating, { "app/Chart.yaml": ranges, "app/charts/redis-1.0.0.tgz": "" }, "conditional deps"],
  ["ranges and directories", updating, { "app/Chart.yaml": ranges, "app/charts/redis/Chart.yaml": "" }, "held local"],
  [
    "ranges of directories",
    updating,
    { "app/Chart.yaml": ranges.replace("https://charts.example.org", "file://../redis") },
    "held local",
  ],
])("a local chart with %s", (_, body, files, expected) => {
  const all = cellsOf("terraform", { "main.tf": release(`  chart = "./app"\n${body}`), ...files });
  expect(all.filter((line) => line.startsWith("chart"))).toEqual([chart(expected)]);
});

const merging = (settings: object = {}) => JSON.stringify({ automerge: true, ...settings });
const pinnedChart = release(`  chart = "app"\n  version = "1.2.3"\n${charts}`);
const localChart = release('  chart = "./app"\n');

test.each<[string, Record<string, string>, string]>([
  ["Renovate without a word on merging", { "main.tf": pinnedChart, "renovate.json": "{}" }, "conditional review"],
  ["Renovate that is told not to", { "main.tf": pinnedChart, "renovate.json": '{"automerge": false}' }, "held review"],
  [
    "Renovate told so for one update type",
    { "main.tf": pinnedChart, "renovate.json": '{"major": {"automerge": false}}' },
    "conditional review",
  ],
  [
    "Mergify beside it",
    { "main.tf": pinnedChart, "renovate.json": "{}", ".mergify.yml": "" },
    "unknown function-not-evaluated",
  ],
  [
    "Kodiak beside it",
    { "main.tf": pinnedChart, "renovate.json": '{"automerge": false}', ".kodiak.toml": "" },
    "unknown function-not-evaluated",
  ],
  [
    "a version elsewhere",
    {
      "main.tf": `locals {\n  v = "1.2.3"\n}\n${pinnedChart.replace('"1.2.3"', "local.v")}`,
      "renovate.json": merging(),
    },
    "unreached",
  ],
  [
    "a version elsewhere and custom managers",
    {
      "main.tf": `locals {\n  v = "1.2.3"\n}\n${pinnedChart.replace('"1.2.3"', "local.v")}`,
      "renovate.json": merging({ customManagers: [{ customType: "regex" }] }),
    },
    "unknown function-not-evaluated",
  ],
  [
    "a local chart and custom managers",
    { "main.tf": localChart, "app/Chart.yaml": "", "renovate.json": merging({ customManagers: [{}] }) },
    "unreached",
  ],
])("a bot and the chart: %s", (_, files, expected) => {
  const all = cellsOf("bot", files).filter((line) => line.startsWith("chart"));
  expect(all.map((line) => line.split(": ").at(-1))).toEqual([expected]);
});

const withValues = release(`  chart = "app"\n  version = "1.2.3"\n${charts}  values = [file("VALUES")]\n`);
const pod =
  "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n    - name: a\n      image: a/b:1.2.3\n";
const imageFile = "image: localhost:5000/x:1.2.3\n";
const onlyLocal = { automerge: false, packageRules: [{ matchPackageNames: ["localhost:5000/x"], automerge: true }] };

test.each<[string, Record<string, string>, string]>([
  [
    "in values.yaml",
    { "main.tf": withValues.replace("VALUES", "values.yaml"), "values.yaml": imageFile, "renovate.json": merging() },
    "open merge",
  ],
  [
    "in values.yaml, by a name with a port",
    {
      "main.tf": withValues.replace("VALUES", "values.yaml"),
      "values.yaml": imageFile,
      "renovate.json": merging(onlyLocal),
    },
    "open merge",
  ],
  [
    "by digest, where digests alone are merged",
    {
      "main.tf": withValues.replace("VALUES", "values.yaml"),
      "values.yaml": `image: localhost:5000/x:1.2.3@sha256:${"0".repeat(64)}\n`,
      "renovate.json": JSON.stringify({ automerge: false, digest: { automerge: true } }),
    },
    "open merge",
  ],
  [
    "in values of another name",
    { "main.tf": withValues.replace("VALUES", "app.yaml"), "app.yaml": imageFile, "renovate.json": merging() },
    "unreached",
  ],
  ["in a manifest", { "a.yaml": pod, "renovate.json": merging() }, "unreached"],
  [
    "in a manifest that patterns may name",
    { "a.yaml": pod, "renovate.json": merging({ kubernetes: { managerFilePatterns: ["/a/"] } }) },
    "unknown function-not-evaluated",
  ],
])("Renovate and an image %s", (_, files, expected) => {
  const all = cellsOf("bot", files).filter((line) => line.startsWith("image"));
  expect(all.map((line) => line.split(": ").at(-1))).toEqual([expected]);
});

test("a bot that moves a chart by its provider says so", () => {
  const files = { "main.tf": `${helm("~> 3.0")}${unpinned("")}`, "renovate.json": '{"automerge": true}' };
  const [first] = buildMatrix(readRepository(treeOf(files)));
  expect(first?.subjects[0]?.cells.get("bot")).toMatchObject({
    trigger: "renovate merges major updates of the provider hashicorp/helm, which plans the release anew, by itself",
  });
});
