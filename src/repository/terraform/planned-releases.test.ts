import { expect, test } from "vitest";
import { treeOf } from "../../../test/builders/tree.ts";
import type { DeclaredRelease } from "../../model/release.ts";
import { isKnown, type Told } from "../../model/told.ts";
import { readRepository } from "../read.ts";
import { readPlan } from "./plan-file.ts";

interface Planned {
  /** Of the resource in its module: `helm_release.app`. */
  readonly address?: string;
  /** How the module writes the version, as `configuration` has it. */
  readonly written?: object;
  /** What is planned for the release. */
  readonly values?: object;
  readonly unknown?: object;
  readonly sensitive?: object;
  /** How the call in the root writes the arguments. */
  readonly given?: object;
  readonly defaults?: object;
  readonly variables?: object;
  readonly providers?: object;
}

const call = 'module "addons" {\n  source  = "example/addons/kubernetes"\n  version = "1.4.0"\n}\n';
const resource = "module.addons.helm_release.app";

function planOf({
  address = resource,
  written,
  values = { version: "1.2.3" },
  unknown = {},
  sensitive = {},
  given = {},
  defaults = {},
  variables = {},
  providers = {},
}: Planned): string {
  const expressions = written === undefined ? {} : { version: written };
  const module = { resources: [{ address: "helm_release.app", expressions }], variables: defaults };
  const planned = {
    address,
    mode: "managed",
    type: "helm_release",
    values: { name: "app", namespace: "sys", chart: "app", repository: "https://charts.example.org", ...values },
    sensitive_values: sensitive,
  };
  return JSON.stringify({
    format_version: "1.2",
    variables,
    planned_values: { root_module: { child_modules: [{ address: "module.addons", resources: [planned] }] } },
    resource_changes: [{ address, change: { actions: ["create"], after_unknown: unknown } }],
    configuration: {
      root_module: { module_calls: { addons: { expressions: given, module } } },
      provider_config: providers,
    },
  });
}

function read(plan: string, files: Record<string, string> = { "main.tf": call }) {
  const answers = readPlan(plan, "plan.json");
  return readRepository(treeOf(files), { plans: answers === null ? [] : [answers] });
}

function shown(told: Told<string | null>): string {
  return isKnown(told) ? `${told.known} (${told.at.map(({ role }) => role ?? "call").join(", ")})` : told.unknown.text;
}

function only(releases: readonly DeclaredRelease[]): DeclaredRelease {
  const [release, ...more] = releases;
  if (release === undefined || more.length > 0) throw new Error(`${releases.length} releases`);
  return release;
}

test("a release of a module that is not in the repository, at the call", () => {
  const { releases, files } = read(planOf({ address: 'module.addons["a"].helm_release.app[0]' }));
  const { id, at, chart, plan } = only(releases);
  expect({ id, chart: isKnown(chart) && chart.known }).toEqual({
    id: {
      cluster: null,
      address: '.:module.addons["a"].helm_release.app[0]',
      name: expect.objectContaining({ known: "app" }),
      namespace: expect.objectContaining({ known: "sys" }),
    },
    chart: { kind: "repository", repository: "https://charts.example.org", chart: "app" },
  });
  expect([at, plan].map((span) => files[span?.file ?? -1]?.path)).toEqual(["main.tf", "plan.json"]);
});

test("the providers that its module requires are the stack's", () => {
  const helm = { full_name: "registry.terraform.io/hashicorp/helm", version_constraint: "~> 2.9" };
  const providers = { helm, "module.addons:helm": { ...helm, module_address: "module.addons" } };
  const { stacks, files } = read(planOf({ providers }));
  const facts = stacks.flatMap((stack) => stack.providers);
  expect(facts.map(({ source, constraints }) => [source, constraints.map(({ text }) => text)])).toEqual([
    ["hashicorp/helm", ["~> 2.9"]],
  ]);
  expect(facts.map(({ at }) => files[at.file]?.path)).toEqual(["main.tf"]);
});

const passed = { references: ["var.v"] };
const untold = "not whether it is pinned: the version is an expression of a module that is not in the repository";

test.each<[string, Planned, string]>([
  ["is absent where none is written, whatever resolved", {}, "null (plan, call)"],
  ["is absent where null is written", { written: { constant_value: null } }, "null (plan, call)"],
  [
    "is absent where none is written and it resolves at apply",
    { values: {}, unknown: { version: true } },
    "null (plan, call)",
  ],
  ["is the text that is written", { written: { constant_value: "1.2.3" } }, "1.2.3 (plan, call)"],
  ["is the range that is written", { written: { constant_value: "~> 1.0" } }, "~> 1.0 (plan, call)"],
  ["is what the call gives", { written: passed, given: { v: { constant_value: "1.2.3" } } }, "1.2.3 (plan, call)"],
  ["is the variable's default", { written: passed, defaults: { v: { default: "v1.2.3" } } }, "v1.2.3 (plan, call)"],
  [
    "is what a variable of the root gives",
    { written: passed, given: { v: { references: ["var.w"] } }, variables: { w: { value: "1.2.3" } } },
    "1.2.3 (plan, call)",
  ],
  [
    "is not told where another resolved than the variable gives",
    { written: passed, given: { v: { constant_value: "1.2.4" } } },
    `the plan shows what resolved, 1.2.3, ${untold}`,
  ],
  [
    "is not told where the variable is null: something else may stand in for it",
    { written: passed, defaults: { v: { default: null } } },
    `the plan shows what resolved, 1.2.3, ${untold}`,
  ],
  [
    "is not told where more than a variable decides",
    { written: { references: ["each.value.version", "each.value"] } },
    `the plan shows what resolved, 1.2.3, ${untold}`,
  ],
  [
    "is unknown where the plan knows it at apply only",
    { written: { references: ["random_pet.v.id"] }, values: {}, unknown: { version: true } },
    "the plan says that it is known only at apply",
  ],
  [
    "is unknown where the plan hides it",
    { written: passed, defaults: { v: { default: "1.2.3" } }, sensitive: { version: true } },
    "the plan says that it is sensitive: it is not read",
  ],
])("the version %s", (_, planned, expected) => {
  expect(shown(only(read(planOf(planned)).releases).version)).toBe(expected);
});

test("values that are known only at apply are unknown, and others are read", () => {
  const values = { values: ["image:\n  repository: nginx\n  tag: latest\n"], set: [{ name: "sidecar.image.tag" }] };
  const unknown = { set: [{ value: true }] };
  const { images } = only(read(planOf({ values, unknown })).releases);
  expect(images.map(({ reference }) => (isKnown(reference) ? reference.known : reference.unknown.text))).toContain(
    "nginx:latest",
  );
});

test("what the repository declares is read from there, and a plan of another revision adds nothing", () => {
  const local = { "main.tf": 'module "addons" {\n  source = "./m"\n}\n', "m/main.tf": "locals {}\n" };
  expect(read(planOf({}), local).releases).toEqual([]);
  expect(read(planOf({}), { "main.tf": call.replace("addons", "others") }).releases).toEqual([]);
});

test.each([
  [
    "nothing here",
    { "a/main.tf": 'module "other" {\n  source = "a/b/c"\n}\n' },
    "declares nothing that a stack here declares",
  ],
  ["two stacks alike", { "a/main.tf": call, "b/main.tf": call }, "fits a, b alike"],
])("a plan that fits %s is not used, and that is said", (_, files, expected) => {
  const { releases, problems } = read(planOf({}), files);
  expect(releases).toEqual([]);
  expect(problems.map(({ code, path, text }) => `${code} ${path} ${text}`)).toEqual([
    expect.stringMatching(`^STATE002 plan.json the plan ${expected}`),
  ]);
});

test("of stacks that share as much, the plan belongs to the one that declares nothing else", () => {
  const more = `${call}module "more" {\n  source = "a/b/c"\n}\n`;
  expect(only(read(planOf({}), { "a/main.tf": more, "b/main.tf": call }).releases).id.address).toBe(`b:${resource}`);
});

test("a data source that is read again at apply: its old values are not believed", () => {
  const data = { address: "data.http.v", mode: "data", type: "http" };
  const main = 'data "http" "v" {}\nresource "helm_release" "app" {\n  version = try(data.http.v.body, "1.0.0")\n}\n';
  const plan = {
    format_version: "1.2",
    planned_values: { root_module: { resources: [{ ...data, values: {} }] } },
    prior_state: { values: { root_module: { resources: [{ ...data, values: { body: "9.9.9" } }] } } },
    resource_changes: [{ address: "data.http.v", change: { actions: ["read"], after_unknown: { body: true } } }],
    configuration: { root_module: { resources: [{ address: "helm_release.app" }] } },
  };
  const { releases } = read(JSON.stringify(plan), { "main.tf": main });
  expect(shown(only(releases).version)).toBe("the plan says that it is known only at apply");
});
