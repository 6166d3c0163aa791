import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { repositoryFolder, writeInside } from "./repository-folder.ts";

/** A release without a version, which is always found: `apps/NAME has no chart version`. `more` are further lines of its block. */
export function looseRelease(name: string, more = ""): string {
  return `resource "helm_release" "${name}" {
  name       = "${name}"
  namespace  = "apps"
  repository = "https://charts.example.org"
  chart      = "${name}"
${more}}
`;
}

/** A workload whose tag moves, which is always found. */
export function looseWorkload(name: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: apps}
spec: {template: {spec: {containers: [{name: a, image: "nginx:latest"}]}}}
`;
}

/** Terminal escapes, line ends and direction marks, as far as a file name may hold them. */
const hostileName = "a\n\u001b[31mb\rholdfast: OK\u202e\u009b1m";

const nesting = 100_000;
const brackets = `${"[".repeat(nesting)}${"]".repeat(nesting)}`;
const gitCrypt = Buffer.from("\0GITCRYPT\0\x8f\xff\x10\x99", "latin1");
const sops = (value: string): string => `version: ${value}\nsops:\n    mac: ${encrypted}\n    version: 3.8.1\n`;
const encrypted = "ENC[AES256_GCM,data:YWJj,iv:ZA==,tag:ZQ==,type:str]";
const fromFile = (name: string, expression: string): string => looseRelease(name, `  version    = ${expression}\n`);

/** Each value twice as large as the one before. */
function doubling(name: string, value: (before: string) => string): string {
  return Array.from({ length: 40 }, (_, index) => `  ${name}${index + 1} = ${value(`local.${name}${index}`)}\n`).join(
    "",
  );
}

const bomb = `locals {
  text0 = "xxxxxxxxxx"
  list0 = [1, 2]
  tree0 = 1
${doubling("text", (before) => `"\${${before}}\${${before}}"`)}${doubling("list", (before) => `concat(${before}, ${before})`)}${doubling("tree", (before) => `[${before}, ${before}]`)}}
${fromFile("text", "local.text40")}${fromFile("list", 'join(",", local.list40)')}${fromFile("tree", "jsonencode(local.tree40)")}
${fromFile("equal", "local.tree40 == local.tree40 ? 1 : 2")}${fromFile("loops", "[for i in range(100000) : [for j in range(100000) : i]]")}
${fromFile("format", 'format("%1000000000d", 1)')}${fromFile("number", "1e1000000000")}${looseRelease("many", "  count      = 1000000000\n")}`;

const aliases = Array.from(
  { length: 12 },
  (_, index) => `a${index + 1}: &a${index + 1} [${Array(10).fill(`*a${index}`).join(", ")}]\n`,
).join("");

/** A chain of modules each of which calls the next one twice. */
function doublingModules(): Record<string, string> {
  const body = (level: number): string =>
    level === 16
      ? looseRelease("bottom")
      : ["x", "y"].map((name) => `module "${name}" {\n  source = "../${level + 1}"\n}\n`).join("");
  return Object.fromEntries(Array.from({ length: 17 }, (_, level) => [`modules/${level}/main.tf`, body(level)]));
}

const files: Readonly<Record<string, string | Uint8Array>> = {
  "good/main.tf": looseRelease("good"),
  "good/app.yaml": looseWorkload("good"),
  "hcl-broken/main.tf": `${looseRelease("before")}\nresource "helm_release" "torn" {\n  name = \n}\n${looseRelease("after")}`,
  "hcl-open/main.tf": `resource "helm_release" "open" {\n  name = "open"\n\n${looseRelease("next")}`,
  "yaml-broken/a.yaml": `${looseWorkload("ahead")}---\nkind: Deployment\nimage: [\n---\n${looseWorkload("behind")}`,
  "yaml-template/a.yaml": `kind: Deployment\nimage: {{ .Values.image }}\n{{- if .x }}\n`,
  "empty/main.tf": "",
  "empty/a.yaml": "",
  "empty/a.tf.json": "",
  "empty/terragrunt.hcl": "",
  "binary/main.tf": Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1]),
  "binary/a.yaml": "kind: Deployment\0image",
  "git-crypt/main.tf": gitCrypt,
  "git-crypt/a.yaml": gitCrypt,
  "git-crypt-value/main.tf": fromFile("gitcrypt", 'file("version")'),
  "git-crypt-value/version": gitCrypt,
  "sops/main.tf": fromFile("sops", 'yamldecode(file("secrets.yaml")).version'),
  "sops/secrets.yaml": sops(encrypted),
  "sops/app.yaml": looseWorkload("sops").replace("nginx:latest", encrypted),
  "utf8/main.tf": Buffer.concat([Buffer.from(looseRelease("utf8")), Buffer.from([0xc3, 0x28])]),
  "utf16/main.tf": Buffer.from(`\uFEFF${looseRelease("utf16")}`, "utf16le"),
  "utf16/a.yaml": Buffer.from(`\uFEFF${looseWorkload("utf16")}`, "utf16le").swap16(),
  "bom/main.tf": `\uFEFF${looseRelease("bom")}`,
  "bom/a.yaml": `\uFEFF${looseWorkload("bom")}`,
  "crlf/main.tf": looseRelease("crlf").replaceAll("\n", "\r\n"),
  "crlf/a.yaml": looseWorkload("crlf").replaceAll("\n", "\r\n"),
  "cycle-locals/main.tf": `locals {\n  a = local.b\n  b = local.a\n}\n${fromFile("locals", "local.a")}`,
  "cycle-variable/main.tf": `variable "v" {\n  default = var.v\n}\n${fromFile("variable", "var.v")}`,
  "cycle-self/main.tf": `module "me" {\n  source = "./"\n}\n${looseRelease("self")}`,
  "cycle-modules/a/main.tf": `module "b" {\n  source = "../b"\n}\n${looseRelease("in-a")}`,
  "cycle-modules/b/main.tf": `module "a" {\n  source = "../a"\n}\n${looseRelease("in-b")}`,
  "cycle-output/main.tf": `module "c" {\n  source = "./c"\n  v = module.c.v\n}\n${fromFile("output", "module.c.v")}`,
  "cycle-output/c/main.tf": `variable "v" {}\noutput "v" {\n  value = var.v\n}\n`,
  "cycle-terragrunt/a/terragrunt.hcl": `include "x" {\n  path = "../b/terragrunt.hcl"\n}\n`,
  "cycle-terragrunt/b/terragrunt.hcl": `include "x" {\n  path = "../a/terragrunt.hcl"\n}\nlocals {\n  x = read_terragrunt_config("terragrunt.hcl")\n}\n`,
  "type/main.tf": `${fromFile("list", "[1]")}${fromFile("sum", '"a" + 1')}${looseRelease("counted", '  count      = "x"\n')}`,
  "bomb/main.tf": bomb,
  "bomb/a.yaml": `kind: Deployment\nimage: x\na0: &a0 [x]\n${aliases}`,
  ...doublingModules(),
  "nest-hcl/main.tf": `${looseRelease("above")}\nlocals {\n  a = ${brackets}\n}\n${looseRelease("below")}`,
  "nest-blocks/main.tf": `${"a {\n".repeat(nesting)}${"}\n".repeat(nesting)}${looseRelease("after-blocks")}`,
  "nest-yaml/a.yaml": `${looseWorkload("above")}---\nkind: Deployment\nimage: ${brackets}\n---\n${looseWorkload("below")}`,
  "nest-yaml/b.yaml": `kind: Deployment\nimage: x\nb:\n  ${"- ".repeat(nesting)}x\n`,
  "nest-decode/main.tf": fromFile("decode", 'yamldecode(file("a.txt")).a'),
  "nest-decode/a.txt": `a: 1\nb: !x ${"- ".repeat(nesting)}x${"\n".repeat(nesting)}`,
  "nest-json/main.tf.json": `{"locals": {"a": ${brackets}}}`,
  "nest-json/b.tf.json": `{"locals": ${'{"a": '.repeat(nesting)}1${"}".repeat(nesting)}}`,
  "renovate.json": "[".repeat(nesting),
  "nest-state/terraform.tfstate": "[".repeat(nesting),
  "state-empty/terraform.tfstate": "",
  "state-torn/terraform.tfstate": '{"version": 4, "res',
  [`names/${hostileName}/main.tf`]: looseRelease("hostile"),
  [`names/${hostileName}/broken.tf`]: "resource {",
  [`names/${hostileName}.yaml`]: "kind: Deployment\nimage: [\n",
  "names/label/main.tf": looseRelease("l\\u001b[31m\\n\\u202e"),
  "names/__proto__/main.tf": looseRelease("proto"),
  "names/constructor/main.tf": looseRelease("constructor"),
  "state.json": JSON.stringify({
    version: 4,
    resources: [
      {
        mode: "managed",
        type: "helm_release",
        name: "hostile",
        instances: [{ attributes: { name: "hostile", namespace: "apps", version: "1.2.3" } }],
      },
    ],
  }),
  "..dots/main.tf": looseRelease("dots"),
  "twice/main.tf": `${fromFile("twice", '"1.0.0"')}${looseRelease("twice")}`,
  "twice/b.tf": "locals {\n  a = 1\n}\nlocals {\n  a = 2\n}\n",
  "line/main.tf": `locals {\n  a = "${"x".repeat(3_000_000)}"\n}\n${looseRelease("line")}`,
  "line/a.yaml": `${looseWorkload("line")}#${"x".repeat(3_000_000)}\n`,
  "suppressed/main.tf": `${"# holdfast: ignore[HELM001] until=2099-01-01 reason=x\n".repeat(5_000)}${looseRelease("suppressed")}`,
};

/** Links by path; all but `links/inside.tf` lead where nothing may be read. */
const links: Readonly<Record<string, string>> = {
  "links/loop.tf": "loop.tf",
  "links/one.tf": "two.tf",
  "links/two.tf": "one.tf",
  "links/passwd.tf": "/etc/passwd",
  "links/hostname.yaml": "../../../../../../../etc/hostname",
  "links/dangling.yaml": "nowhere",
  "links/zero.tf": "/dev/zero",
  "links/etc": "/etc",
  "links/here": ".",
  "links/inside.tf": "../good/main.tf",
};

/**
 * A folder with everything that may be wrong with an infrastructure repository, and a good release and a good
 * workload in it. It has a socket, so it has to be closed before the folder is removed.
 */
export async function badRepository(): Promise<{ root: string; socket: Server }> {
  const root = repositoryFolder(files);
  mkdirSync(join(root, "links"));
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(root, path));
  mkdirSync(join(root, "special"));
  execFileSync("mkfifo", [join(root, "special/main.tf"), join(root, "special/a.yaml")]);
  const socket = createServer();
  await new Promise<void>((resolve) => socket.listen(join(root, "special/socket.tf"), resolve));
  writeInside(root, "directory/main.tf/inner.tf", looseRelease("inner"));
  writeInside(root, `${"deep/".repeat(300)}main.tf`, looseRelease("deep"));
  for (const path of ["large/main.tf", "large/a.yaml"]) {
    writeInside(root, path, "");
    truncateSync(join(root, path), 50 * 1024 * 1024);
  }
  writeFileSync(
    Buffer.concat([Buffer.from(join(root, "names/")), Buffer.from([0xff, 0xfe]), Buffer.from(".tf")]),
    looseRelease("bytes"),
  );
  return { root, socket };
}
