import { describe, expect, test } from "vitest";
import { always, asked, by } from "../../../test/builders/kube-answers.ts";
import type { Answer } from "../../../test/builders/kube-answers.ts";
import { httpServer } from "../../../test/builders/http-server.ts";
import { json, kubeAt, pod, pods, status, told } from "../../../test/builders/kube.ts";
import { leases } from "../../model/kube-kinds.ts";

const notFound = (details: object, code = 404): Answer => status(code, "NotFound", 'pods "a" not found', { details });
const html: Answer = (response) => response.writeHead(404, { "content-type": "text/html" }).end("<html>not found");
const conflict = status(409, "Conflict", "Precondition failed: UID in precondition: 1, UID in object meta: 2");

describe("get", () => {
  const a = { namespace: "default", name: "a" };

  test("gives the object as it was served", async () => {
    const text = ` ${JSON.stringify(pod("a"))}\n`;
    const { answer, seen } = await asked(
      always((response) => json(response, text)),
      (source) => source.get(pods, a),
    );
    expect(answer).toBe(`known ${JSON.stringify({ json: text, object: pod("a") })}`);
    expect(seen).toEqual(["GET /api/v1/namespaces/default/pods/a -"]);
  });

  test("is given up between two tries, where the signal fires then", async () => {
    const giveUp = new AbortController();
    await using server = await httpServer(always(status(503, "ServiceUnavailable", "not yet")));
    const sleep = () => Promise.resolve(giveUp.abort());
    const { source } = await kubeAt(server.url, { waiting: { now: () => 0, random: () => 0, sleep } });
    expect(told(await source.get(pods, a, { signal: giveUp.signal }))).toBe(
      "not-served 503 ServiceUnavailable: the API server refused with status 503: not yet",
    );
    expect(server.seen).toHaveLength(1);
  });

  test.each<[string, Answer, string]>([
    ["of this pod", notFound({ name: "a", kind: "pods" }), "known null"],
    [
      "of another name",
      notFound({ name: "b", kind: "pods" }),
      'not-served 404 NotFound: the API server refused with status 404: pods "a" not found',
    ],
    [
      "of another kind",
      notFound({ name: "a", kind: "nodes" }),
      'not-served 404 NotFound: the API server refused with status 404: pods "a" not found',
    ],
    [
      "of another group",
      notFound({ name: "a", kind: "pods", group: "metrics.k8s.io" }),
      'not-served 404 NotFound: the API server refused with status 404: pods "a" not found',
    ],
    [
      "of the resource",
      status(404, "NotFound", "the server could not find the requested resource", { details: {} }),
      "not-served 404 NotFound: the API server refused with status 404: the server could not find the requested resource",
    ],
    [
      "without an explanation",
      (response) => response.writeHead(404).end("404 page not found\n"),
      "not-served 404 -: the API server does not serve this kind (404)",
    ],
    ["of a proxy", html, "not-understood 404 -: status 404 without an API server's explanation (text/html)"],
    [
      "in a success",
      (response) => json(response, { kind: "Status", apiVersion: "v1", reason: "NotFound", code: 404 }),
      "not-understood 200 -: the answer is no Pod",
    ],
  ])("and a 404 %s", async (_, answer, expected) => {
    expect((await asked(always(answer), (source) => source.get(pods, a))).answer).toBe(expected);
  });

  test("and a 404 in a group", async () => {
    const answer = notFound({ name: "a", kind: "leases", group: "coordination.k8s.io" });
    expect((await asked(always(answer), (source) => source.get(leases, a))).answer).toBe("known null");
  });

  test.each<[string, object | string]>([
    ["another name", pod("b")],
    [
      "another namespace",
      { ...pod("a"), metadata: { name: "a", namespace: "kube-system", uid: "1", resourceVersion: "1" } },
    ],
    ["another kind", { ...pod("a"), kind: "Node" }],
    ["another API", { ...pod("a"), apiVersion: "v2" }],
  ])("believes no answer of %s", async (_, answer) => {
    expect(
      (
        await asked(
          always((response) => json(response, answer)),
          (source) => source.get(pods, a),
        )
      ).answer,
    ).toBe("not-understood 200 -: the answer is not the Pod that was asked for");
  });

  test.each(["", ".", "..", "a/b", "../nodes", "%2e%2e"])("does not ask for the name %j", async (name) => {
    const { answer, seen } = await asked(always(html), (source) => source.get(pods, { namespace: "default", name }));
    expect([answer, seen]).toEqual(["not-understood - -: what was asked for is no name of an object", []]);
  });
});

describe("create", () => {
  const reader = { apiVersion: "v1", kind: "Pod", metadata: { generateName: "reader-" } };

  test("tells the object that was made", async () => {
    let sent = "";
    const { answer, seen } = await asked(
      (request, response) => {
        request.setEncoding("utf8").on("data", (text: string) => (sent += text));
        request.on("end", () => json(response, pod("reader-x"), 201));
      },
      (source) => source.create(pods, "default", reader),
    );
    expect(answer).toBe(`known ${JSON.stringify({ json: JSON.stringify(pod("reader-x")), object: pod("reader-x") })}`);
    expect([JSON.parse(sent), seen]).toEqual([reader, ["POST /api/v1/namespaces/default/pods -"]]);
  });

  const open = "; whether the object was made is not known";
  test.each<[string, Answer, string, number]>([
    [
      "it is there already",
      status(409, "AlreadyExists", 'pods "reader" already exists'),
      'not-served 409 AlreadyExists: the API server refused with status 409: pods "reader" already exists',
      1,
    ],
    [
      "admission denies it",
      status(403, "Forbidden", 'pods "reader" is forbidden: violates PodSecurity "baseline:latest"'),
      'not-permitted 403 Forbidden: the API server does not permit it (403: pods "reader" is forbidden: violates PodSecurity "baseline:latest") (grant an RBAC rule {apiGroups: [""], resources: [pods], verbs: [create]})',
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
      "the answer is no object",
      (response) => json(response, "<html>"),
      `not-understood 200 -: the answer is no Pod${open}`,
      1,
    ],
  ])("where %s", async (_, answer, expected, times) => {
    const { answer: got, seen } = await asked(always(answer), (source) => source.create(pods, "default", reader));
    expect([got, seen.length]).toEqual([expected, times]);
  });

  test("where no answer comes in time", async () => {
    const silent = always(() => undefined);
    const { answer } = await asked(silent, (source) => source.create(pods, "default", reader), { tryFor: 150 });
    expect(answer).toBe(`timed-out - -: no whole answer within 0.15 s${open}`);
  });
});

describe("delete", () => {
  const a = { namespace: "default", name: "a", uid: "uid-of-a" };

  test("asks for this very object, with its own grace period", async () => {
    let sent = "";
    const { answer, seen } = await asked(
      (request, response) => {
        request.setEncoding("utf8").on("data", (text: string) => (sent += text));
        request.on("end", () => json(response, pod("a")));
      },
      (source) => source.delete(pods, a),
    );
    expect(answer).toBe('known "accepted"');
    expect(JSON.parse(sent)).toEqual({ apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid: "uid-of-a" } });
    expect(seen).toEqual(["DELETE /api/v1/namespaces/default/pods/a -"]);
  });

  test.each<[string, Readonly<Record<string, Answer>>, string]>([
    [
      "removed at once",
      { DELETE: (response) => json(response, { kind: "Status", apiVersion: "v1", status: "Success" }) },
      'known "accepted"',
    ],
    ["not there", { DELETE: notFound({ name: "a", kind: "pods" }) }, 'known "absent"'],
    ["replaced", { DELETE: conflict, GET: (response) => json(response, pod("a", "another")) }, 'known "replaced"'],
    ["gone after a conflict", { DELETE: conflict, GET: notFound({ name: "a", kind: "pods" }) }, 'known "absent"'],
    [
      "in conflict over something else",
      { DELETE: conflict, GET: (response) => json(response, pod("a")) },
      "not-served 409 Conflict: the API server refused with status 409: Precondition failed: UID in precondition: 1, UID in object meta: 2",
    ],
    [
      "in conflict, and then not told",
      { DELETE: conflict, GET: html },
      "not-understood 404 -: status 404 without an API server's explanation (text/html)",
    ],
    [
      "another object in the answer",
      { DELETE: (response) => json(response, pod("a", "another")) },
      "not-understood 200 -: the answer is about an object with another uid",
    ],
    [
      "a page in the answer",
      { DELETE: (response) => json(response, "<html>") },
      "not-understood 200 -: the answer is no Pod",
    ],
    [
      "a failure in a success",
      { DELETE: (response) => json(response, { kind: "Status", apiVersion: "v1", status: "Failure" }) },
      "not-understood 200 -: the answer is no Pod",
    ],
  ])("%s", async (_, answers, expected) => {
    expect((await asked(by(answers), (source) => source.delete(pods, a))).answer).toBe(expected);
  });
});
