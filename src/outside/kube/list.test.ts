import type { RequestListener, ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { httpServer } from "../../../test/builders/http-server.ts";
import { json, kubeAt, pod, podList, pods, status, stepsOf } from "../../../test/builders/kube.ts";
import type { ListOptions } from "../../model/kube-source.ts";
import type { RequestLimits } from "./requests.ts";

type Answer = (response: ServerResponse) => unknown;

/** Answers one after the other, the last one again and again. */
function inTurn(...answers: readonly Answer[]): RequestListener {
  let turn = 0;
  return (_, response) => void answers[Math.min(turn++, answers.length - 1)]?.(response);
}

const list =
  (names: readonly string[], metadata: object = {}): Answer =>
  (response) =>
    json(response, podList(names, metadata));
const html =
  (code: number): Answer =>
  (response) =>
    response.writeHead(code, { "content-type": "text/html; charset=utf-8" }).end("<html>secret-of-the-page</html>");

const wanted: ListOptions = { freshness: "most-recent", limit: 2 };
const a = JSON.stringify(pod("a"));
const b = JSON.stringify(pod("b"));
const gone = status(410, "Expired", "The provided continue parameter is too old");
const goneSays =
  "not-served 410 Expired: the API server refused with status 410: The provided continue parameter is too old";

async function listed(
  answer: RequestListener,
  options: Partial<ListOptions> = {},
  limits: Partial<RequestLimits> = {},
) {
  await using server = await httpServer(answer);
  const { source, waits } = await kubeAt(server.url, { limits });
  const steps = await stepsOf(source.list(pods, { ...wanted, ...options }));
  return { steps, waits, seen: server.seen };
}

describe("a whole list", () => {
  test("of one page", async () => {
    expect(await listed(inTurn(list(["a", "b"])))).toEqual({
      steps: ["begin 1", `page ${a} ${b}`, "end at 42 with 2"],
      waits: [],
      seen: ["GET /api/v1/pods?limit=2 -"],
    });
  });

  test("of several pages, with what was asked on each of them", async () => {
    const { steps, seen } = await listed(inTurn(list(["a"], { continue: "next/1" }), list(["b"])), {
      namespace: "kube system",
      fieldSelector: "spec.nodeName=cp",
      labelSelector: "app in (a,b)",
      freshness: { notOlderThan: "41" },
    });
    expect(steps).toEqual(["begin 1", `page ${a}`, `page ${b}`, "end at 42 with 2"]);
    const selectors = "fieldSelector=spec.nodeName%3Dcp&labelSelector=app+in+%28a%2Cb%29";
    expect(seen).toEqual([
      `GET /api/v1/namespaces/kube%20system/pods?limit=2&${selectors}&resourceVersion=41&resourceVersionMatch=NotOlderThan -`,
      `GET /api/v1/namespaces/kube%20system/pods?limit=2&continue=next%2F1&${selectors} -`,
    ]);
  });

  test("of a kind in a group", async () => {
    const nodes = { group: "storage.k8s.io", version: "v1", resource: "csinodes", kind: "CSINode", namespaced: false };
    const empty = {
      kind: "CSINodeList",
      apiVersion: "storage.k8s.io/v1",
      metadata: { resourceVersion: "9" },
      items: null,
    };
    await using server = await httpServer((_, response) => json(response, empty));
    const { source } = await kubeAt(server.url);
    expect(await stepsOf(source.list(nodes, wanted))).toEqual(["begin 1", "page ", "end at 9 with 0"]);
    expect(server.seen).toEqual(["GET /apis/storage.k8s.io/v1/csinodes?limit=2 -"]);
  });

  test("keeps the text of objects as it was served", async () => {
    const text = `{ "metadata":{"name":"a\\u0000\\"}]","uid":"1"},"count" : 12345678901234567890, "x":{"items":[1]} }`;
    const page = `{"items":[ ${text} ,\n${text}],"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"1"}}`;
    const { steps } = await listed(inTurn((response) => json(response, page)));
    expect(steps[1]).toBe(`page ${text} ${text}`);
  });

  test("says when the first page was answered, by the clock of who answered it", async () => {
    const dates = ["Sun, 17 May 2026 09:00:40 GMT", "Sun, 17 May 2026 09:00:55 GMT"];
    const pages = [podList(["a"], { continue: "1" }), podList(["b"])];
    let turn = 0;
    await using server = await httpServer((_, response) => {
      response.setHeader("date", dates[turn] ?? "");
      json(response, pages[turn++] ?? {});
    });
    const { source } = await kubeAt(server.url);
    const ends: unknown[] = [];
    for await (const step of source.list(pods, wanted)) if (step.step === "end") ends.push(step.servedAt);
    expect(ends).toEqual(["2026-05-17T09:00:40.000Z"]);
  });

  test("never asks for what drops the limit of a page", async () => {
    await expect(listed(inTurn(list([])), { freshness: { notOlderThan: "0" } })).rejects.toThrow(
      '"0" is no resourceVersion of a list',
    );
  });
});

describe("a list begins anew where its revision was forgotten", () => {
  test("and says so", async () => {
    const { steps } = await listed(inTurn(list(["a"], { continue: "1" }), gone, list(["b"])));
    expect(steps).toEqual(["begin 1", `page ${a}`, `begin 2 since ${goneSays}`, `page ${b}`, "end at 42 with 1"]);
  });

  test("three times, and then fails", async () => {
    const first = list(["a"], { continue: "1" });
    const { steps, seen } = await listed(inTurn(first, gone, first, gone, first, gone, first, gone));
    const again = (attempt: number): string[] => [`begin ${attempt} since ${goneSays}`, `page ${a}`];
    expect(steps).toEqual(["begin 1", `page ${a}`, ...again(2), ...again(3), ...again(4), `failed ${goneSays}`]);
    expect(seen).toHaveLength(8);
  });

  test("or its pages are of two revisions", async () => {
    const second = list(["b"], { resourceVersion: "43" });
    const { steps } = await listed(inTurn(list(["a"], { continue: "1" }), second, second));
    expect(steps).toEqual([
      "begin 1",
      `page ${a}`,
      "begin 2 since incomplete 200 -: the pages of the list were not of one resourceVersion",
      `page ${b}`,
      "end at 43 with 1",
    ]);
  });
});

describe("tries again", () => {
  test.each<[string, Answer, number[]]>([
    ["429 with Retry-After", status(429, "TooManyRequests", "slow down", {}, { "retry-after": "3" }), [3000]],
    ["429 without", status(429, "TooManyRequests", "slow down"), [500]],
    ["429 of a proxy", html(429), [500]],
    ["500", status(500, "InternalError", "conversion webhook failed"), [500]],
    ["502 of a proxy", html(502), [500]],
    ["503", status(503, "ServiceUnavailable", "apiserver is shutting down"), [500]],
    ["504", status(504, "Timeout", "Timeout: Too large resource version: 99"), [500]],
    ["a reset", (response) => response.socket?.resetAndDestroy(), [500]],
    [
      "a cut body",
      (response) => response.writeHead(200, { "content-length": "99" }).write("{", () => response.destroy()),
      [500],
    ],
  ])("after %s", async (_, fault, expected) => {
    const { steps, waits } = await listed(inTurn(fault, list(["a"])));
    expect([steps, waits]).toEqual([["begin 1", `page ${a}`, "end at 42 with 1"], expected]);
  });

  test("at growing distances, six times in all", async () => {
    const { steps, waits } = await listed(inTurn(status(503, "ServiceUnavailable", "not yet")));
    expect([steps[1], waits]).toEqual([
      "failed not-served 503 ServiceUnavailable: the API server refused with status 503: not yet, 6 times",
      [500, 1000, 2000, 4000, 8000],
    ]);
  });

  test("not for longer than the deadline of a request", async () => {
    const { steps, waits } = await listed(inTurn(status(429, "TooManyRequests", "later", {}, { "retry-after": "50" })));
    expect([steps[1], waits]).toEqual([
      "failed not-served 429 TooManyRequests: the API server refused with status 429: later, 2 times",
      [50_000],
    ]);
  });
});

describe("no list at all", () => {
  const forbidden = 'pods is forbidden: User "me" cannot list resource "pods" in API group ""';
  test.each<[string, Answer, string]>([
    [
      "401",
      status(401, "Unauthorized", "Unauthorized"),
      "not-permitted 401 Unauthorized: the API server does not accept the credentials (401), 2 times (log in to the cluster again, or mend the user that the kubeconfig's context names)",
    ],
    [
      "403",
      status(403, "Forbidden", forbidden),
      `not-permitted 403 Forbidden: the API server does not permit it (403: ${forbidden}) (grant an RBAC rule {apiGroups: [""], resources: [pods], verbs: [list]})`,
    ],
    [
      "403 with a secret in its text",
      status(403, "Forbidden", "denied\nby https://user:hunter2@hook.example/?x token=abcdefgh"),
      'not-permitted 403 Forbidden: the API server does not permit it (403: denied by https://<redacted>@hook.example/?x token=<redacted>) (grant an RBAC rule {apiGroups: [""], resources: [pods], verbs: [list]})',
    ],
    ["403 of a proxy", html(403), "not-understood 403 -: status 403 without an API server's explanation (text/html)"],
    [
      "404 of an API server without this kind",
      (response) => response.writeHead(404, { "content-type": "text/plain" }).end("404 page not found\n"),
      "not-served 404 -: the API server does not serve this kind (404)",
    ],
    ["410 at once", gone, goneSays],
    [
      "a redirect to another host",
      (response) =>
        response.writeHead(302, { location: "https://user:hunter2@elsewhere.example/api?token=s3cret" }).end(),
      "not-understood 302 -: it redirects (302) to https://elsewhere.example/api, and a redirect is not followed",
    ],
    [
      "a Status that speaks of another status",
      status(400, "BadRequest", "no", { code: 418 }),
      "not-understood 400 BadRequest: status 400 without an API server's explanation (application/json)",
    ],
    ["HTML", html(200), "not-understood 200 -: the answer is no list in JSON"],
    [
      "truncated JSON",
      (response) => json(response, podList(["a"]).slice(0, -9)),
      "not-understood 200 -: the answer is no list in JSON",
    ],
    [
      "a list that is cut in its items",
      (response) => json(response, podList(["a"]).slice(0, 99)),
      "not-understood 200 -: the answer is no list in JSON",
    ],
    ["nothing", (response) => json(response, ""), "not-understood 200 -: the answer is no list in JSON"],
    ["an object", (response) => json(response, pod("a")), "not-understood 200 -: the answer is no list in JSON"],
    [
      "a list without items",
      (response) => json(response, '{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"1"}}'),
      "not-understood 200 -: the answer is no list in JSON",
    ],
    [
      "two lists in one",
      (response) => json(response, podList(["a"]).replace(/}$/, ',"items":[]}')),
      "not-understood 200 -: the answer is no list in JSON",
    ],
    [
      "a list without resourceVersion",
      list([], { resourceVersion: "" }),
      "not-understood 200 -: the answer is no list in JSON",
    ],
    [
      "a list of another API",
      (response) => json(response, podList([]).replace('"v1"', '"v2"')),
      "not-understood 200 -: the answer is a list of another API",
    ],
    [
      "items that are no objects",
      (response) => json(response, podList([]).replace("[]", '[{},"a"]')),
      "not-understood 200 -: the items of the list are no JSON objects",
    ],
    [
      "items that are no JSON",
      (response) => json(response, podList([]).replace("[]", "[{a}]")),
      "not-understood 200 -: an item of the list is no JSON",
    ],
    [
      "one page again and again",
      list(["a"], { continue: "1" }),
      "not-understood 200 -: the API server gave the same page twice",
    ],
    [
      "what is not UTF-8",
      (response) => response.end(Buffer.from([0xff])),
      "not-understood - -: the answer is not valid UTF-8",
    ],
    [
      "too much",
      list(Array.from({ length: 500 }, (_, index) => `pod-${index}`)),
      "incomplete - -: the answer is over the cap of 20000 bytes",
    ],
    [
      "an answer without an end",
      (response) => response.socket?.end("HTTP/1.1 200 OK\r\n\r\n{}"),
      "incomplete - -: the answer gives no length, so a cut off one could not be told",
    ],
    [
      "what is not HTTP",
      (response) => response.socket?.end("SSH-2.0-x\r\n"),
      "not-understood - -: the answer is not HTTP",
    ],
    ["resets", (response) => response.socket?.resetAndDestroy(), "incomplete - -: the connection was cut, 6 times"],
  ])("for %s", async (_, fault, reason) => {
    const { steps } = await listed(inTurn(fault), {}, { bytes: 20_000 });
    expect(steps.at(-1)).toBe(`failed ${reason}`);
    expect(steps.filter((step) => step.startsWith("end"))).toEqual([]);
  });

  test.each<[string, Answer]>([
    ["nothing comes", () => undefined],
    ["the rest does not come", (response) => response.write("{")],
  ])("where %s in time", async (_, silent) => {
    const { steps } = await listed(inTurn(silent), {}, { tryFor: 150 });
    expect(steps).toEqual(["begin 1", "failed timed-out - -: no whole answer within 0.15 s"]);
  });

  test("where nobody listens", async () => {
    const { url } = await stopped(httpServer(inTurn(list([]))));
    const { source } = await kubeAt(url);
    expect(await stepsOf(source.list(pods, wanted))).toEqual([
      "begin 1",
      "failed not-reached - -: the connection was refused",
    ]);
  });

  test("where it is given up", async () => {
    await using server = await httpServer(inTurn(() => undefined));
    const { source } = await kubeAt(server.url);
    const giveUp = new AbortController();
    const steps = stepsOf(source.list(pods, { ...wanted, signal: giveUp.signal }));
    giveUp.abort();
    expect(await steps).toEqual([
      "begin 1",
      "failed timed-out - -: it was given up before the API server had answered",
    ]);
  });
});

/** A server that has stopped: its port is free again. */
async function stopped(starting: ReturnType<typeof httpServer>): Promise<{ url: string }> {
  await using server = await starting;
  return { url: server.url };
}
