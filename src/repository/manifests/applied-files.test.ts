import { expect, test } from "vitest";
import { treeOf } from "../../../test/builders/tree.ts";
import { isKnown } from "../../model/told.ts";
import { readRepository } from "../read.ts";

function app(name: string, image = "app:1.2.3"): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: apps }
spec: { template: { spec: { containers: [{ name: app, image: "${image}" }] } } }
`;
}

/** Address of each workload, and the file in which its image is written. */
function workloads(files: Record<string, string>, clusterOf?: (path: string) => string | null): readonly string[] {
  const repository = readRepository(treeOf(files), clusterOf === undefined ? {} : { clusterOf });
  return repository.workloads.map(({ id, images: [image] }) => {
    const origin = image !== undefined && isKnown(image.reference) ? image.reference.at.at(-1) : undefined;
    return `${id.address} in ${repository.files[origin?.file ?? -1]?.path ?? "?"}`;
  });
}

const read = 'file("${path.module}/../k/app.yaml")';

test.each<[string, string, Record<string, string>, readonly string[]]>([
  [
    "by nothing",
    'resource "kubectl_manifest" "a" {}',
    { "k/app.yaml": app("a") },
    ["k/app.yaml:Deployment/a in k/app.yaml"],
  ],
  [
    "as text",
    `resource "kubectl_manifest" "a" { yaml_body = ${read} }`,
    { "k/app.yaml": app("a") },
    ["s:kubectl_manifest.a in k/app.yaml"],
  ],
  [
    "as a tree",
    `resource "kubernetes_manifest" "a" { manifest = yamldecode(${read}) }`,
    { "k/app.yaml": app("a") },
    ["s:kubernetes_manifest.a in k/app.yaml"],
  ],
  [
    "as a tree with other parts",
    `resource "kubernetes_manifest" "a" { manifest = merge(yamldecode(${read}), { metadata = { name = "b" } }) }`,
    { "k/app.yaml": app("a") },
    ["s:kubernetes_manifest.a in k/app.yaml"],
  ],
  [
    "the files of a folder",
    `resource "kubectl_manifest" "all" {
      for_each  = fileset("\${path.module}/../k", "*.yaml")
      yaml_body = file("\${path.module}/../k/\${each.value}")
    }`,
    { "k/app.yaml": app("a"), "k/b.yaml": app("b") },
    ['s:kubectl_manifest.all["app.yaml"] in k/app.yaml', 's:kubectl_manifest.all["b.yaml"] in k/b.yaml'],
  ],
  [
    "the documents of a file, cut",
    `resource "kubectl_manifest" "all" {
      for_each  = { for index, text in split("---\\n", ${read}) : index => text }
      yaml_body = each.value
    }`,
    { "k/app.yaml": `${app("a")}---\n${app("b")}` },
    ['s:kubectl_manifest.all["0"] in k/app.yaml', 's:kubectl_manifest.all["1"] in k/app.yaml'],
  ],
  [
    "the first document of a file",
    `resource "kubectl_manifest" "a" { yaml_body = split("---\\n", ${read})[0] }`,
    { "k/app.yaml": `${app("a")}---\n${app("b")}` },
    ["s:kubectl_manifest.a in k/app.yaml", "k/app.yaml:Deployment/b in k/app.yaml"],
  ],
  [
    "several times",
    `resource "kubectl_manifest" "a" {
      for_each           = toset(["x", "y"])
      override_namespace = each.value
      yaml_body          = ${read}
    }`,
    { "k/app.yaml": app("a") },
    ['s:kubectl_manifest.a["x"] in k/app.yaml', 's:kubectl_manifest.a["y"] in k/app.yaml'],
  ],
  [
    "and by a kustomization besides",
    `resource "kubectl_manifest" "a" { yaml_body = ${read} }`,
    { "k/app.yaml": app("a"), "k/kustomization.yaml": "resources: [./app.yaml]\n" },
    ["s:kubectl_manifest.a in k/app.yaml", "k/app.yaml:Deployment/a in k/app.yaml"],
  ],
  [
    "only its values",
    `resource "kubectl_manifest" "a" {
      yaml_body = yamlencode({ kind = "Deployment", metadata = { name = "a" }, spec = yamldecode(${read}).spec })
    }`,
    { "k/app.yaml": app("a") },
    ["s:kubectl_manifest.a in k/app.yaml", "k/app.yaml:Deployment/a in k/app.yaml"],
  ],
])("a manifest that Terraform applies: %s", (_, main, files, expected) => {
  expect(workloads({ "s/main.tf": main, ...files })).toEqual(expected);
});

test("override_namespace of kubectl_manifest counts, not what the text says", () => {
  const main = 'resource "kubectl_manifest" "a" { override_namespace = "other", yaml_body = file("../k/a.yaml") }';
  const { workloads: found } = readRepository(
    treeOf({ "s/main.tf": main.replace(", yaml", "\nyaml"), "k/a.yaml": app("a") }),
  );
  expect(found.map(({ id }) => (isKnown(id.namespace) ? id.namespace.known : "?"))).toEqual(["other"]);
});

test("a file in the folder of another cluster than the stack's may be applied there as well", () => {
  const files = { "one/main.tf": `resource "kubectl_manifest" "a" { yaml_body = file("../two/a.yaml") }` };
  const clusterOf = (path: string) => path.split("/")[0] ?? null;
  expect(workloads({ ...files, "two/a.yaml": app("a") }, clusterOf)).toEqual([
    "one:kubectl_manifest.a in two/a.yaml",
    "two/a.yaml:Deployment/a in two/a.yaml",
  ]);
});

test("a policy that a stack applies belongs to the cluster of the stack", () => {
  const policy = `kind: ClusterPolicy
metadata: { name: keel }
spec: { rules: [{ mutate: { patchStrategicMerge: { metadata: { annotations: { keel.sh/policy: minor } } } } }] }
`;
  const main = `resource "kubectl_manifest" "keel" { yaml_body = file("../policies/keel.yaml") }`;
  const { injections } = readRepository(
    treeOf({ "one/main.tf": main, "two/main.tf": main, "policies/keel.yaml": policy }),
    { clusterOf: (path) => (path.startsWith("policies/") ? null : (path.split("/")[0] ?? null)) },
  );
  expect(injections.map(({ policy: name, cluster }) => `${name} ${cluster}`)).toEqual([
    "ClusterPolicy/keel one",
    "ClusterPolicy/keel two",
  ]);
});
