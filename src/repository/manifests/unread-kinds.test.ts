import { expect, test } from "vitest";
import { treeOf } from "../../../test/builders/tree.ts";
import { readRepository } from "../read.ts";

const object = (version: string, kind: string, rest = "") => `apiVersion: ${version}\nkind: ${kind}\n${rest}`;

test.each([
  ["Flux", { "a.yaml": object("helm.toolkit.fluxcd.io/v2", "HelmRelease") }, { HelmRelease: 1 }],
  [
    "several documents of several kinds, quoted and with Windows line ends",
    {
      "a.yml": [
        object("argoproj.io/v1alpha1", '"Application"'),
        object("'argoproj.io/v1alpha1'", "ApplicationSet # all"),
        object("argoproj.io/v1alpha1", "Application"),
        object("helm.cattle.io/v1", "HelmChart"),
      ]
        .join("---\n")
        .replaceAll("\n", "\r\n"),
    },
    { Application: 2, ApplicationSet: 1, HelmChart: 1 },
  ],
  ["the same kind of another group", { "a.yaml": object("app.k8s.io/v1beta1", "Application", "# argoproj.io\n") }, {}],
  [
    "an object within another's text",
    { "a.yaml": object("v1", "ConfigMap", "data:\n  a: |\n    apiVersion: argoproj.io/v1\n    kind: Application\n") },
    {},
  ],
  [
    "group and kind of two documents",
    { "a.yaml": `${object("argoproj.io/v1alpha1", "Workflow")}---\n${object("v1", "Application")}` },
    {},
  ],
  ["a kustomization with charts", { "a/kustomization.yaml": "helmCharts:\n  - name: x\n" }, { Kustomization: 1 }],
  [
    "a kustomization that changes what it names, and one that does not",
    { "a/kustomization.yaml": "namespace: a\n", "b/kustomization.yml": "resources: [../a]\n" },
    { Kustomization: 1 },
  ],
  ["a kustomization without", { "a/kustomization.yaml": "resources: [helmCharts.yaml]\n" }, {}],
  [
    "a chart's template",
    { "c/Chart.yaml": "name: c", "c/templates/a.yaml": object("argoproj.io/v1", "Application") },
    {},
  ],
  [
    "an object that Terraform applies",
    {
      "main.tf":
        'resource "kubernetes_manifest" "a" {\n  manifest = {\n    apiVersion = "argoproj.io/v1alpha1"\n    kind = "Application"\n  }\n}\n',
    },
    { Application: 1 },
  ],
])("%s", (_, files, expected) => {
  expect(Object.fromEntries(readRepository(treeOf(files)).unreadKinds)).toEqual(expected);
});
