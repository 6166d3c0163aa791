import { expect, test } from "vitest";
import { always, asked } from "../../../test/builders/kube-answers.ts";
import type { Answer } from "../../../test/builders/kube-answers.ts";
import { status } from "../../../test/builders/kube.ts";

const text =
  (body: string, code = 200): Answer =>
  (response) =>
    response.writeHead(code, { "content-type": "text/plain" }).end(body);

test.each<["pods" | "metrics", string]>([
  ["pods", "GET /api/v1/nodes/w1/proxy/pods -"],
  ["metrics", "GET /api/v1/nodes/w1/proxy/metrics -"],
])("passes on what the kubelet says of %s", async (page, line) => {
  const { answer, seen } = await asked(always(text("as it stands\n")), (source) => source.kubeletPage("w1", page));
  expect([answer, seen]).toEqual(['known "as it stands\\n"', [line]]);
});

test.each<[string, Answer, string]>([
  [
    "the API server does not permit it",
    status(403, "Forbidden", 'nodes "w1" is forbidden'),
    'not-permitted 403 Forbidden: the API server does not permit it (403: nodes "w1" is forbidden) (grant an RBAC rule {apiGroups: [""], resources: [nodes/proxy], verbs: [get]})',
  ],
  [
    "the kubelet does not permit it",
    text("Forbidden (user=kube-apiserver, verb=get, resource=nodes, subresource(s)=[pods proxy])\n", 403),
    "not-permitted 403 -: /pods of the kubelet is not permitted (403), and it is not the API server that says so (grant the user of the API server's --kubelet-client-certificate get of nodes/pods)",
  ],
  [
    "the kubelet does not know the API server",
    text("Unauthorized", 401),
    "not-permitted 401 -: /pods of the kubelet is not permitted (401), and it is not the API server that says so (grant the user of the API server's --kubelet-client-certificate get of nodes/pods)",
  ],
  [
    "the kubelet is not reached",
    status(503, "ServiceUnavailable", "error trying to reach service: dial tcp 10.0.0.2:10250: connection refused"),
    "not-served 503 ServiceUnavailable: the API server refused with status 503: error trying to reach service: dial tcp 10.0.0.2:10250: connection refused, 2 times",
  ],
  [
    "the answer is cut",
    (response) => response.writeHead(200, { "content-length": "9" }).write("a") && response.socket?.destroySoon(),
    "incomplete - -: the connection was cut, 2 times",
  ],
])("tells nothing where %s", async (_, answer, expected) => {
  expect((await asked(always(answer), (source) => source.kubeletPage("w1", "pods"))).answer).toBe(expected);
});

test.each(["", "..", "w1/proxy/run", "https:w1:22", "w1:22"])("asks no node %j", async (node) => {
  const { answer, seen } = await asked(always(text("")), (source) => source.kubeletPage(node, "pods"));
  expect([answer, seen]).toEqual(["not-understood - -: what was asked for is no name of a node", []]);
});

test("gives up what is too large", async () => {
  const { answer } = await asked(always(text("x".repeat(2000))), (source) => source.kubeletPage("w1", "metrics"), {
    bytes: 1000,
  });
  expect(answer).toBe("incomplete - -: the answer is over the cap of 1000 bytes");
});
