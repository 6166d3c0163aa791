import { describe, expect, test } from "vitest";
import type { SourceFile } from "../../model/source.ts";
import type { Change } from "./automerges.ts";
import { automerges } from "./automerges.ts";
import { fitsPatterns } from "./pattern-list.ts";
import { readBots } from "./read.ts";

const chart: Change = {
  manager: "terraform",
  datasource: "helm",
  package: "redis",
  file: "stacks/redis/main.tf",
  updateTypes: ["major", "minor", "patch"],
  depType: "helm_release",
  currentVersion: "1.2.3",
};

function bots(files: Record<string, string>) {
  const sources = new Map<string, SourceFile>();
  for (const [path, text] of Object.entries(files)) sources.set(path, { id: sources.size, path, text, tracked: true });
  return readBots(sources.keys(), (path) => sources.get(path));
}
function answer(files: Record<string, string>, change: Partial<Change> = {}): string {
  const [bot] = bots(files).bots;
  if (bot === undefined) return "no bot";
  const { answer: told, updateTypes, why } = automerges(bot, { ...chart, ...change });
  return [told, updateTypes.join(","), ...new Set(why.map(({ text }) => text))].join(" ").trim();
}
const renovate = (config: unknown): Record<string, string> => ({ "renovate.json": JSON.stringify(config) });
const all = "major,minor,patch";

describe("Renovate", () => {
  test.each<[string, unknown, Partial<Change>, string]>([
    ["by default", {}, {}, `no ${all}`],
    ["automerge", { automerge: true }, {}, `yes ${all}`],
    ["all but one manager", { automerge: true, terraform: { automerge: false } }, {}, `no ${all}`],
    ["one manager", { terraform: { automerge: true } }, {}, `yes ${all}`],
    ["another manager", { dockerfile: { automerge: true } }, {}, `no ${all}`],
    ["an update type", { minor: { automerge: true } }, {}, "yes minor"],
    ["an update type of a manager", { terraform: { patch: { automerge: true } } }, {}, "yes patch"],
    ["all but an update type", { automerge: true, major: { automerge: false } }, {}, "yes minor,patch"],
    ["older words", { automerge: "minor" }, {}, "yes minor"],
    ["older words for no", { automerge: "none" }, {}, `no ${all}`],
    ["older settings", { automergePatch: true }, {}, "yes patch"],
    [
      "a rule for update types",
      { packageRules: [{ matchUpdateTypes: ["minor", "patch"], automerge: true }] },
      {},
      "yes minor,patch",
    ],
    ["a text instead of a list", { packageRules: [{ matchManagers: "terraform", automerge: true }] }, {}, `yes ${all}`],
    [
      "the last rule that matches",
      { packageRules: [{ automerge: true }, { matchPackageNames: ["redis"], automerge: false }] },
      {},
      `no ${all}`,
    ],
    [
      "a rule over a block",
      { minor: { automerge: true }, packageRules: [{ matchManagers: ["terraform"], automerge: false }] },
      {},
      `no ${all}`,
    ],
    [
      "a block in a rule",
      { packageRules: [{ matchDatasources: ["helm"], minor: { automerge: true } }] },
      {},
      "yes minor",
    ],
    [
      "a block in a rule for other types",
      { packageRules: [{ matchUpdateTypes: ["patch"], minor: { automerge: true } }] },
      {},
      `no ${all}`,
    ],
    ["a name", { packageRules: [{ matchPackageNames: ["redis"], automerge: true }] }, {}, `yes ${all}`],
    ["a glob", { packageRules: [{ matchPackageNames: ["re*"], automerge: true }] }, {}, `yes ${all}`],
    ["an expression", { packageRules: [{ matchPackageNames: ["/^red/"], automerge: true }] }, {}, `yes ${all}`],
    ["a negated name", { packageRules: [{ matchPackageNames: ["!redis"], automerge: true }] }, {}, `no ${all}`],
    [
      "older patterns",
      { packageRules: [{ matchPackagePatterns: ["^re"], excludePackageNames: ["redis"], automerge: true }] },
      {},
      `no ${all}`,
    ],
    ["older prefixes", { packageRules: [{ matchPackagePrefixes: ["red"], automerge: true }] }, {}, `yes ${all}`],
    [
      "the oldest names",
      { packageRules: [{ packageNames: ["redis"], updateTypes: ["patch"], automerge: true }] },
      {},
      "yes patch",
    ],
    ["a file", { packageRules: [{ matchFileNames: ["stacks/**"], automerge: true }] }, {}, `yes ${all}`],
    ["another file", { packageRules: [{ matchPaths: ["apps/**"], automerge: true }] }, {}, `no ${all}`],
    ["a type of dependency", { packageRules: [{ matchDepTypes: ["module"], automerge: true }] }, {}, `no ${all}`],
    [
      "a pattern of the version",
      { packageRules: [{ matchCurrentVersion: "!/^0/", automerge: true }] },
      {},
      `yes ${all}`,
    ],
    [
      "a version it does not fit",
      { packageRules: [{ matchCurrentVersion: "!/^0/", automerge: true }] },
      { currentVersion: "0.1.0" },
      `no ${all}`,
    ],
    [
      "any other condition",
      { packageRules: [{ matchSourceUrls: ["x"], automerge: true }] },
      {},
      `unknown ${all} a package rule has a condition that is not read here`,
    ],
    [
      "an undecided rule that says the same",
      { automerge: true, packageRules: [{ matchSourceUrls: ["x"], automerge: true }] },
      {},
      `yes ${all}`,
    ],
    [
      "an expression that could take long",
      { packageRules: [{ matchPackageNames: ["/(a+)+$/"], automerge: true }] },
      {},
      `unknown ${all} a rule has a pattern that is not tried here`,
    ],
    ["a manager that is not enabled", { automerge: true, enabledManagers: ["dockerfile"] }, {}, `no ${all}`],
    ["a manager that is enabled", { automerge: true, enabledManagers: ["terraform"] }, {}, `yes ${all}`],
    [
      "a custom manager by its older name",
      { packageRules: [{ matchManagers: ["regex"], automerge: true }] },
      { manager: "custom.regex" },
      `yes ${all}`,
    ],
    ["ignored paths", { automerge: true, ignorePaths: ["stacks/redis"] }, {}, `no ${all}`],
    ["only other paths", { automerge: true, includePaths: ["apps/**"] }, {}, `no ${all}`],
    ["an ignored package", { automerge: true, ignoreDeps: ["redis"] }, {}, `no ${all}`],
    ["switched off", { automerge: true, enabled: false }, {}, `no ${all}`],
    [
      "a rule that switches off",
      { packageRules: [{ matchPackageNames: ["redis"], enabled: false }, { automerge: true }] },
      {},
      `no ${all}`,
    ],
    [
      "a rule that may switch on again",
      { automerge: true, packageRules: [{ enabled: false }, { matchPackageNames: ["a"], enabled: true }] },
      {},
      `unknown ${all} another rule enables updates that this one switches off`,
    ],
    [
      "a comment in place of a merge",
      { automerge: true, automergeType: "pr-comment" },
      {},
      `unknown ${all} it only writes a comment, which another program may act on`,
    ],
    [
      "a comment in place of a merge in a rule",
      { packageRules: [{ matchManagers: ["terraform"], automerge: true, automergeType: "pr-comment" }] },
      {},
      `unknown ${all} it only writes a comment, which another program may act on`,
    ],
    ["a merge of the branch", { automerge: true, automergeType: "branch" }, {}, `yes ${all}`],
    [
      "a person who has to ask",
      { automerge: true, major: { dependencyDashboardApproval: true } },
      {},
      "yes minor,patch",
    ],
  ])("%s", (_, config, change, expected) => {
    expect(answer(renovate(config), change)).toBe(expected);
  });

  test.each<[string, unknown, Partial<Change>, string]>([
    ["minor", { extends: [":automergeMinor"] }, {}, "yes minor,patch"],
    ["patch", { extends: ["default:automergePatch"] }, {}, "yes patch"],
    ["major, which means all", { extends: [":automergeMajor"] }, {}, `yes ${all}`],
    ["all", { extends: [":automergeAll"] }, {}, `yes ${all}`],
    ["digest", { extends: [":automergeDigest"] }, { updateTypes: ["digest", "minor"] }, "yes digest"],
    ["disabled after all", { extends: [":automergeAll", ":automergeDisabled"] }, {}, `no ${all}`],
    ["own settings over presets", { extends: [":automergeAll"], automerge: false }, {}, `no ${all}`],
    ["stable", { extends: [":automergeStableNonMajor"] }, {}, "yes minor,patch"],
    ["recommended", { extends: ["config:recommended", "group:allNonMajor", "schedule:weekly"] }, {}, `no ${all}`],
    [
      "recommended leaves tests alone",
      { extends: ["config:base"], automerge: true },
      { file: "a/tests/main.tf" },
      `no ${all}`,
    ],
    [
      "own paths instead of the recommended",
      { extends: ["config:base"], automerge: true, ignorePaths: ["x/**"] },
      { file: "a/tests/main.tf" },
      `yes ${all}`,
    ],
    [
      "one kept elsewhere",
      { extends: ["github>org/presets"] },
      {},
      `unknown ${all} a preset of Renovate's configuration is kept elsewhere`,
    ],
    [
      "one kept elsewhere, under an own rule",
      { extends: ["local>org/presets"], packageRules: [{ automerge: false }] },
      {},
      `no ${all}`,
    ],
    [
      "one that is ignored",
      { extends: ["github>org/presets"], ignorePresets: ["github>org/presets"] },
      {},
      `no ${all}`,
    ],
    [
      "in a rule",
      { packageRules: [{ matchPackageNames: ["redis"], extends: [":automergeMinor"] }] },
      {},
      "yes minor,patch",
    ],
    [
      "that names packages in a rule",
      { packageRules: [{ extends: ["packages:linters"], automerge: true }] },
      {},
      `unknown ${all} a preset names the packages of a rule`,
    ],
    [
      "docker majors",
      { extends: ["docker:disableMajor"], automerge: true },
      { datasource: "docker" },
      "yes minor,patch",
    ],
  ])("presets: %s", (_, config, change, expected) => {
    expect(answer(renovate(config), change)).toBe(expected);
  });

  test.each([
    "local>me/repo//renovate/base",
    "github>me/repo//renovate/base.json5",
    "./renovate/base",
    "github>me/repo:renovate/base",
  ])("a preset in the repository: %s", (reference) => {
    const files = {
      ...renovate({ extends: [reference] }),
      "renovate/base.json5": "{extends: ['./renovate/base'], automerge: true}",
    };
    expect(answer(files)).toBe(`yes ${all}`);
  });

  test.each([
    ["renovate.json5", "{automerge: true}"],
    [".github/renovate.json", '{"automerge": true}'],
    [".gitlab/renovate.json5", "{automerge: true}"],
    [".renovaterc", "// x\n{automerge: true}"],
    [".renovaterc.json", '{"automerge": true}'],
    ["package.json", '{"name": "x", "renovate": {"automerge": true}}'],
  ])("is read from %s", (path, text) => {
    expect(answer({ [path]: text })).toBe(`yes ${all}`);
  });

  test("the first file counts, and a package without its settings is none", () => {
    expect(answer({ "renovate.json": "{}", ".renovaterc": "{automerge: true}" })).toBe(`no ${all}`);
    expect(answer({ "package.json": '{"name": "renovate"}' })).toBe("no bot");
  });

  test("one that does not parse is a problem, and what it merges is not known", () => {
    const files = { "renovate.json": "{automerge: true" };
    expect(bots(files).problems).toMatchObject([{ code: "YAML001", path: "renovate.json", at: { start: 16 } }]);
    expect(answer(files)).toMatch(/^unknown .* does not parse/);
  });

  test("the place that decides is given", () => {
    const text = JSON.stringify({
      automerge: true,
      packageRules: [{ matchPackageNames: ["redis"], automerge: false }],
    });
    const [bot] = bots({ "renovate.json": text }).bots;
    const at = bot && automerges(bot, chart).at;
    expect(at?.map(({ start, end }) => text.slice(start, end))).toEqual(["false"]);
  });
});

const update = "version: 2\nupdates:\n  - package-ecosystem: terraform\n    directory: /stacks/redis\n";
const workflow = (condition: string, step = "run: gh pr merge --auto --squash $URL"): string => `
on: pull_request
jobs:
  merge:
    if: github.actor == 'dependabot[bot]'
    steps:
      - uses: dependabot/fetch-metadata@v2
        id: metadata
      - if: ${condition}
        ${step}
`;
const module: Partial<Change> = { datasource: "terraform-module", package: "terraform-aws-modules/vpc/aws" };

describe("Dependabot", () => {
  test.each<[string, string, string | null, Partial<Change>, string]>([
    ["merges nothing by itself", update, null, module, `no ${all}`],
    ["merges through a workflow", update, workflow("success()"), module, `yes ${all}`],
    [
      "merges some types through a workflow",
      update,
      workflow(
        "steps.metadata.outputs.update-type == 'version-update:semver-patch' || steps.metadata.outputs.update-type == 'version-update:semver-minor'",
      ),
      module,
      "yes minor,patch",
    ],
    [
      "merges all but one type",
      update,
      workflow("${{ steps.metadata.outputs.update-type != 'version-update:semver-major' }}"),
      module,
      "yes minor,patch",
    ],
    [
      "merges under a condition",
      update,
      workflow("contains(steps.metadata.outputs.dependency-names, 'x')"),
      module,
      `unknown ${all} a condition of the merging workflow decides`,
    ],
    [
      "merges through an action",
      update,
      workflow("success()", "uses: peter-evans/enable-pull-request-automerge@v3"),
      module,
      `yes ${all}`,
    ],
    ["does not touch charts of helm_release", update, workflow("success()"), {}, `no ${all}`],
    [
      "reads only its directory",
      update,
      workflow("success()"),
      { ...module, file: "stacks/redis/sub/main.tf" },
      `no ${all}`,
    ],
    [
      "reads directories by pattern",
      update.replace("directory: /stacks/redis", "directories: ['/stacks/*']"),
      workflow("success()"),
      module,
      `yes ${all}`,
    ],
    [
      "leaves what it ignores",
      `${update}    ignore: [{dependency-name: "terraform-aws-modules/*", update-types: ["version-update:semver-major"]}]\n`,
      workflow("success()"),
      module,
      "yes minor,patch",
    ],
    ["proposes nothing", `${update}    open-pull-requests-limit: 0\n`, workflow("success()"), module, `no ${all}`],
    [
      "is not who the workflow merges",
      update,
      workflow("success()").replace("dependabot[bot]", "renovate[bot]"),
      module,
      `no ${all}`,
    ],
  ])("%s", (_, config, merge, change, expected) => {
    const files = {
      ".github/dependabot.yml": config,
      ...(merge === null ? {} : { ".github/workflows/merge.yml": merge }),
    };
    expect(answer(files, change)).toBe(expected);
  });
});

test("a workflow merges what Renovate only proposes, but not what it does not propose", () => {
  const merge = { ".github/workflows/merge.yaml": workflow("success()").replace("dependabot[bot]", "renovate[bot]") };
  expect(answer({ ...renovate({}), ...merge })).toBe(`yes ${all}`);
  expect(answer({ ...renovate({ major: { enabled: false } }), ...merge })).toBe("yes minor,patch");
});

test("no configuration, no bot", () => {
  expect(bots({ ".github/workflows/merge.yml": workflow("success()") })).toEqual({ bots: [], problems: [] });
});

test.each([
  ["a", [], false],
  ["a", ["*"], true],
  ["a/b", ["*"], true],
  ["a/b", ["a/*"], true],
  ["a/b/c", ["a/*"], false],
  ["a/b/c", ["a/**"], true],
  ["A", ["a"], true],
  ["abc", ["/B/i"], true],
  ["abc", ["/B/"], false],
  ["abc", ["!/b/"], false],
  ["abc", ["!x", "!y"], true],
  ["abc", ["a*", "!abc"], false],
  ["abc", ["/(a|b)*c/"], undefined],
  ["abc", ["/(/"], undefined],
  ["abc", ["/(a|b)*c/", "abc"], true],
  ["abc", ["/(a|b)*c/", "!abc"], false],
  ["a".repeat(400), ["a*"], undefined],
  ["{a}", ["{a,b}{c,d}{e,f}"], undefined],
])("%j fits %j: %s", (text, patterns, expected) => {
  expect(fitsPatterns(text, patterns)).toBe(expected);
});
