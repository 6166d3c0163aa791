import { expect, test } from "vitest";
import { treeOf } from "../../../test/builders/tree.ts";
import { readRepository } from "../read.ts";

/** The problems, each with its code and place, and the calls by the kind of their source. */
function calledIn(files: Record<string, string>): readonly string[] {
  const { problems, modules, files: read } = readRepository(treeOf(files));
  return [
    ...problems.map(
      ({ code, path, text, at }) => `${code} ${path}:${lineOf(read[at?.file ?? -1]?.text, at?.start)} ${text}`,
    ),
    ...modules.map(({ stack, address, source }) => `${stack} ${address}: ${source.kind}`),
  ];
}

function lineOf(text = "", offset = 0): number {
  return text.slice(0, offset).split("\n").length;
}

const variable = 'variable "a" {}\n';

test.each([
  [
    "a folder of the repository",
    { "main.tf": 'module "a" {\n  source = "./a"\n}\n', "a/main.tf": variable },
    [". module.a: local"],
  ],
  [
    "a folder that is not there",
    { "s/main.tf": '\nmodule "a" {\n  source = "./nope"\n}\n' },
    [
      "HCL005 s/main.tf:2 the source of module.a leads to s/nope, where no configuration was found: not seen",
      "s module.a: unknown",
    ],
  ],
  [
    "a folder without configuration, behind a variable, called from two places",
    {
      "main.tf": 'module "a" {\n  source = "./m"\n}\nmodule "b" {\n  source = "./m"\n}\n',
      "m/main.tf": 'variable "w" {\n  default = "./notes"\n}\nmodule "n" {\n  source = var.w\n}\n',
      "m/notes/README.md": "",
    },
    [
      "HCL005 m/main.tf:4 the source of module.n leads to m/notes, where no configuration was found: not seen",
      ". module.a: local",
      ". module.b: local",
      "m module.n: unknown",
    ],
  ],
  [
    "a folder outside of the repository",
    { "main.tf": 'module "a" {\n  source = "../../outside"\n}\n' },
    ["HCL005 main.tf:1 the source of module.a leads out of what was read: not seen", ". module.a: unknown"],
  ],
  ["a registry, which is no problem", { "main.tf": 'module "a" {\n  source = "x/y/z"\n}\n' }, [". module.a: registry"]],
  [
    "a unit's source that is not there",
    { "live/a/terragrunt.hcl": 'terraform {\n  source = "../../nope//x"\n}\n' },
    [
      "HCL005 live/a/terragrunt.hcl:2 the source of terraform.source leads to nope/x, where no configuration was found: not seen",
      "live/a terraform.source: unknown",
    ],
  ],
  [
    "units and stacks, of which some are there",
    {
      "live/terragrunt.stack.hcl": [
        'unit "a" {\n  source = "../units/a"\n}',
        'unit "b" {\n  source = "../units/b"\n}',
        'stack "c" {\n  source = "../stacks/c"\n}',
        'stack "d" {\n  source = "../units/a"\n}\n',
      ].join("\n"),
      "units/a/terragrunt.hcl": "",
      "stacks/c/terragrunt.stack.hcl": "",
    },
    [
      "HCL005 live/terragrunt.stack.hcl:5 the source of unit.b leads to units/b, where no configuration was found: not seen",
      "HCL005 live/terragrunt.stack.hcl:11 the source of stack.d leads to units/a, where no configuration was found: not seen",
      "live unit.a: local",
      "live unit.b: unknown",
      "live stack.c: local",
      "live stack.d: unknown",
    ],
  ],
])("a source leads to %s", (_, files, expected) => {
  expect(calledIn(files)).toEqual(expected);
});

const generates = (name: string, contents: string) =>
  `generate "${name}" {\n  path = "${name}.tf"\n  if_exists = "overwrite"\n  contents = <<EOF\n${contents}EOF\n}\n`;
const release =
  'resource "helm_release" "gen" {\n  name = "gen"\n  chart = "gen"\n  repository = "https://charts.example"\n}\n';
const provider = 'terraform {\n  required_providers {\n    helm = { source = "hashicorp/helm" }\n  }\n}\n';

test.each([
  ["nothing", { "a/terragrunt.hcl": generates("x", release) }, ["a:helm_release.gen"]],
  [
    "nothing, by a file that is included",
    {
      "a/terragrunt.hcl": 'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\n',
      "root.hcl": generates("x", release),
    },
    ["a:helm_release.gen"],
  ],
  [
    "a module that is elsewhere",
    {
      "a/terragrunt.hcl": `terraform {\n  source = "git::https://git.example/m.git?ref=v1"\n}\n${generates("x", release)}`,
    },
    ["a:helm_release.gen"],
  ],
  ["nothing, where it declares a provider only", { "a/terragrunt.hcl": generates("x", provider) }, []],
])("Terragrunt generates beside %s", (_, files, expected) => {
  const { releases, stacks } = readRepository(treeOf(files));
  expect(releases.map(({ id }) => id.address)).toEqual(expected);
  expect(stacks).toHaveLength(expected.length);
});
