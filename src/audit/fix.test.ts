import { expect, test } from "vitest";
import { treeOf } from "../../test/builders/tree.ts";
import type { DeployedRelease } from "../model/deployed.ts";
import { readRepository } from "../repository/read.ts";
import { deployedTarget } from "./fix.ts";

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
