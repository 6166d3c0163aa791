import { describe, expect, test } from "vitest";
import { always, asked } from "../../../test/builders/kube-answers.ts";
import type { Answer } from "../../../test/builders/kube-answers.ts";
import { json, pod, pods, status } from "../../../test/builders/kube.ts";
import { leases } from "../../model/kube-kinds.ts";
import type { KubeSource } from "../../model/kube-source.ts";

const read = { namespace: "default", name: "a", uid: "uid-of-a", resourceVersion: "7" };
const lease = (rest: object = {}): object => ({
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { namespace: "default", name: "a", uid: "uid-of-a", resourceVersion: "8", ...rest },
});
const details = { name: "a", kind: "leases", group: "coordination.k8s.io" };
const update = (source: KubeSource) => source.update(leases, read, { spec: {} });

describe("update", () => {
  test("puts the object in the place of this very one", async () => {
    let sent = "";
    const { answer, seen } = await asked(
      (request, response) => {
        request.setEncoding("utf8").on("data", (text: string) => (sent += text));
        request.on("end", () => json(response, lease()));
      },
      (source) =>
        source.update(leases, read, {
          kind: "Pod",
          metadata: { labels: { app: "holdfast" }, uid: "another", resourceVersion: "" },
          spec: { holderIdentity: "me" },
        }),
    );
    expect(answer).toBe(`known ${JSON.stringify({ json: JSON.stringify(lease()), object: lease() })}`);
    expect([JSON.parse(sent), seen]).toEqual([
      {
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: { labels: { app: "holdfast" }, ...read },
        spec: { holderIdentity: "me" },
      },
      ["PUT /apis/coordination.k8s.io/v1/namespaces/default/leases/a -"],
    ]);
  });

  test("puts only the status", async () => {
    const { answer, seen } = await asked(
      always((response) => json(response, pod("a"))),
      (source) => source.update(pods, read, { status: {} }, { subresource: "status" }),
    );
    expect([answer.slice(0, 7), seen]).toEqual(["known {", ["PUT /api/v1/namespaces/default/pods/a/status -"]]);
  });

  const open = "; whether the object was changed is not known";
  test.each<[string, Answer, string, number]>([
    [
      "it has changed since",
      status(409, "Conflict", "the object has been modified", { details }),
      'known "conflict"',
      1,
    ],
    ["it is gone", status(404, "NotFound", 'leases "a" not found', { details }), 'known "conflict"', 1],
    [
      "something else is in conflict",
      status(409, "Conflict", "a quota has been modified", { details: { ...details, kind: "resourcequotas" } }),
      "not-served 409 Conflict: the API server refused with status 409: a quota has been modified",
      1,
    ],
    [
      "nobody says over what there is a conflict",
      status(409, "Conflict", "denied by a webhook"),
      "not-served 409 Conflict: the API server refused with status 409: denied by a webhook",
      1,
    ],
    [
      "a proxy says that there is a conflict",
      (response) => response.writeHead(409, { "content-type": "text/html" }).end("<html>"),
      "not-understood 409 -: status 409 without an API server's explanation (text/html)" + open,
      1,
    ],
    [
      "it is not permitted",
      status(403, "Forbidden", "no"),
      'not-permitted 403 Forbidden: the API server does not permit it (403: no) (grant an RBAC rule {apiGroups: ["coordination.k8s.io"], resources: [leases], verbs: [update]})',
      1,
    ],
    [
      "the API server fails: it is not asked again",
      status(500, "InternalError", "etcdserver: request timed out"),
      `not-served 500 InternalError: the API server refused with status 500: etcdserver: request timed out${open}`,
      1,
    ],
    [
      "the API server is busy: nothing was done, and it is asked again",
      status(429, "TooManyRequests", "later"),
      "not-served 429 TooManyRequests: the API server refused with status 429: later, 2 times",
      2,
    ],
    [
      "the connection is cut",
      (response) => response.socket?.resetAndDestroy(),
      `incomplete - -: the connection was cut${open}`,
      1,
    ],
    [
      "the answer is another object",
      (response) => json(response, lease({ uid: "another" })),
      `not-understood 200 -: the answer is about an object with another uid${open}`,
      1,
    ],
    [
      "the answer is no object",
      (response) => json(response, "<html>"),
      `not-understood 200 -: the answer is no Lease${open}`,
      1,
    ],
  ])("where %s", async (_, answer, expected, times) => {
    const { answer: got, seen } = await asked(always(answer), update);
    expect([got, seen.length]).toEqual([expected, times]);
  });

  test.each([{ name: "../a" }, { uid: "" }, { resourceVersion: "" }])("does not ask for %j", async (odd) => {
    const { answer, seen } = await asked(
      always(() => undefined),
      (source) => source.update(leases, { ...read, ...odd }, {}),
    );
    expect([answer, seen]).toEqual(["not-understood - -: what was asked for is no name of an object", []]);
  });
});
