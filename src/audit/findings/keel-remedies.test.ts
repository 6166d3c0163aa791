import { expect, test } from "vitest";
import { casesOf, findingsIn } from "../../../test/builders/rule-case.ts";
import { rules } from "../rules/index.ts";

const annotation =
  "keel.sh/policy: never   as an annotation of the workload itself: a label does not stand against an injected annotation";

test.each<[string, string, readonly string[]]>([
  ["KEEL001", "policy-minor", ["keel.sh/policy: never   in its place"]],
  ["KEEL001", "injected", [annotation]],
  ["KEEL001", "two-policies", [annotation]],
  [
    "KEEL001",
    "two-policies-release",
    [
      "exclude its namespace in ClusterPolicy/keel-patches and ClusterPolicy/keel-minor, where the annotation comes from, or let the chart annotate the workload keel.sh/policy: never",
    ],
  ],
  ["KEEL001", "helm-provider", ["policy: never   in its place, under keel: in the values"]],
  ["KEEL002", "in-values", ["policy: never   in its place, under keel: in the values"]],
  [
    "KEEL002",
    "annotation-in-values",
    ["take keel.sh/policy out of the values: what the chart makes of it is not seen here"],
  ],
  [
    "KEEL002",
    "chart-label",
    ["exclude its namespace in ClusterPolicy/keel, or let the workload carry keel.sh/policy: never as an annotation"],
  ],
  ["KEEL002", "no-trigger", ["keel.sh/policy: never   as an annotation of the workload itself, or no policy at all"]],
  [
    "KEEL003",
    "deployment",
    [
      "lifecycle { ignore_changes = [spec[0].template[0].spec[0].container[0].image] } gives the image to Keel; keel.sh/policy: never gives it to Terraform",
    ],
  ],
  [
    "KEEL003",
    "kubernetes-manifest",
    [
      'computed_fields = ["metadata.annotations", "metadata.labels", "spec.template.spec.containers[0].image"] gives the image to Keel; keel.sh/policy: never gives it to Terraform',
    ],
  ],
  [
    "KEEL003",
    "kubectl-manifest",
    [
      "keel.sh/policy: never gives it to Terraform; lifecycle { ignore_changes = all } gives the whole object to others once it is made: ignore_fields only hides the drift",
    ],
  ],
])("what to do about %s in the case %s", (id, name, expected) => {
  const rule = rules.find((one) => one.id === id);
  const one = casesOf(id).find((each) => each.name === name);
  if (rule === undefined || one === undefined) throw new Error(`there is no case ${name} of ${id}`);
  expect(findingsIn(rule, one).findings.map((finding) => finding.do)).toEqual(expected);
});
