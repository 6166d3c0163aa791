import { expect, test } from "vitest";
import {
  clusterFromYaml,
  clusterOf,
  forbidden,
  helmRecord,
  type Manifest,
} from "../../../test/builders/cluster-objects.ts";
import { treeOf } from "../../../test/builders/tree.ts";
import { readRepository } from "../../repository/read.ts";
import { projectCluster } from "../../snapshot/read/running-cluster.ts";
import { judge } from "../judge.ts";
import { sentenceOf } from "../matrix.ts";
import { rules } from "../rules/index.ts";

interface Beside {
  readonly files: Readonly<Record<string, string>>;
  readonly cluster: Parameters<typeof projectCluster>[0];
  /** The name of the cluster; `null`: holdfast.yaml names none. */
  readonly name?: string | null;
  readonly clusterOf?: (path: string) => string | null;
}

function judged({ files, cluster, name = null, clusterOf: ofPath = () => null }: Beside) {
  const repository = readRepository(treeOf(files), { clusterOf: ofPath });
  const running = projectCluster(cluster);
  return judge(repository, rules, { severity: new Map(), today: "2026-05-17", cluster: { running, name } });
}

/** Keel's cell of each image, a line each: `shop/web web: open`. */
function cells(beside: Beside): string[] {
  return judged(beside).rows.flatMap(({ title, subjects }) =>
    subjects.flatMap(({ name, cells: all }) => {
      const cell = all.get("keel");
      return cell === undefined ? [] : [`${title} ${name}: ${cell.state} ${"note" in cell ? cell.note : ""}`.trimEnd()];
    }),
  );
}

const release = (version: string, more = "") => `resource "helm_release" "csi" {
  name       = "csi"
  namespace  = "nfs-csi"
  repository = "https://charts.example.org"
  chart      = "csi-driver-nfs"
  version    = "${version}"
${more}}
`;
const chart = (version: string) => ({ name: "csi-driver-nfs", version });

function deployment(annotations: Readonly<Record<string, string>>): Manifest {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { namespace: "shop", name: "web", annotations },
    spec: { template: { spec: { containers: [{ name: "web", image: "web:1.2.3" }] } } },
  };
}

const web = `apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web, annotations: { keel.sh/policy: never } }
spec: { template: { spec: { containers: [{ name: web, image: "web:1.2.3" }] } } }
`;
const files = { "web.yaml": web };

test.each<[string, Beside["cluster"], string]>([
  ["the object carries it", clusterOf([deployment({ "keel.sh/policy": "never" })]), "held never"],
  ["the object does not carry it", clusterOf([deployment({})]), "conditional not live"],
  [
    "the object carries another policy",
    clusterOf([deployment({ "keel.sh/policy": "all", "keel.sh/trigger": "poll" })]),
    "open all",
  ],
  ["the object is not there", clusterOf([]), "held never"],
  ["objects of its kind could not be read", clusterOf([], { untold: { deployments: forbidden } }), "held never"],
  [
    "what the object carries is a placeholder",
    clusterOf([deployment({ "keel.sh/policy": "redacted-1" })], {
      redacted: { "Deployment/web": ["/metadata/annotations/keel.sh~1policy"] },
    }),
    "unknown",
  ],
])("a hold that is written, where %s", (_, cluster, expected) => {
  expect(cells({ files, cluster })).toEqual([`shop/web web: ${expected}`]);
});

test("what a cluster does not carry makes nothing better: it is not what the repository says", () => {
  const open = web.replace("keel.sh/policy: never", "keel.sh/policy: all, keel.sh/trigger: poll");
  expect(cells({ files: { "web.yaml": open }, cluster: clusterOf([deployment({})]) })).toEqual([
    "shop/web web: open all",
  ]);
});

const policy = (excluded: string, written = "+(keel.sh/policy): minor") => `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: { name: keel }
spec:
  rules:
    - name: annotate
      match: { any: [{ resources: { kinds: [Deployment] } }] }
      exclude: { any: [{ resources: { namespaces: [${excluded}] } }] }
      mutate: { patchStrategicMerge: { metadata: { annotations: { ${written}, keel.sh/trigger: poll } } } }
`;
const bare = web.replace(/, annotations: \{[^}]*\}/, "");
const excluding = { "web.yaml": bare, "keel.yaml": policy("shop") };
const kyverno = `---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: { name: kyverno-resource-mutating-webhook-cfg }
webhooks: [{ name: mutate.kyverno.svc-fail, failurePolicy: Fail }]
`;

test.each<[string, Beside["cluster"], string]>([
  ["the policy is the same", clusterFromYaml(policy("shop") + kyverno), "held excl."],
  ["the policy leaves out another namespace", clusterFromYaml(policy("bank") + kyverno), "open minor"],
  ["the policy is not there", clusterOf([]), "conditional not live"],
  ["policies could not be read", clusterOf([], { untold: { clusterpolicies: forbidden } }), "unknown"],
  [
    "the policy has not the form of one",
    clusterOf([{ apiVersion: "kyverno.io/v1", kind: "ClusterPolicy", metadata: { name: "keel" }, spec: "?" }]),
    "unknown",
  ],
  ["Kyverno is not asked: nothing annotates then", clusterFromYaml(policy("shop")), "held excl."],
  [
    "whether Kyverno is asked could not be told: it leaves out all the same",
    clusterFromYaml(policy("shop"), { untold: { mutatingwebhookconfigurations: forbidden } }),
    "held excl.",
  ],
])("an exclusion that is written, where %s", (_, cluster, expected) => {
  expect(cells({ files: excluding, cluster })).toEqual([`shop/web web: ${expected}`]);
});

const never = { "web.yaml": bare, "keel.yaml": policy("bank", "keel.sh/policy: never") };
const carrying = `---\n${web}`;

test.each<[string, Beside["cluster"], string]>([
  ["and is done", clusterFromYaml(policy("bank", "keel.sh/policy: never") + kyverno + carrying), "held never"],
  ["of which nothing could be read", clusterFromYaml(web, { untold: { clusterpolicies: forbidden } }), "unknown"],
  [
    "and whether Kyverno is asked could not be read",
    clusterFromYaml(policy("bank", "keel.sh/policy: never") + carrying, {
      untold: { mutatingwebhookconfigurations: forbidden },
    }),
    "unknown",
  ],
])("a hold that a policy writes, %s", (_, cluster, expected) => {
  expect(cells({ files: never, cluster })).toEqual([`shop/web web: ${expected}`]);
});

test("says in the cell what could not be looked for in the cluster", () => {
  const { rows } = judged({ files: never, cluster: clusterFromYaml(web, { untold: { "*": forbidden } }) });
  const cell = rows[0]?.subjects[0]?.cells.get("keel");
  expect(cell === undefined ? "" : sentenceOf(cell).text).toBe(
    'whether ClusterPolicy/keel is in force in the cluster could not be told: the API server does not let this user list them (home.snapshot); in the repository, ClusterPolicy/keel says "never": Keel leaves it alone',
  );
});

test("holds that could not be looked up are named as not compared", () => {
  const { comparison } = judged({
    files: excluding,
    cluster: clusterOf([], { untold: { clusterpolicies: forbidden } }),
  });
  expect(comparison?.running.objects.get("clusterpolicies")).toEqual({ unknown: forbidden });
});

test("says in the cell what the cluster says, and where", () => {
  const { rows, repository } = judged({ files, cluster: clusterOf([deployment({})]) });
  const cell = rows[0]?.subjects[0]?.cells.get("keel");
  const { text, at } = cell === undefined ? { text: "", at: [] } : sentenceOf(cell);
  expect(text).toBe(
    'the cluster agreed, and it does not: the Deployment carries nothing of it (home.snapshot); in the repository, its own annotation says "never": Keel leaves it alone',
  );
  expect(at.map(({ file }) => repository.files[file]?.path)).toEqual(["web.yaml", "cluster:Deployment/shop/web"]);
});

/** By address: what runs. */
function deployments(beside: Beside): Record<string, string> {
  const { comparison } = judged(beside);
  return Object.fromEntries(
    [...(comparison?.deployments ?? [])].map(([address, one]) => [
      address.slice(0, address.indexOf(":")),
      one.state === "unknown" ? one.why.text : one.state,
    ]),
  );
}

const running = clusterOf([helmRecord("nfs-csi", "csi", chart("4.13.1"))]);
const byHelm = helmRecord("nfs-csi", "csi", chart("4.13.1"));
const byFlux = { ...byHelm, metadata: { ...byHelm.metadata, namespace: "flux-system" } };
const namespaceUnknown = `variable "namespace" {}
${release("4.13.1").replace('"nfs-csi"', "var.namespace")}`;

test.each<[string, Beside, Record<string, string>]>([
  ["one release of the name", { files: { "a/main.tf": release("4.13.1") }, cluster: running }, { a: "runs" }],
  [
    "two of the name",
    { files: { "a/main.tf": release("4.13.1"), "b/main.tf": release("4.13.2") }, cluster: running },
    {
      a: "2 releases of the repository have this name in this namespace",
      b: "2 releases of the repository have this name in this namespace",
    },
  ],
  [
    "two of the name, in clusters of their own",
    {
      files: { "a/main.tf": release("4.13.1"), "b/main.tf": release("4.13.2") },
      cluster: running,
      name: "b",
      clusterOf: (path) => path.slice(0, 1),
    },
    { b: "runs" },
  ],
  [
    "a namespace that could not be told",
    { files: { "a/main.tf": namespaceUnknown }, cluster: running },
    { a: "var.namespace has no default and no value in the repository" },
  ],
  [
    "Helm's records could not be read",
    { files: { "a/main.tf": release("4.13.1") }, cluster: clusterOf([], { untold: { secrets: forbidden } }) },
    { a: forbidden.text },
  ],
  [
    "records in ConfigMaps",
    {
      files: { "a/main.tf": release("4.13.1") },
      cluster: clusterOf([{ ...helmRecord("nfs-csi", "csi", chart("4.13.1")), kind: "ConfigMap", type: undefined }]),
    },
    { a: "runs" },
  ],
  [
    "ConfigMaps could not be read",
    { files: { "a/main.tf": release("4.13.1") }, cluster: clusterOf([], { untold: { configmaps: forbidden } }) },
    { a: forbidden.text },
  ],
  [
    "two records of the same, Flux's and helm's",
    { files: { "a/main.tf": release("4.13.1") }, cluster: clusterOf([byHelm, byFlux]) },
    {
      a: "Helm has 2 records of it (Secret nfs-csi/sh.helm.release.v1.csi.v1, Secret flux-system/sh.helm.release.v1.csi.v1)",
    },
  ],
  [
    "a record of the name that could not be opened, kept elsewhere",
    { files: { "a/main.tf": release("4.13.1") }, cluster: clusterOf([{ ...byFlux, release: "?" }]) },
    { a: "Helm has a record of this name that could not be opened, and whose namespace is not known by it" },
  ],
  ["no record", { files: { "a/main.tf": release("4.13.1") }, cluster: clusterOf([]) }, { a: "absent" }],
  [
    "no record, and a path that is of no cluster",
    { files: { "a/main.tf": release("4.13.1") }, cluster: clusterOf([]), name: "home" },
    { a: "no cluster is named for its path" },
  ],
])("what runs of a release: %s", (_, beside, expected) => {
  expect(deployments(beside)).toEqual(expected);
});

test("a release whose namespace is not known may be one that is declared, and is not said to be of no file", () => {
  const { comparison } = judged({
    files: { "a/main.tf": release("4.13.1") },
    cluster: clusterOf([{ ...byFlux, release: "?" }, helmRecord("default", "toolbox", chart("1.0.0"))]),
  });
  expect(comparison?.undeclared.map(({ name }) => name)).toEqual(["toolbox"]);
});

test("without the right to read Helm's records, nothing is said to run or not to run", () => {
  const { findings } = judged({
    files: { "a/main.tf": release("4.13.1") },
    cluster: clusterOf([], { untold: { "*": forbidden } }),
  });
  expect(findings.filter(({ rule }) => /LIVE|KYV|KEEL/.test(rule))).toEqual([]);
});

test("a comment in an object of the cluster suppresses nothing, and is none that is unused", () => {
  const hostile = {
    "keel.sh/policy": "all",
    "keel.sh/trigger": "poll # holdfast: ignore[KEEL001] until=2099-01-01 reason=x",
  };
  const { findings, suppressed } = judged({ files: { "web.yaml": bare }, cluster: clusterOf([deployment(hostile)]) });
  expect([suppressed, findings.filter(({ rule }) => rule.startsWith("IGN"))]).toEqual([[], []]);
});

test("one file alone says nothing of what it does not declare", () => {
  const repository = readRepository({ ...treeOf({ "a/main.tf": release("4.13.1") }), isWhole: false });
  const stray = projectCluster(clusterOf([helmRecord("default", "toolbox", chart("1.0.0"))]));
  const { comparison } = judge(repository, rules, {
    severity: new Map(),
    today: "2026-05-17",
    cluster: { running: stray, name: null },
  });
  expect(comparison?.undeclared).toEqual([]);
});
