import { expect, test } from "vitest";
import { clusterOf, forbidden, type Manifest } from "../../../test/builders/cluster-objects.ts";
import { isKnown } from "../../model/told.ts";
import { kinds } from "../format/kinds.ts";
import { comparedKinds, projectCluster } from "./running-cluster.ts";

const deployment: Manifest = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: {
    namespace: "shop",
    name: "web",
    resourceVersion: "118",
    managedFields: [{ manager: "helm" }],
    annotations: { "keel.sh/policy": "minor", "kubectl.kubernetes.io/last-applied-configuration": "{}" },
  },
  spec: {
    replicas: 2,
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "web", image: "web:1", env: [{ name: "TOKEN", value: "redacted-1" }] }] },
    },
  },
  status: { readyReplicas: 2 },
};

test("keeps of an object what is used, with its kind, which items of a list do not carry", () => {
  const cluster = projectCluster(clusterOf([deployment], { redacted: { "Deployment/web": ["/spec/x"] } }));
  const told = cluster.objects.get("deployments");
  expect(told !== undefined && isKnown(told) ? told.known : told).toEqual({
    objects: [
      {
        reference: {
          kind: "Deployment",
          namespace: "shop",
          name: "web",
          resourceVersion: "118",
          source: "home.snapshot",
        },
        object: {
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata: {
            namespace: "shop",
            name: "web",
            resourceVersion: "118",
            annotations: { "keel.sh/policy": "minor" },
          },
          spec: {
            template: {
              metadata: { labels: { app: "web" }, annotations: {} },
              spec: { containers: [{ name: "web", image: "web:1" }] },
            },
          },
        },
        redacted: ["/spec/x"],
      },
    ],
    unparsed: 0,
  });
});

test("counts an object that has not the form of its kind, and keeps the others", () => {
  const broken = { ...deployment, metadata: { namespace: "shop", name: "broken" }, spec: "none" };
  const told = projectCluster(clusterOf([broken, deployment])).objects.get("deployments");
  expect(told !== undefined && isKnown(told) ? [told.known.objects.length, told.known.unparsed] : told).toEqual([1, 1]);
});

test("leaves unknown what could not be read, Helm's records among it", () => {
  const { releases, objects } = projectCluster(clusterOf([deployment], { untold: { "*": forbidden } }));
  expect([releases, ...objects.values()]).toEqual(
    // Helm's Secrets and ConfigMaps tell of the same.
    Array.from({ length: comparedKinds.length - 1 }, () => ({ unknown: forbidden })),
  );
});

test("does not take what Helm has for told where one of its Secrets is not understood", () => {
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    type: "helm.sh/release.v1",
    metadata: { name: "x", namespace: "y" },
  };
  expect(projectCluster(clusterOf([secret])).releases).toMatchObject({ unknown: { code: "not-understood" } });
});

test("a kind that is not served has no objects", () => {
  const cluster = { ...clusterOf([]), of: () => ({ known: { kind: null, reading: null, objects: [] }, at: [] }) };
  expect(projectCluster(cluster).objects.get("clusterpolicies")).toEqual({
    known: { objects: [], unparsed: 0 },
    at: [],
  });
});

test("what is compared is in every snapshot", () => {
  const recorded = new Set(kinds.map(({ group, resource }) => `${resource}.${group}`));
  expect(comparedKinds.filter(({ group, resource }) => !recorded.has(`${resource}.${group}`))).toEqual([]);
});
