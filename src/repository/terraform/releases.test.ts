import { expect, test } from "vitest";
import { treeOf } from "../../../test/builders/tree.ts";
import { isKnown, type Told } from "../../model/told.ts";
import { readRepository } from "../read.ts";

/** `address namespace/name chart [images]` of each release; `?` for what could not be told, `(off)` where it is switched off. */
function releasesOf(files: Record<string, string>): readonly string[] {
  return readRepository(treeOf(files)).releases.map(({ id, chart, deployed, images }) => {
    const source = isKnown(chart) ? JSON.stringify(chart.known) : `? (${chart.unknown.code})`;
    const off = isKnown(deployed) && !deployed.known ? " (off)" : "";
    const references = images.map(({ reference }) => shown(reference)).join(", ");
    return `${id.address}${off} ${shown(id.namespace)}/${shown(id.name)} ${source}${references === "" ? "" : ` [${references}]`}`;
  });
}

function shown(told: Told<string>): string {
  return isKnown(told) ? told.known : "?";
}

const release =
  'resource "helm_release" "app" {\n  name = "app"\n  chart = "app"\n  repository = "https://charts.example.org"\n}\n';
const served = '{"kind":"repository","repository":"https://charts.example.org","chart":"app"}';

test.each([
  [
    "behind a call that count switches off",
    {
      "main.tf": 'module "a" {\n  source = "./modules/a"\n  count = 0\n}\n',
      "modules/a/main.tf": release,
    },
    [`.:module.a[0].helm_release.app (off) default/app ${served}`],
  ],
  [
    "behind a call of a call whose for_each is empty",
    {
      "main.tf": 'module "a" {\n  source = "./modules/a"\n  for_each = {}\n}\n',
      "modules/a/main.tf": 'module "b" {\n  source = "../b"\n}\n',
      "modules/b/main.tf": release,
    },
    [`.:module.a[?].module.b.helm_release.app (off) default/app ${served}`],
  ],
  [
    "switched off by count, in a namespace that the same flag switches off",
    {
      "main.tf": [
        'variable "on" {\n  default = false\n}',
        'resource "kubernetes_namespace" "apps" {\n  count = var.on ? 1 : 0\n  metadata {\n    name = "apps"\n  }\n}',
        'resource "helm_release" "app" {\n  count = var.on ? 1 : 0\n  name = "app"\n  chart = "app"\n  repository = "https://charts.example.org"\n  namespace = kubernetes_namespace.apps.*.metadata.0.name[count.index]\n}\n',
      ].join("\n"),
    },
    [`.:helm_release.app[0] (off) apps/app ${served}`],
  ],
  [
    "of a module whose source is a local",
    {
      "main.tf": 'locals {\n  modules = "./modules"\n}\nmodule "a" {\n  source = "${local.modules}/a"\n}\n',
      "modules/a/main.tf": release,
    },
    [`.:module.a.helm_release.app default/app ${served}`],
  ],
])("a release %s is read", (_, files, expected) => {
  expect(releasesOf(files)).toEqual(expected);
});

const chartAt = (chart: string, more = "") =>
  `resource "helm_release" "app" {\n  name = "app"\n  chart = ${chart}\n${more}}\n`;

test.each([
  [
    "a directory without ./",
    chartAt('"charts/app"'),
    { "s/charts/app/Chart.yaml": "name: app\n" },
    '{"kind":"local","path":"s/charts/app"}',
  ],
  [
    "a directory that has the name of a served chart: Helm takes it first",
    chartAt('"app"', '  repository = "https://charts.example.org"\n'),
    { "s/app/Chart.yaml": "name: app\n" },
    '{"kind":"local","path":"s/app"}',
  ],
  [
    "a directory of the module",
    chartAt('"${path.module}/app"'),
    { "s/app/Chart.yaml": "name: app\n" },
    '{"kind":"local","path":"s/app"}',
  ],
  [
    "a directory that repository and chart name together",
    chartAt('"app"', '  repository = "./charts"\n'),
    { "s/charts/app/Chart.yaml": "name: app\n" },
    '{"kind":"local","path":"s/charts/app"}',
  ],
  [
    "an archive in the repository",
    chartAt('"./app-1.0.0.tgz"'),
    { "s/app-1.0.0.tgz": "x" },
    '{"kind":"local","path":"s/app-1.0.0.tgz"}',
  ],
  ["a path that the repository does not have", chartAt('"./charts/app"'), {}, "? (file-not-in-repository)"],
  ["a path out of the repository", chartAt('"../../charts/app"'), {}, "? (file-not-in-repository)"],
  ["an absolute path", chartAt('"/srv/charts/app"'), {}, "? (file-not-in-repository)"],
  [
    "the runner's own repository list",
    chartAt('"bitnami/app"'),
    {},
    '{"kind":"repository","repository":null,"chart":"bitnami/app"}',
  ],
])("a chart is %s", (_, main, more, expected) => {
  expect(releasesOf({ "s/main.tf": main, ...more })).toEqual([`s:helm_release.app default/app ${expected}`]);
});

test("a local chart's own values stand below those of the release", () => {
  const main = chartAt('"./app"', '  values = [yamlencode({ web = { image = { tag = "2.1.0" } } })]\n');
  const values =
    "web:\n  image:\n    repository: ghcr.io/example/web\n    tag: 2.0.0\nsidecar:\n  image: ghcr.io/example/sidecar:1.4.2\n";
  expect(releasesOf({ "main.tf": main, "app/Chart.yaml": "name: app\n", "app/values.yaml": values })).toEqual([
    '.:helm_release.app default/app {"kind":"local","path":"app"} [ghcr.io/example/web:2.1.0, ghcr.io/example/sidecar:1.4.2]',
  ]);
});

test.each([
  ["a name alone is one of hashicorp", '"helm"', "hashicorp/helm"],
  ["a host is left out", '"registry.terraform.io/hashicorp/helm"', "hashicorp/helm"],
])("providers: %s", (_, source, expected) => {
  const settings = `terraform {\n  required_providers {\n    helm = {\n      source = ${source}\n      version = "~> 2.9"\n    }\n  }\n}\n`;
  const [stack] = readRepository(treeOf({ "main.tf": settings })).stacks;
  expect(stack?.providers.map((fact) => [fact.source, fact.constraints.map(({ text }) => text)])).toEqual([
    [expected, ["~> 2.9"]],
  ]);
});

test("an override file replaces the requirement of each provider that it names", () => {
  const requires = (providers: string) => `terraform {\n  required_providers {\n${providers}  }\n}\n`;
  const [stack] = readRepository(
    treeOf({
      "main.tf": requires('    helm = "3.0.2"\n    aws = "5.0.0"\n'),
      "z_override.tf": requires('    helm = ">= 2.0"\n'),
    }),
  ).stacks;
  expect(stack?.providers.map((fact) => [fact.source, fact.constraints.map(({ text }) => text)])).toEqual([
    ["hashicorp/helm", [">= 2.0"]],
    ["hashicorp/aws", ["5.0.0"]],
  ]);
});

test.each<[string, Record<string, string>, string[]]>([
  ["as traversals", { "main.tf": lifecycle("ignore_changes = [version, values]") }, ["version", "values"]],
  ["as texts", { "main.tf": lifecycle('ignore_changes = ["version"]') }, ["version"]],
  ["as a keyword", { "main.tf": lifecycle("ignore_changes = all") }, ["all"]],
  [
    "in JSON",
    { "main.tf.json": '{"resource":{"helm_release":{"app":{"lifecycle":{"ignore_changes":["version"]}}}}}' },
    ["version"],
  ],
  [
    "as a keyword in JSON",
    { "main.tf.json": '{"resource":{"helm_release":{"app":{"lifecycle":{"ignore_changes":"all"}}}}}' },
    ["all"],
  ],
  [
    "below an override of something else",
    {
      "main.tf": lifecycle("ignore_changes = [version]"),
      "override.tf": lifecycle("prevent_destroy = true"),
    },
    ["version"],
  ],
  [
    "in an override",
    { "main.tf": lifecycle("ignore_changes = [version]"), "override.tf": lifecycle("ignore_changes = []") },
    [],
  ],
])("ignore_changes %s", (_, files, expected) => {
  expect(readRepository(treeOf(files)).releases.map(({ ignoreChanges }) => ignoreChanges)).toEqual([expected]);
});

function lifecycle(argument: string): string {
  return `resource "helm_release" "app" {\n  lifecycle {\n    ${argument}\n  }\n}\n`;
}

const imageValues = '  values = [yamlencode({ image = "a/b@sha256:SHA" })]\n'.replace("SHA", "0".repeat(64));

test.each([
  ["set from a variable", "  set = var.extra\n"],
  ["an item from a variable", "  set = [var.extra]\n"],
  ["a name from a variable", '  set = [{ name = var.extra, value = "x" }]\n'],
  [
    "blocks over a variable",
    '  dynamic "set" {\n    for_each = var.extra\n    content {\n      name = set.key\n      value = set.value\n    }\n  }\n',
  ],
  ["the value of the image", '  set {\n    name = "image"\n    value = var.extra\n  }\n'],
  ["set_sensitive", "  set_sensitive = var.extra\n"],
  ["set_list", "  set_list = var.extra\n"],
  ["a secret that is written", '  set_sensitive = [{ name = "image", value = "hunter2" }]\n'],
  ["a secret in a block", '  set_sensitive {\n    name = "image"\n    value = "hunter2"\n  }\n'],
  ["a write-only value", '  set_wo = [{ name = "image", value = "hunter2" }]\n'],
])("an image of the values is not told under %s that is not known", (_, set) => {
  const main = `variable "extra" {}\n${chartAt('"app"', `  repository = "https://charts.example.org"\n${imageValues}${set}`)}`;
  expect(releasesOf({ "main.tf": main })).toEqual([`.:helm_release.app default/app ${served} [?]`]);
});

test("nothing of a release leads to the line of a secret", () => {
  const secret = '  set_sensitive = [\n    { name = "image.tag", value = "hunter2" },\n  ]\n';
  const main = chartAt('"app"', `  repository = "https://charts.example.org"\n${secret}`);
  const { releases } = readRepository(treeOf({ "main.tf": main }));
  expect(releases).toMatchObject([
    { images: [{ path: "image", reference: { unknown: { code: "sensitive", at: [] } } }] },
  ]);
});

test("an image of the values is told under a set of something else", () => {
  const set = '  set = [{ name = "replicas", value = "2" }]\n';
  const main = chartAt('"app"', `  repository = "https://charts.example.org"\n${imageValues}${set}`);
  expect(releasesOf({ "main.tf": main })).toEqual([
    `.:helm_release.app default/app ${served} [a/b@sha256:${"0".repeat(64)}]`,
  ]);
});
