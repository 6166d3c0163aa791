import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { auditReport } from "../../src/report/audit-report.ts";
import { isKnown } from "../../src/model/told.ts";
import { comparedKinds } from "../../src/snapshot/read/running-cluster.ts";
import { clusterOf, forbidden, helmRecord, type Manifest } from "../builders/cluster-objects.ts";
import { writeClusterSnapshot } from "../builders/cluster-snapshot.ts";
import { holdfast } from "../builders/command.ts";
import { httpServer } from "../builders/http-server.ts";
import { kubeconfig } from "../builders/kube.ts";
import { listingApiserver, type ServedKind } from "../builders/listing-apiserver.ts";
import { removeFolder, repositoryFolder, writeInside } from "../builders/repository-folder.ts";

const csi = (version: string | null) => `terraform {
  required_providers {
    helm = {
      source  = "hashicorp/helm"
      version = "3.0.2"
    }
  }
}

resource "helm_release" "csi" {
  name       = "csi-driver-nfs"
  namespace  = "nfs-csi"
  repository = "https://charts.example.org/csi"
  chart      = "csi-driver-nfs"
${version === null ? "" : `  version    = "${version}"\n`}}
`;

const files = {
  "csi/main.tf": csi("4.13.1"),
  "csi/.terraform.lock.hcl": `provider "registry.terraform.io/hashicorp/helm" {
  version     = "3.0.2"
  constraints = "3.0.2"
}
`,
  "apps/web.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  namespace: shop
  name: web
spec:
  template:
    spec:
      containers:
        - name: web
          image: registry.example.org/web:1.2.3
`,
  "policies/keel.yaml": `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: keel-never
spec:
  rules:
    - name: annotate
      match:
        any:
          - resources:
              kinds: [Deployment, StatefulSet, DaemonSet]
              namespaces: [shop]
      mutate:
        patchStrategicMerge:
          metadata:
            annotations:
              keel.sh/policy: never
`,
};

const web: Manifest = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { namespace: "shop", name: "web", resourceVersion: "1182733" },
  spec: { template: { spec: { containers: [{ name: "web", image: "registry.example.org/web:1.2.3" }] } } },
};
const running = [
  web,
  helmRecord("nfs-csi", "csi-driver-nfs", { name: "csi-driver-nfs", version: "4.13.2" }, { revision: 12 }),
  helmRecord("default", "toolbox", { name: "toolbox", version: "1.0.0" }),
];

let root = "";
beforeEach(() => {
  root = repositoryFolder(files);
  record(running);
});
afterEach(() => removeFolder(root));

function write(some: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(some)) writeInside(root, path, text);
}

function record(objects: readonly Manifest[], untold: Parameters<typeof clusterOf>[1] = {}): void {
  writeClusterSnapshot(join(root, "home.snapshot"), clusterOf(objects, untold), comparedKinds);
}

async function audit(...args: string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const { status, stdout, stderr } = await holdfast(["audit", "--snapshot", "home.snapshot", ...args], { cwd: root });
  return { status, stdout, stderr };
}

test("what is written beside what runs, for people", async () => {
  const { status, stdout } = await audit();
  expect(stdout).toMatchInlineSnapshot(`
    "None of 2 releases is held. 2 can change content by a push under the same version or tag. 1 held
    only on a condition. Images of 1 release come from a chart that was not rendered. Compared with
    home.snapshot, taken at 2026-05-17 09:00:39Z: 2 Helm releases run there, 1 of which no file here
    declares.

                              terraform  keel            registry  kubelet
      release                 chart      image           same tag  pull
    ◐ shop/web                ·          cond. not live  re-push   held  pin
    ◐ nfs-csi/csi-driver-nfs  held  pin  ·               re-push   ?

    ✖ KYV003 high     ClusterPolicy/keel-never: its rule annotate is not in force in the cluster
                                                                                    policies/keel.yaml:7
        why   the cluster has no ClusterPolicy/keel-never (home.snapshot, taken at 2026-05-17
              09:00:39Z). It holds 1 image in the repository only.
        do    apply it, and audit again

    ◐ LIVE001 medium  nfs-csi/csi-driver-nfs runs 4.13.2, and 4.13.1 is written           csi/main.tf:15
        why   revision 12 is deployed (home.snapshot, taken at 2026-05-17 09:00:39Z): something moved it
              that is not in this repository, or what is written was not applied. The next apply moves
              it to 4.13.1.
        do    helm history csi-driver-nfs -n nfs-csi   says since when; then apply what is written, or
              write what runs
        at    csi/main.tf:15 (literal) -> main.tf:10
              -> Secret nfs-csi/sh.helm.release.v1.csi-driver-nfs.v12 (resourceVersion 1012)

    · LIVE002 info    default/toolbox runs, and no file here declares it
                                                            Secret default/sh.helm.release.v1.toolbox.v1
        why   Helm's record has the chart toolbox 1.0.0, revision 1, deployed (home.snapshot, taken at
              2026-05-17 09:00:39Z). What can move it is not told here: another repository may declare
              it, or somebody installed it by hand.
        do    declare it here, or audit the repository that does; where this is one of several,
              severity: { LIVE002: off } in holdfast.yaml

    3 findings: 1 high, 1 medium, 1 info. 4 files read.
    next  holdfast audit --snapshot home.snapshot --explain shop/web  one row in full
    "
  `);
  expect(status).toBe(1);
});

test("one release in full says what runs of it, and by which record", async () => {
  const { stdout } = await audit("--explain", "nfs-csi/csi-driver-nfs");
  expect(stdout.split("\n").slice(0, 5).join("\n")).toMatchInlineSnapshot(`
    "◐ nfs-csi/csi-driver-nfs: moves only by a push under the same version or tag
      release csi:helm_release.csi
      csi/main.tf:10
      runs csi-driver-nfs 4.13.2, revision 12, deployed: Secret
      nfs-csi/sh.helm.release.v1.csi-driver-nfs.v12 (resourceVersion 1012, home.snapshot, taken at"
  `);
});

test("one workload in full names the policy that the cluster does not have", async () => {
  const { stdout } = await audit("--explain", "shop/web");
  expect(stdout).toMatchInlineSnapshot(`
    "◐ shop/web: held only on a condition
      workload apps/web.yaml:Deployment/web
      apps/web.yaml:1

      image web at registry.example.org/web:1.2.3                                       apps/web.yaml:11
        bot         not reached     no Renovate or Dependabot configuration
        keel        cond. not live  held only if the cluster agreed, and it does not: the cluster has no
                                    ClusterPolicy/keel-never (home.snapshot, taken at 2026-05-17
                                    09:00:39Z); in the repository, ClusterPolicy/keel-never says
                                    "never": Keel leaves it alone
                                    policies/keel.yaml:12:28  yaml
                                      namespaces: [shop]
                                    policies/keel.yaml:7:7  yaml
                                      - name: annotate
                                    policies/keel.yaml:17:31  yaml
                                      keel.sh/policy: never
        registry    re-push         a push of another image under "1.2.3"
                                    only a push of other bytes under the same version or tag
                                    apps/web.yaml:11:18  yaml
                                      image: registry.example.org/web:1.2.3
        kubelet     held pin        the tag is exact: only a re-push changes what it names
                                    apps/web.yaml:11:18  yaml
                                      image: registry.example.org/web:1.2.3
    "
  `);
});

test("a cell that an object of the cluster opens names the object, and what it says", async () => {
  record([
    { ...web, metadata: { ...web.metadata, annotations: { "keel.sh/policy": "all", "keel.sh/trigger": "poll" } } },
  ]);
  const { stdout } = await audit("--explain", "shop/web");
  expect(stdout.slice(stdout.indexOf("    keel"), stdout.indexOf("    registry"))).toMatchInlineSnapshot(`
    "    keel        open all     Keel moves it after a push to the registry (policy all, set by the
                                 annotation of Deployment web in the cluster)
                                 Deployment shop/web (resourceVersion 1182733, home.snapshot, taken at
                                 2026-05-17 09:00:39Z)
                                   keel.sh/policy: "all"
                                 also: held only if the cluster agreed, and it does not: the cluster has
                                 no ClusterPolicy/keel-never (home.snapshot, taken at 2026-05-17
                                 09:00:39Z); in the repository, ClusterPolicy/keel-never says "never":
                                 Keel leaves it alone
                                 policies/keel.yaml:12:28  yaml
                                   namespaces: [shop]
                                 policies/keel.yaml:7:7  yaml
                                   - name: annotate
                                 policies/keel.yaml:17:31  yaml
                                   keel.sh/policy: never
    "
  `);
});

test("as JSON: by its schema, with the objects as evidence and what runs beside each release", async () => {
  const { stdout } = await audit("--output", "json");
  const report = auditReport.parse(JSON.parse(stdout));
  expect(report.cluster).toEqual({
    source: "home.snapshot, taken at 2026-05-17 09:00:39Z",
    server: "https://cluster.example:6443",
    name: null,
    releases: { running: 2, undeclared: 1 },
    untold: [],
  });
  const record12 = {
    kind: "Secret",
    namespace: "nfs-csi",
    name: "sh.helm.release.v1.csi-driver-nfs.v12",
    resourceVersion: "1012",
    source: "home.snapshot, taken at 2026-05-17 09:00:39Z",
  };
  expect(report.rows.map(({ deployment }) => deployment).filter((one) => one !== undefined)).toEqual([
    {
      state: "runs",
      revision: {
        revision: 12,
        status: "deployed",
        chart: { name: "csi-driver-nfs", version: "4.13.2", appVersion: null },
        record: record12,
      },
    },
  ]);
  const drift = report.findings.find(({ rule }) => rule === "LIVE001");
  expect(drift?.evidence.at(-1)).toMatchObject({ object: record12, excerpt: 'version: "4.13.2"' });
});

test("as SARIF an object is a logical location", async () => {
  const { stdout } = await audit("--output", "sarif");
  expect(stdout).toContain('"fullyQualifiedName": "Secret default/sh.helm.release.v1.toolbox.v1"');
});

test("as Markdown an object is named with its version", async () => {
  const { stdout } = await audit("--output", "markdown");
  expect(stdout).toContain(
    "<code>Secret default/sh.helm.release.v1.toolbox.v1 (resourceVersion 1001, home.snapshot, taken at 2026-05-17 09:00:39Z)</code>",
  );
});

test("what the cluster did not tell is said, and makes --strict fail", async () => {
  record([web], { untold: { secrets: forbidden, clusterpolicies: forbidden } });
  const { status, stdout } = await audit("--strict", "--fail-on", "never", "--output", "compact");
  expect(stdout)
    .toBe(`apps/web.yaml:1:1: medium - shop/web: what holds Keel in the repository is not on the objects in the cluster (KEEL004)
home.snapshot, taken at 2026-05-17 09:00:39Z:1:1: unread - Helm releases: the API server does not let this user list them: not compared (CLUSTER001)
home.snapshot, taken at 2026-05-17 09:00:39Z:1:1: unread - clusterpolicies: the API server does not let this user list them: not compared (CLUSTER001)
`);
  expect(status).toBe(3);
});

test("a snapshot of one node has no objects of the cluster, and that is said of each kind", async () => {
  writeClusterSnapshot(join(root, "home.snapshot"), clusterOf([]), []);
  const { stdout } = await audit("--output", "json");
  const { cluster } = auditReport.parse(JSON.parse(stdout));
  expect([cluster?.releases, cluster?.untold.length]).toEqual([null, comparedKinds.length - 1]);
});

test("--fix takes the deployed version from Helm's record, and says which", async () => {
  write({ "csi/main.tf": csi(null) });
  const { stdout } = await audit("--fix");
  expect(readFileSync(join(root, "csi/main.tf"), "utf8")).toContain('version    = "4.13.2"');
  expect(stdout).toContain(
    "4.13.2  deployed: home.snapshot, taken at 2026-05-17 09:00:39Z, Secret nfs-csi/sh.helm.release.v1.csi-driver-nfs.v12, revision 12",
  );
});

test("--fix pins nothing where state and cluster disagree, and says what each has", async () => {
  const resources = [
    {
      mode: "managed",
      type: "helm_release",
      name: "csi",
      instances: [{ attributes: { name: "csi-driver-nfs", namespace: "nfs-csi", version: "4.13.1" } }],
    },
  ];
  write({
    "csi/main.tf": csi(null),
    "csi/terraform.tfstate": JSON.stringify({ version: 4, serial: 41, resources }),
  });
  const { stdout } = await audit("--fix=dry-run");
  expect(stdout).toMatchInlineSnapshot(`
    "0 of 1 finding would be pinned.
    Not written:
      the sources disagree on what is deployed: 4.13.1 (deployed: csi/terraform.tfstate, serial 41), 4.13.2 (deployed: home.snapshot, taken at 2026-05-17 09:00:39Z, Secret nfs-csi/sh.helm.release.v1.csi-driver-nfs.v12, revision 12)
        nfs-csi/csi-driver-nfs
    "
  `);
});

test.each<[string, string, string[], RegExp]>([
  [
    "two clusters and none named",
    "[{ name: a, paths: [csi/**] }, { name: b, paths: [apps/**] }]",
    [],
    /CLUSTER002: holdfast.yaml names 2 clusters. Say with --cluster which one this is: a, b/,
  ],
  [
    "one that there is not",
    "[{ name: a, paths: [csi/**] }]",
    ["--cluster", "b"],
    /CLUSTER002: holdfast.yaml names no cluster b. Name one of these: a/,
  ],
])("holdfast.yaml with %s: it has to be said which one was read", async (_, clusters, args, expected) => {
  write({ "holdfast.yaml": `clusters: ${clusters}\n` });
  const { status, stderr } = await audit(...args);
  expect([status, stderr]).toEqual([2, expect.stringMatching(expected)]);
});

test("what is of another cluster is not compared", async () => {
  write({ "holdfast.yaml": "clusters: [{ name: a, paths: [csi/**] }, { name: b, paths: [apps/**, policies/**] }]\n" });
  const { stdout } = await audit("--cluster", "b", "--output", "json");
  const report = auditReport.parse(JSON.parse(stdout));
  expect(report.findings.map(({ rule, subject }) => `${rule} ${subject}`)).toEqual([
    "KYV003 ClusterPolicy/keel-never",
    "LIVE002 default/toolbox",
    "LIVE002 nfs-csi/csi-driver-nfs",
  ]);
});

test("a cluster that is asked now is compared as a snapshot of it is", async () => {
  const cluster = clusterOf(running);
  const kinds = comparedKinds.flatMap((name): ServedKind[] => {
    const told = cluster.of(name);
    if (!isKnown(told) || told.known.kind === null) return [];
    return [{ ...told.known.kind, items: told.known.objects.map(({ object }) => object) }];
  });
  await using server = await httpServer(listingApiserver(kinds));
  write({ kubeconfig: kubeconfig(server.url) });
  const options = ["audit", "--live", "--kubeconfig", "kubeconfig", "--output", "json"];
  const { stdout } = await holdfast(options, { cwd: root });
  const rulesOf = (text: string): unknown =>
    auditReport.parse(JSON.parse(text)).findings.map(({ rule, subject }) => [rule, subject]);
  expect(rulesOf(stdout)).toEqual(rulesOf((await audit("--output", "json")).stdout));
  expect(stdout).toContain(`${server.url}, read at`);
});

test("--cluster without a cluster is a mistake", async () => {
  const { status, stderr } = await holdfast(["audit", "--cluster", "a"], { cwd: root });
  expect([status, stderr]).toEqual([
    2,
    expect.stringContaining("option '--cluster <name>' needs --snapshot or --live"),
  ]);
});
