import { expect, test } from "vitest";
import type { DeclaredWorkload } from "../../model/release.ts";
import type { Told } from "../../model/told.ts";
import { isKnown } from "../../model/told.ts";
import type { ManifestObject } from "../repository.ts";
import type { Value } from "../value.ts";
import { parseYaml } from "../yaml.ts";
import { kubernetesNamespace } from "./namespaces.ts";
import { kubernetesResource } from "./kubernetes-resource.ts";
import { mayMatter, readManifests, readPlainManifests } from "./read.ts";
import { isChartTemplate } from "./chart-template.ts";

function file(path: string, text: string) {
  return { id: 0, path, text, tracked: true };
}
function told(value: Told<unknown>): unknown {
  return isKnown(value) ? value.known : "?";
}
function summary(workload: DeclaredWorkload) {
  return {
    address: workload.id.address,
    name: `${told(workload.id.namespace)}/${told(workload.id.name)}`,
    images: workload.images.map((image) => `${image.path}=${told(image.reference)} ${told(image.pullPolicy)}`),
    keel: workload.keelMarks.map((mark) => `${told(mark.policy)} ${told(mark.trigger)} by ${mark.from}`),
  };
}
function read(text: string) {
  return readManifests(readPlainManifests([file("apps/x.yaml", text)]).objects).workloads.map(summary);
}

const pod = "spec: {containers: [{name: c, image: redis:7}]}";

test("every kind of workload gives its images", () => {
  const text = [
    `kind: Deployment\nmetadata: {name: a, namespace: n}\nspec: {template: {${pod}}}`,
    `kind: DaemonSet\nmetadata: {name: b, namespace: n}\nspec: {template: {${pod}}}`,
    `kind: StatefulSet\nmetadata: {name: c, namespace: n}\nspec: {template: {${pod}}}`,
    `kind: ReplicaSet\nmetadata: {name: d, namespace: n}\nspec: {template: {${pod}}}`,
    `kind: Job\nmetadata: {generateName: e-}\nspec: {template: {${pod}}}`,
    `kind: CronJob\nmetadata: {name: f, namespace: n}\nspec: {jobTemplate: {spec: {template: {${pod}}}}}`,
    `kind: Pod\nmetadata: {name: g, namespace: n}\n${pod}`,
  ].join("\n---\n");
  expect(read(text).map(({ address, name, images }) => [address, name, ...images])).toEqual([
    ["apps/x.yaml:Deployment/a", "n/a", "c=redis:7 null"],
    ["apps/x.yaml:DaemonSet/b", "n/b", "c=redis:7 null"],
    ["apps/x.yaml:StatefulSet/c", "n/c", "c=redis:7 null"],
    ["apps/x.yaml:ReplicaSet/d", "n/d", "c=redis:7 null"],
    ["apps/x.yaml:Job/e-", "?/e-", "c=redis:7 null"],
    ["apps/x.yaml:CronJob/f", "n/f", "c=redis:7 null"],
    ["apps/x.yaml:Pod/g", "n/g", "c=redis:7 null"],
  ]);
});

test("all lists of containers, with what is written about pulling", () => {
  const text = `
kind: Pod
metadata: {name: a, namespace: n}
spec:
  initContainers: [{name: i, image: busybox, imagePullPolicy: Never}]
  containers: [{image: "a:1", imagePullPolicy: Always}, {name: b, image: b:2, imagePullPolicy: Sometimes}]
  ephemeralContainers: [{name: e, image: e:3}]
`;
  expect(read(text)[0]?.images).toEqual(["i=busybox Never", "containers[0]=a:1 Always", "b=b:2 ?", "e=e:3 null"]);
});

test.each([
  ["annotations: {keel.sh/policy: minor, keel.sh/trigger: poll}", ["minor poll by annotation"]],
  ["labels: {keel.sh/policy: minor}", ["minor null by label"]],
  ["annotations: {keel.sh/policy: never}, labels: {keel.sh/policy: force}", ["never null by annotation"]],
  ["annotations: {keel.observer/policy: all}, labels: {keel.sh/policy: force}", ["all null by annotation"]],
  ['annotations: {keel.sh/policy: ""}, labels: {keel.sh/policy: force}', [" null by annotation"]],
  ["annotations: {keel.sh/trigger: poll}, labels: {keel.sh/policy: force}", ["force poll by label"]],
  ["annotations: {keel.observer/trigger: poll}, labels: {}", []],
])("Keel with metadata %s", (metadata, expected) => {
  const text = `kind: Deployment\nmetadata: {name: a, namespace: n, ${metadata}}\nspec: {template: {${pod}}}`;
  expect(read(text)[0]?.keel).toEqual(expected);
});

test("annotations that could not be told leave a mark that could not be told, before the label's", () => {
  const objects = readPlainManifests([
    file(
      "a.yaml",
      `kind: Deployment\nmetadata: {name: a, labels: {keel.sh/policy: force}}\nspec: {template: {${pod}}}`,
    ),
  ]).objects.map((object) =>
    withEntry(object, "annotations", { kind: "unknown", reason: { code: "data-source", text: "x", at: [] }, at: [] }),
  );
  expect(readManifests(objects).workloads.map(summary)[0]?.keel).toEqual(["? ? by annotation", "force ? by label"]);
});

function withEntry(object: ManifestObject, key: string, value: Value): ManifestObject {
  if (object.value.kind !== "mapping") return object;
  const metadata = object.value.entries.get("metadata");
  if (metadata?.kind !== "mapping") return object;
  const changed: Value = { ...metadata, entries: new Map([...metadata.entries, [key, value]]) };
  return { ...object, value: { ...object.value, entries: new Map([...object.value.entries, ["metadata", changed]]) } };
}

test("lists are taken apart, patches are no workloads, equal names get numbers", () => {
  const text = `
kind: List
items:
  - {kind: Deployment, metadata: {name: a, namespace: n}, spec: {template: {${pod}}}}
---
kind: DeploymentList
items:
  - {metadata: {name: a, namespace: n}, spec: {template: {${pod}}}}
---
kind: Deployment # image
metadata: {name: patched}
spec: {replicas: 3}
`;
  expect(read(text).map(({ address }) => address)).toEqual(["apps/x.yaml:Deployment/a", "apps/x.yaml:Deployment/a#2"]);
});

test("a broken document does not hide the others, and says where it is", () => {
  const result = readPlainManifests([
    file("a.yaml", `kind: Pod\nimage: [\n---\nkind: Pod\nmetadata: {name: a}\n${pod}\n`),
  ]);
  expect(result.objects).toHaveLength(1);
  expect(result.problems).toMatchObject([{ code: "YAML001", path: "a.yaml", at: { file: 0, start: 19 } }]);
});

test.each([
  ["kind: Deployment\nspec: {image: x}", true],
  ['{"kind": "Deployment", "image": "x"}', true],
  ["kind: Deployment\nspec: {replicas: 1}", false],
  ["kind: ConfigMap\ndata: {image: x}", false],
  ["kind: ClusterPolicy\nmetadata: {name: x}", false],
  ["kind: ClusterPolicy\nkeel.sh/policy: x", true],
  ["image: x", false],
  ["kind: Namespace\n", true],
  ["kind: NamespacedThing\n", false],
])("%j may matter: %s", (text, expected) => {
  expect(mayMatter(text)).toBe(expected);
});

test.each([
  ["charts/a/templates/x.yaml", true],
  ["templates/x.yaml", false],
  ["charts/a/other/x.yaml", false],
  ["charts/a/templates/sub/x.yaml", true],
  ["charts/b/templates/x.yaml", false],
  ["charts/a/mytemplates/x.yaml", false],
])("%s is a chart's template: %s", (path, expected) => {
  expect(isChartTemplate(path, new Set(["charts/a/Chart.yaml"]))).toBe(expected);
});

test.each([
  ["kubernetes_deployment_v1", "Deployment"],
  ["kubernetes_daemonset", "DaemonSet"],
  ["kubernetes_stateful_set", "StatefulSet"],
  ["kubernetes_job_v1", "Job"],
])("a Terraform %s is a %s", (type, kind) => {
  const text = `
metadata: [{name: a, annotations: {keel.sh/policy: force}, labels: {app: a}}]
spec:
  - template:
      - metadata: [{labels: {app: a}}]
        spec:
          - init_container: [{name: i, image: busybox}]
            container: [{name: c, image: "redis:7", image_pull_policy: Always}]
`;
  const workload = kubernetesResource(type, resource(text));
  expect(
    workload && { ...summary(workload), kind: workload.workloadKind, podLabels: [...workload.podLabels.keys()] },
  ).toEqual({
    address: "stacks/a:thing.a",
    name: "default/a",
    images: ["i=busybox null", "c=redis:7 Always"],
    keel: ["force null by annotation"],
    kind,
    podLabels: ["app"],
  });
});

test("a Terraform cron job and pod", () => {
  const inner = "spec: [{container: [{name: c, image: a:1}]}]";
  const cron = `metadata: [{name: a, namespace: n}]\nspec: [{job_template: [{spec: [{template: [{${inner}}]}]}]}]`;
  expect(kubernetesResource("kubernetes_cron_job_v1", resource(cron))?.images).toHaveLength(1);
  expect(kubernetesResource("kubernetes_pod", resource(`metadata: [{name: a}]\n${inner}`))?.images).toHaveLength(1);
  expect(kubernetesResource("kubernetes_secret", resource(cron))).toBeUndefined();
});

test("namespaces with their labels, from manifests and from Terraform", () => {
  const plainOnes = readPlainManifests([
    file("n.yaml", "kind: Namespace\nmetadata: {name: a, labels: {keel: on}}"),
  ]).objects;
  const declared = [
    ...readManifests(plainOnes).namespaces,
    kubernetesNamespace("kubernetes_namespace_v1", resource("metadata: [{name: b, labels: {x: y}}]")),
    kubernetesNamespace("kubernetes_secret", resource("metadata: [{name: b}]")),
  ];
  expect(declared.map((one) => one && [told(one.name), [...one.labels.keys()], one.labelsUnknown])).toEqual([
    ["a", ["keel"], null],
    ["b", ["x"], null],
    undefined,
  ]);
});

test("an unknown template gives an unknown image, not none", () => {
  const value: Value = {
    kind: "mapping",
    entries: new Map([["spec", { kind: "unknown", reason: { code: "data-source", text: "x", at: [] }, at: [] }]]),
    at: [],
  };
  const workload = kubernetesResource("kubernetes_deployment", { ...resource("{}"), value });
  expect(workload?.images.map((image) => told(image.reference))).toEqual(["?", "?", "?"]);
});

function resource(text: string): ManifestObject {
  const value = parseYaml({ text, locate: () => null }).documents[0]?.value ?? { kind: "null", at: [] };
  return {
    value,
    at: { file: 0, start: 0, end: 1 },
    stack: "stacks/a",
    address: "stacks/a:thing.a",
    ignoreChanges: [],
  };
}
