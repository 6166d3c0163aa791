import { expect, test } from "vitest";
import { clusterOf, forbidden, helmRecord, type Manifest } from "../../test/builders/cluster-objects.ts";
import { treeOf } from "../../test/builders/tree.ts";
import type { DeployedRelease } from "../model/deployed.ts";
import { readRepository } from "../repository/read.ts";
import { projectCluster } from "../snapshot/read/running-cluster.ts";
import { compare } from "./cluster/comparison.ts";
import { deployedTarget } from "./deployed-target.ts";

function release(name: string, namespace: string, chart: string): string {
  return `resource "helm_release" "app" {
  name       = "${name}"
  namespace  = "${namespace}"
  repository = "https://charts.example.org"
  chart      = "${chart}"
}
`;
}

const { releases } = readRepository(
  treeOf({
    "a/main.tf": release("a", "ns-a", "chart-a"),
    "b/main.tf": release("b", "ns-b", "chart-b"),
    "c/main.tf": release("twin", "ns", "chart-c"),
    "d/main.tf": release("twin", "ns", "chart-c"),
  }),
);

const deployed: DeployedRelease = {
  namespace: "ns-a",
  name: "a",
  address: "helm_release.app",
  stack: null,
  chart: "chart-a",
  version: "1.0.0",
  source: "a.tfstate",
};

/** By stack: the version, or `-` where nothing is written. */
function targets(...known: readonly Partial<DeployedRelease>[]): string {
  const target = deployedTarget(
    known.map((one) => ({ ...deployed, ...one })),
    releases,
  );
  return releases
    .map((one) => {
      const found = target(one);
      return `${one.stack}:${typeof found === "string" ? "-" : found.version}`;
    })
    .join(" ");
}

test.each<[string, readonly Partial<DeployedRelease>[], string]>([
  ["a state that is not known to be of a stack pins only the release it names", [{}], "a:1.0.0 b:- c:- d:-"],
  ["one that is of a stack", [{ stack: "b", name: "b", namespace: "ns-b", chart: "chart-b" }], "a:- b:1.0.0 c:- d:-"],
  ["one of a stack that tells of another name", [{ stack: "b" }], "a:- b:- c:- d:-"],
  ["another chart of the name", [{ chart: "chart-x" }], "a:- b:- c:- d:-"],
  ["a source without addresses", [{ address: null }], "a:1.0.0 b:- c:- d:-"],
  ["two releases of one name", [{ name: "twin", namespace: "ns", chart: "chart-c" }], "a:- b:- c:- d:-"],
  [
    "two releases of one name, with their stacks",
    [
      { name: "twin", namespace: "ns", chart: "chart-c", stack: "c", version: "1.0.0" },
      { name: "twin", namespace: "ns", chart: "chart-c", stack: "d", version: "2.0.0" },
    ],
    "a:- b:- c:1.0.0 d:2.0.0",
  ],
  ["sources that disagree", [{}, { version: "2.0.0" }], "a:- b:- c:- d:-"],
])("%s", (_, known, expected) => {
  expect(targets(...known)).toBe(expected);
});

/** What is pinned of the release in `a`, by a state that says 1.0.0 or none, and by a cluster. */
function besideCluster(state: readonly DeployedRelease[], objects: readonly Manifest[], untold = {}): string {
  const running = projectCluster(clusterOf(objects, { untold }));
  const repository = readRepository(treeOf({ "a/main.tf": release("a", "ns-a", "chart-a") }));
  const [one] = repository.releases;
  const target = deployedTarget(state, repository.releases, compare(repository, running, null));
  const found = one === undefined ? "no release" : target(one);
  return typeof found === "string" ? found : `${found.version}: ${found.source}`;
}

const unproven = "nothing proves which version is deployed: give --state FILE or --snapshot FILE, or --fix-to newest";
const record = (version: string, change: Parameters<typeof helmRecord>[3] = {}, chart = "chart-a") =>
  helmRecord("ns-a", "a", { name: chart, version }, change);

test.each<[string, readonly DeployedRelease[], readonly Manifest[], string]>([
  [
    "a cluster alone",
    [],
    [record("1.0.0")],
    "1.0.0: deployed: home.snapshot, Secret ns-a/sh.helm.release.v1.a.v1, revision 1",
  ],
  [
    "both, and they agree",
    [deployed],
    [record("1.0.0")],
    "1.0.0: deployed: a.tfstate; deployed: home.snapshot, Secret ns-a/sh.helm.release.v1.a.v1, revision 1",
  ],
  [
    "both, and they disagree",
    [deployed],
    [record("1.1.0")],
    "the sources disagree on what is deployed: 1.0.0 (deployed: a.tfstate), 1.1.0 (deployed: home.snapshot, Secret ns-a/sh.helm.release.v1.a.v1, revision 1)",
  ],
  [
    "a state that says it is deployed, and a cluster without it",
    [deployed],
    [],
    "the sources disagree on what is deployed: 1.0.0 (deployed: a.tfstate), but the cluster has no release of its name (home.snapshot)",
  ],
  ["neither has it", [], [], "the cluster has no release of its name (home.snapshot)"],
  [
    "a first installation that failed",
    [],
    [record("1.0.0", { status: "failed" })],
    "revision 1 in the cluster is failed (home.snapshot)",
  ],
  [
    "an upgrade that failed: what is deployed counts",
    [],
    [record("1.0.0"), record("2.0.0", { revision: 2, status: "failed" })],
    "1.0.0: deployed: home.snapshot, Secret ns-a/sh.helm.release.v1.a.v1, revision 1",
  ],
  [
    "another chart",
    [],
    [record("1.0.0", {}, "chart-x")],
    "the cluster runs the chart chart-x under its name (home.snapshot)",
  ],
  [
    "a record that cannot be read",
    [deployed],
    [{ ...record("1.0.0"), release: undefined }],
    "the sources disagree on what is deployed: 1.0.0 (deployed: a.tfstate), but Helm's record in the cluster could not be read: the record has no payload (home.snapshot)",
  ],
])("by state and cluster: %s", (_, state, objects, expected) => {
  expect(besideCluster(state, objects)).toBe(expected);
});

test("a cluster whose records could not be read proves nothing, and takes nothing from a state", () => {
  expect([
    besideCluster([], [], { secrets: forbidden }),
    besideCluster([deployed], [], { secrets: forbidden }),
  ]).toEqual([unproven, "1.0.0: deployed: a.tfstate"]);
});
