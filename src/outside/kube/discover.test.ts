import type { RequestListener } from "node:http";
import { describe, expect, test } from "vitest";
import { httpServer } from "../../../test/builders/http-server.ts";
import { json, kubeAt, status, told } from "../../../test/builders/kube.ts";
import type { GroupVersion } from "../../model/kube-source.ts";

/** Documents by path; `null` is refused. */
function serving(documents: Readonly<Record<string, unknown>>): RequestListener {
  return (request, response) => {
    const document = documents[request.url ?? ""];
    if (document === undefined || document === null) status(503, "ServiceUnavailable", "not yet")(response);
    else json(response, document);
  };
}

async function discovered(documents: Readonly<Record<string, unknown>>) {
  await using server = await httpServer(serving(documents));
  const { source } = await kubeAt(server.url, { limits: { tries: 1 } });
  const answer = await source.discover();
  if (!("known" in answer)) return told(answer);
  const { version, groupVersions, documents: read } = answer.known;
  return { version: told(version), groups: groupVersions.map(lineOf), read: read.map(({ path }) => path) };
}

function lineOf({ group, version, kinds }: GroupVersion): string {
  if (!("known" in kinds)) return `${group}/${version} ${told(kinds)}`;
  const named = kinds.known.map(
    (kind) =>
      `${kind.kind}=${kind.group}/${kind.version}/${kind.resource}${kind.namespaced ? "" : "!"}[${kind.verbs.join(" ")}]`,
  );
  return [`${group}/${version}`, ...named].join(" ");
}

const resource = (kind: string, scope = "Namespaced") => ({
  resource: `${kind.toLowerCase()}s`,
  responseKind: { group: "", version: "v1", kind },
  scope,
  verbs: ["get", "list"],
  subresources: [{ subresource: "status", responseKind: { group: "", version: "v1", kind }, verbs: ["get"] }],
});
const inOne = (...items: object[]) => ({ kind: "APIGroupDiscoveryList", apiVersion: "apidiscovery.k8s.io/v2", items });
const core = inOne({
  metadata: {},
  versions: [{ version: "v1", resources: [resource("Pod"), resource("Node", "Cluster")] }],
});
const version = { major: "1", gitVersion: "v1.36.3" };

describe("in one document", () => {
  test("with an aggregated API server that is down", async () => {
    const groups = inOne(
      {
        metadata: { name: "apps" },
        versions: [{ version: "v1", freshness: "Current", resources: [resource("Deployment")] }],
      },
      { metadata: { name: "metrics.k8s.io" }, versions: [{ version: "v1beta1", freshness: "Stale" }] },
      {
        metadata: { name: "odd" },
        versions: [{ version: "v1", resources: [{ ...resource("X"), responseKind: null }] }],
      },
    );
    expect(await discovered({ "/api": core, "/apis": groups, "/version": version })).toEqual({
      version: 'known "v1.36.3"',
      groups: [
        "/v1 Pod=/v1/pods[get list] Node=/v1/nodes![get list]",
        "apps/v1 Deployment=apps/v1/deployments[get list]",
        "metrics.k8s.io/v1beta1 not-served 200 -: the aggregated API server of metrics.k8s.io/v1beta1 did not tell what it serves (kubectl get apiservice names it and says why)",
        "odd/v1",
      ],
      read: ["/api", "/apis", "/version"],
    });
  });

  test("is asked for", async () => {
    await using server = await httpServer(serving({}));
    const { source } = await kubeAt(server.url, { limits: { tries: 1 } });
    await source.discover();
    expect(server.headers.map(({ accept }) => accept)).toEqual([
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json",
    ]);
  });
});

test("in a document a group, where an API server is older", async () => {
  const list = (...resources: object[]) => ({ kind: "APIResourceList", groupVersion: "v1", resources });
  const entry = { name: "pods", kind: "Pod", namespaced: true, verbs: ["list"] };
  expect(
    await discovered({
      "/api": { kind: "APIVersions", versions: ["v1"] },
      "/apis": {
        kind: "APIGroupList",
        groups: [
          { name: "apps", versions: [{ version: "v1" }] },
          { name: "metrics.k8s.io", versions: [{ version: "v1beta1" }] },
        ],
      },
      "/api/v1": list(entry, { ...entry, name: "pods/status" }),
      "/apis/apps/v1": list({ ...entry, name: "deployments", kind: "Deployment" }),
    }),
  ).toEqual({
    version: "not-served 503 ServiceUnavailable: the API server refused with status 503: not yet",
    groups: [
      "/v1 Pod=/v1/pods[list]",
      "apps/v1 Deployment=apps/v1/deployments[list]",
      "metrics.k8s.io/v1beta1 not-served 503 ServiceUnavailable: the API server refused with status 503: not yet",
    ],
    read: ["/api", "/api/v1", "/apis", "/apis/apps/v1"],
  });
});

test.each<[string, Readonly<Record<string, unknown>>, string]>([
  [
    "the core group is not told",
    { "/apis": inOne() },
    "not-served 503 ServiceUnavailable: the API server refused with status 503: not yet",
  ],
  [
    "the groups are not told",
    { "/api": core },
    "not-served 503 ServiceUnavailable: the API server refused with status 503: not yet",
  ],
  ["the answer is a page", { "/api": "<html>" }, "not-understood 200 -: the answer to /api is no discovery document"],
  [
    "the answer is something else",
    { "/api": { kind: "PodList" } },
    "not-understood 200 -: the answer to /api is no discovery document",
  ],
])("unknown where %s", async (_, documents, expected) => {
  expect(await discovered(documents)).toBe(expected);
});
