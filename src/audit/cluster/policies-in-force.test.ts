import { describe, expect, test } from "vitest";
import { clusterFromYaml, clusterOf, forbidden } from "../../../test/builders/cluster-objects.ts";
import { treeOf } from "../../../test/builders/tree.ts";
import { readRepository } from "../../repository/read.ts";
import { projectCluster } from "../../snapshot/read/running-cluster.ts";
import { compare } from "./comparison.ts";

const spec = `
  matchConstraints: { resourceRules: [{ apiGroups: [apps], resources: [deployments], operations: [CREATE] }] }
  mutations:
    - patchType: ApplyConfiguration
      applyConfiguration: { expression: 'Object{metadata: Object.metadata{annotations: {"keel.sh/policy": "never"}}}' }
`;
const policyOf = (kind: string, group: string, metadata: string) => (more: string) =>
  `apiVersion: ${group}/v1beta1\nkind: ${kind}\nmetadata: ${metadata}\nspec:${spec}${more}`;
const mutating = policyOf("MutatingPolicy", "policies.kyverno.io", "{ name: keel }");
const namespaced = policyOf("NamespacedMutatingPolicy", "policies.kyverno.io", "{ name: keel, namespace: shop }");
const native = policyOf("MutatingAdmissionPolicy", "admissionregistration.k8s.io", "{ name: keel }");

const ready = "status: { conditionStatus: { ready: true } }\n";
const webhooks = (name: string, failurePolicy = "Fail") => `---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: { name: kyverno-resource-mutating-webhook-cfg }
webhooks: [{ name: ${name}, failurePolicy: ${failurePolicy} }]
`;
const binding = (of: string, more = "") => `---
apiVersion: admissionregistration.k8s.io/v1beta1
kind: MutatingAdmissionPolicyBinding
metadata: { name: one }
spec: { policyName: ${of}${more} }
`;

/** How a policy of the repository stands in a cluster that has it so. */
function force(policy: string, cluster: Parameters<typeof projectCluster>[0]): string {
  const repository = readRepository(treeOf({ "policy.yaml": policy }));
  const [injection] = repository.injections;
  if (injection === undefined) throw new Error("the policy tells Keel nothing");
  const found = compare(repository, projectCluster(cluster), null).forceOf(injection);
  if (found === null || found.state === "in force") return found?.state ?? "of another cluster";
  return found.state === "unknown"
    ? `unknown ${found.of}: ${found.why.code}: ${found.why.text}`
    : `${found.state}: ${found.why}`;
}

describe("of a MutatingPolicy", () => {
  const mpol = webhooks("mpol.validate.kyverno.svc-fail");
  const silent =
    "unknown writing: not-understood: whether MutatingPolicy/keel is ready, of which Kyverno says nothing, could not be told";
  const made = `---\n${native("").replace("name: keel", "name: mpol-keel")}`;
  test.each<[string, string, string]>([
    ["it is ready and asked", ready + mpol, "in force"],
    [
      "it is asked by a webhook of its own",
      ready + webhooks("mpol.validate.kyverno.svc-fail-finegrained-keel"),
      "in force",
    ],
    ["Kyverno has not said whether it is ready", mpol, silent],
    ["a status without a word of that", `status: { autogen: {} }\n${mpol}`, silent],
    [
      "it is not ready",
      `status: { conditionStatus: { ready: false } }\n${mpol}`,
      "not written: Kyverno says that MutatingPolicy/keel is not ready",
    ],
    [
      "only policies of the older kind are asked for",
      ready + webhooks("mutate.kyverno.svc-fail"),
      "not written: Kyverno is not asked: the cluster has no webhook for it in kyverno-resource-mutating-webhook-cfg",
    ],
    [
      "objects are let in while Kyverno does not answer",
      ready + webhooks("mpol.validate.kyverno.svc-ignore", "Ignore"),
      "not written: the failure policy of MutatingPolicy/keel is Ignore: while Kyverno does not answer, objects are let in without it",
    ],
    [
      "it is switched off for what is admitted",
      `  evaluation: { admission: { enabled: false } }\n${ready}${mpol}`,
      "not written: MutatingPolicy/keel is switched off for what is admitted (evaluation.admission.enabled: false)",
    ],
    [
      "Kyverno made one of Kubernetes of it, which is bound",
      `status: { conditionStatus: { ready: true }, generated: true }\n${made}${binding("mpol-keel")}`,
      "in force",
    ],
    [
      "Kyverno made one of Kubernetes of it, which is not there",
      `status: { conditionStatus: { ready: true }, generated: true }\n${mpol}`,
      "not written: the cluster has no MutatingAdmissionPolicy/mpol-keel, which Kyverno says that it made of MutatingPolicy/keel",
    ],
    [
      "Kyverno made one of Kubernetes of it, which nothing binds",
      `status: { conditionStatus: { ready: true }, generated: true }\n${made}`,
      "not written: the cluster has no MutatingAdmissionPolicyBinding of MutatingAdmissionPolicy/mpol-keel, and Kubernetes applies none without",
    ],
  ])("%s", (_, more, expected) => {
    expect(force(mutating(""), clusterFromYaml(mutating(more)))).toBe(expected);
  });

  test.each(["nmpol.validate.kyverno.svc-fail", "mpol.validate.kyverno.svc-fail"])(
    "of one namespace, which %s asks for",
    (name) => {
      const cluster = clusterFromYaml(namespaced(ready + webhooks(name)));
      expect(force(namespaced(""), cluster)).toBe("in force");
      expect(force(namespaced(""), clusterFromYaml(namespaced(webhooks(name))))).toMatch(/^unknown writing/);
    },
  );
});

describe("of a MutatingAdmissionPolicy", () => {
  const parameters = "  paramKind: { apiVersion: v1, kind: ConfigMap }\n";
  test.each<[string, string, string]>([
    ["it is bound", binding("keel"), "in force"],
    [
      "another is bound",
      binding("other"),
      "not written: the cluster has no MutatingAdmissionPolicyBinding of MutatingAdmissionPolicy/keel, and Kubernetes applies none without",
    ],
    [
      "objects are let in where it fails",
      `  failurePolicy: Ignore\n${binding("keel")}`,
      "not written: the failure policy of MutatingAdmissionPolicy/keel is Ignore: where it fails, objects are let in without it",
    ],
    [
      "it is passed over where its parameters are not there",
      parameters + binding("keel", ", paramRef: { name: p, parameterNotFoundAction: Allow }"),
      "unknown writing: not-understood: whether the parameters of MutatingAdmissionPolicy/keel are there, without which it is passed over, could not be told",
    ],
    [
      "everything is refused where its parameters are not there",
      parameters + binding("keel", ", paramRef: { name: p, parameterNotFoundAction: Deny }"),
      "in force",
    ],
    [
      "a binding has not the form of one",
      binding("keel").replace(/spec: .*/, "spec: 1"),
      "unknown writing: not-understood: some MutatingAdmissionPolicyBinding objects could not be told",
    ],
  ])("%s", (_, more, expected) => {
    expect(force(native(""), clusterFromYaml(native(more)))).toBe(expected);
  });
});

test.each([
  [mutating(""), "mutatingpolicies", "presence"],
  [native(""), "mutatingadmissionpolicies", "presence"],
])("what may not be listed is unknown", (policy, kind, of) => {
  expect(force(policy, clusterOf([], { untold: { [kind]: forbidden } }))).toBe(
    `unknown ${of}: not-permitted: the API server does not let this user list them`,
  );
});

test.each([
  [mutating, ready, "mutatingwebhookconfigurations"],
  [mutating, "status: { conditionStatus: { ready: true }, generated: true }\n", "mutatingadmissionpolicies"],
  [native, "", "mutatingadmissionpolicybindings"],
])("what would tell whether it is written, and may not be listed", (policy, more, kind) => {
  expect(force(policy(""), clusterFromYaml(policy(more), { untold: { [kind]: forbidden } }))).toBe(
    "unknown writing: not-permitted: the API server does not let this user list them",
  );
});
