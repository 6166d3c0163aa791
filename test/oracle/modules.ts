import type { Value } from "../../src/repository/value.ts";
import { whyUnknown } from "../../src/repository/value-tree.ts";
import { rootOf, type Tally } from "./conformance.ts";
import { inDirectory, runTofu } from "./console.ts";
import { difference, parseJson, type Json } from "./expected.ts";
import { Expressions, type Names } from "./expressions.ts";
import { fixtureFiles } from "./fixture.ts";
import { Random } from "./random.ts";

/** Modules in one plan: it grows faster than linearly. */
const batchSize = 100;

/** Compares the outputs of generated modules, called from one root, with `tofu plan`. */
export function checkModules(count: number, seed: number, tally: Tally): void {
  const random = new Random(seed);
  for (let done = 0; done < count; done += batchSize) {
    const files = generatedRoot(random, Math.min(batchSize, count - done));
    compareRoot(files, tally);
  }
}

function compareRoot(files: ReadonlyMap<string, string>, tally: Tally): void {
  const planned = plannedOutputs(files);
  const root = rootOf(files);
  for (const [name, outputs] of planned) {
    const own = root.output(name);
    if (!(outputs instanceof Map) || own.kind !== "mapping") {
      tally.wrong.push(`${name}: not told as outputs of a module\n${files.get(`cases/${name}/main.tf`) ?? ""}`);
      continue;
    }
    const answers: ReadonlyMap<string, Json> = outputs;
    for (const [output, answer] of answers) {
      const value: Value = own.entries.get(output) ?? { kind: "null", at: [] };
      record(value, answer, `${name}.${output}`, files.get(`cases/${name}/main.tf`) ?? "", tally);
    }
  }
}

function record(value: Value, answer: Json, name: string, text: string, tally: Tally): void {
  const wrong = difference(value, answer);
  const reason = whyUnknown(value);
  if (wrong !== undefined) tally.wrong.push(`${name}: ${wrong}\n${text}`);
  else if (reason === undefined) tally.agreed += 1;
  else if (value.kind !== "unknown") tally.agreedInPart += 1;
  else if (answer === "!") tally.refused += 1;
  else tally.unknown.set(reason.code, (tally.unknown.get(reason.code) ?? 0) + 1);
}

function plannedOutputs(files: ReadonlyMap<string, string>): ReadonlyMap<string, Json> {
  return inDirectory(files, (directory) => {
    const init = runTofu(directory, ["init", "-backend=false", "-no-color"]);
    if (init.status !== 0) throw new Error(`tofu init: ${init.errors.slice(0, 3000)}`);
    const plan = runTofu(directory, [
      "plan",
      "-refresh=false",
      "-lock=false",
      "-input=false",
      "-no-color",
      "-out=plan",
    ]);
    if (plan.status !== 0) throw new Error(`tofu plan: ${plan.errors.slice(0, 3000)}`);
    const shown = parseJson(runTofu(directory, ["show", "-json", "plan"]).output);
    const outputs = member(member(shown, "planned_values"), "outputs");
    if (!(outputs instanceof Map)) throw new Error("the plan has no outputs");
    const answers: ReadonlyMap<string, Json> = outputs;
    return new Map([...answers].map(([name, output]) => [name, member(output, "value")]));
  });
}

function member(json: Json, name: string): Json {
  return json instanceof Map ? ((json as ReadonlyMap<string, Json>).get(name) ?? null) : null;
}

interface Input {
  readonly type: string;
  readonly values: readonly string[];
  readonly kind: keyof Names;
  /** How its parts are reached. */
  readonly parts: readonly string[];
}

const inputs: readonly Input[] = [
  { type: "string", values: ['"s"', "5", "true", "var.r_text", '"${var.r_text}-x"'], kind: "text", parts: [""] },
  { type: "string", values: ["null", '"t"'], kind: "text", parts: [""] },
  { type: "number", values: ["3", '"4.50"', "var.r_number", "1/3"], kind: "number", parts: [""] },
  {
    type: "list(string)",
    values: ['["a", 1, true]', 'toset(["q", "p"])', "var.r_list", "[]"],
    kind: "list",
    parts: [""],
  },
  { type: "set(string)", values: ['["b", "a", "b"]', "var.r_list"], kind: "list", parts: [""] },
  { type: "map(string)", values: ['{ a = 1, b = "x" }', "var.r_map", "{}"], kind: "mapping", parts: [""] },
  {
    type: "any",
    values: ['{ a = [1, "2"], b = null }', '{ name = "n", n = "1" }', "var.r_any"],
    kind: "mapping",
    parts: [""],
  },
  {
    type: 'object({ name = string, n = optional(number, 1), list = optional(list(string), ["d"]) })',
    values: ['{ name = "o" }', '{ name = 1, n = "2", extra = true }', '{ name = "l", list = [1, 2] }'],
    kind: "mapping",
    parts: ["", ".name", ".list"],
  },
  {
    type: "list(object({ name = string, on = optional(bool, true) }))",
    values: ['[{ name = "one" }, { name = "two", on = false }]', "[]"],
    kind: "list",
    parts: ["", "[*].name"],
  },
  {
    type: 'map(object({ v = optional(string, "dv"), deep = optional(object({ x = optional(number, 3) }), {}) }))',
    values: ["{ k = {}, l = { v = 1 } }", '{ k = { deep = { x = "9" } } }', "{}"],
    kind: "mapping",
    parts: [""],
  },
  { type: "tuple([string, number])", values: ['["a", "1"]', "[true, 2]"], kind: "list", parts: ["", "[*]"] },
];

function generatedRoot(random: Random, count: number): ReadonlyMap<string, string> {
  const files = new Map<string, string>(sharedFiles);
  const root: string[] = [rootVariables];
  for (let index = 0; index < count; index += 1) {
    const name = `c${String(index).padStart(4, "0")}`;
    const { text, call } = generatedCase(random);
    files.set(`cases/${name}/main.tf`, text);
    root.push(
      `module "${name}" {\n  source = "./cases/${name}"\n${call}}\noutput "${name}" {\n  value     = module.${name}\n  sensitive = true\n}\n`,
    );
  }
  files.set("main.tf", root.join("\n"));
  return files;
}

const rootVariables = `
variable "r_text" {
  default = "root default"
}
variable "r_number" {
  type    = number
  default = "12.50"
}
variable "r_list" {
  type    = list(string)
  default = ["x", 2]
}
variable "r_map" {
  type    = map(string)
  default = { k1 = "v1" }
}
variable "r_any" {
  default = { a = { b = "c" } }
}
`;

const sharedFiles: ReadonlyMap<string, string> = new Map([
  ...[...fixtureFiles].filter(([path]) => path !== "main.tf"),
  ["terraform.tfvars", 'r_text = "from tfvars"\nr_any = { a = "tfvars", name = "z" }\n'],
  ["b.auto.tfvars", 'r_list = ["auto", "b"]\n'],
  [
    "child/main.tf",
    `
variable "name" {
  type = string
}
variable "value" {
  default = null
}
variable "settings" {
  type = object({
    version = optional(string, "0.0.1")
    tags    = optional(map(string), {})
  })
  default  = {}
  nullable = false
}
locals {
  label = "\${var.name}-\${var.settings.version}"
  doc = <<-EOT
    name: \${local.label}
    tags:
    %{ for key, tag in var.settings.tags ~}
      \${key}: "\${tag}"
    %{ endfor ~}
      end: 1
  EOT
}
output "label" {
  value = local.label
}
output "doc" {
  value = try(yamldecode(local.doc), "!")
}
output "value" {
  value = jsonencode(var.value)
}
output "merged" {
  value = merge(var.settings.tags, { label = local.label })
}
`,
  ],
]);

function generatedCase(random: Random): { text: string; call: string } {
  const chosen = random.several(2, 4, () => random.pick(inputs));
  const names: Record<keyof Names, string[]> = { text: ["path.module"], number: [], list: [], mapping: [] };
  let call = "";
  const lines: string[] = [];
  chosen.forEach(({ type, values, kind, parts }, index) => {
    const name = `v${index}`;
    const own = values.filter((value) => !value.includes("var."));
    const isGiven = random.chance(0.6);
    if (isGiven) call += `  ${name} = ${random.pick(values)}\n`;
    const nullable = random.chance(0.2) ? "  nullable = false\n" : "";
    const standard = own.filter((value) => nullable === "" || value !== "null");
    lines.push(
      `variable "${name}" {\n  type = ${type}\n  default = ${random.pick(standard.filter((value) => !/[(/]/.test(value)))}\n${nullable}}`,
    );
    for (const part of parts) names[kind].push(`var.${name}${part}`);
  });
  const locals = random.several(1, 4, () => random.pick(["text", "number", "list", "mapping"] as const));
  lines.push("locals {");
  locals.forEach((kind, index) => {
    const expression = oneOf(random, names, kind);
    lines.push(`  l${index} = try(${expression}, ${fallbacks[kind]})`);
    names[kind].push(`local.l${index}`);
  });
  lines.push(
    `  doc = <<-EOT\n    a: \${jsonencode(try(${oneOf(random, names, "text")}, "!"))}\n    %{ if ${new Expressions(random, false, { text: [], number: [], list: [], mapping: [] }).bool(0)} }b: 1%{ else }c: 2%{ endif }\n    list:\n      - x\n      - \${length([1, 2])}\n  EOT`,
  );
  lines.push("}");
  names.mapping.push("yamldecode(local.doc)", 'yamldecode(file("values.yaml"))');
  lines.push(childCall(random, names));
  names.mapping.push("module.child");
  random
    .several(2, 4, () => random.pick(["text", "number", "list", "mapping"] as const))
    .forEach((kind, index) => {
      lines.push(`output "o${index}" {\n  value = try(jsonencode({ v = ${oneOf(random, names, kind)} }), "!")\n}`);
    });
  lines.push('output "children" {\n  value = module.child\n}');
  return { text: `${lines.join("\n")}\n`, call };
}

const fallbacks: Readonly<Record<keyof Names, string>> = { text: '"fallback"', number: "0", list: "[]", mapping: "{}" };

function oneOf(random: Random, names: Names, kind: keyof Names): string {
  for (;;) {
    const expressions = new Expressions(random, false, names);
    const depth = 1 + random.below(3);
    const text =
      kind === "text"
        ? expressions.text(depth)
        : kind === "number"
          ? expressions.number(depth)
          : kind === "list"
            ? expressions.list(depth)
            : expressions.mapping(depth);
    if (text.length < 800) return text;
  }
}

function childCall(random: Random, names: Names): string {
  const settings = random.pick(["{}", '{ version = "9" }', '{ tags = { a = 1, b = "two" } }', "null"]);
  const repetition = random.pick([
    '  for_each = { one = 1, two = "b" }\n  name = each.key\n  value = each.value\n',
    '  for_each = toset(["p", "q"])\n  name = "${each.key}-${each.value}"\n',
    "  count = 2\n  name = count.index\n",
    `  name = "only"\n  value = try(${oneOf(random, names, "mapping")}, null)\n`,
    "  for_each = { for k, v in { a = 1, b = 2 } : k => v if v > 1 }\n  name = each.key\n",
  ]);
  return `module "child" {\n  source = "../../child"\n${repetition}  settings = ${settings}\n}`;
}
