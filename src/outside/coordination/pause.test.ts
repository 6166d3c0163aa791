import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { always, asked } from "../../../test/builders/kube-answers.ts";
import { json, status } from "../../../test/builders/kube.ts";
import { pauseNow } from "./pause.ts";

const configMap =
  (rest: object, metadata: object = {}) =>
  (response: ServerResponse) =>
    json(response, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { namespace: "kube-system", name: "holdfast-pause", uid: "1", resourceVersion: "7", ...metadata },
      ...rest,
    });
const at = { creationTimestamp: "2026-05-17T09:00:39Z" };
const details = { name: "holdfast-pause", kind: "configmaps" };

test.each<[string, (response: ServerResponse) => unknown, string]>([
  ["the API server says so", status(404, "NotFound", "no", { details }), "known null"],
  [
    "there is one, and who and why",
    configMap({ data: { by: "anna", reason: "a disk\n\u202eis moved" } }, at),
    'known {"since":"2026-05-17T09:00:39Z","by":"anna","reason":"a disk\\\\n\\\\u{202e}is moved"}',
  ],
  ["there is an empty one", configMap({}), 'known {"since":null,"by":null,"reason":null}'],
  [
    "there is one that says false",
    configMap({ data: { paused: "false" } }),
    'known {"since":null,"by":null,"reason":null}',
  ],
  [
    "there is one of an odd form",
    configMap({ data: [{ by: 7 }] }, { creationTimestamp: 7 }),
    'known {"since":null,"by":null,"reason":null}',
  ],
  [
    "it is being removed",
    configMap({}, { deletionTimestamp: at.creationTimestamp }),
    'known {"since":null,"by":null,"reason":null}',
  ],
  [
    "it says much",
    configMap({ data: { by: "x".repeat(300) } }),
    `known {"since":null,"by":"${"x".repeat(200)}…","reason":null}`,
  ],
  [
    "it may not be read",
    status(403, "Forbidden", "no"),
    'not-permitted 403 Forbidden: the API server does not permit it (403: no) (grant an RBAC rule {apiGroups: [""], resources: [configmaps], verbs: [get]})',
  ],
  [
    "another is not found",
    status(404, "NotFound", "no", { details: { ...details, name: "another" } }),
    "not-served 404 NotFound: the API server refused with status 404: no",
  ],
  [
    "a proxy does not find it",
    (response) => response.writeHead(404, { "content-type": "text/html" }).end("<html>"),
    "not-understood 404 -: status 404 without an API server's explanation (text/html)",
  ],
  [
    "another comes",
    configMap({}, { name: "another" }),
    "not-understood 200 -: the answer is not the ConfigMap that was asked for",
  ],
  [
    "nothing comes",
    (response) => response.writeHead(200, { "content-length": "0" }).end(),
    "not-understood 200 -: the answer is no ConfigMap",
  ],
  [
    "the API server fails",
    status(500, "InternalError", "etcd"),
    "not-served 500 InternalError: the API server refused with status 500: etcd, 2 times",
  ],
])("whether it is paused, where %s", async (_, answer, expected) => {
  expect(await asked(always(answer), (source) => pauseNow(source) as ReturnType<typeof source.get>)).toMatchObject({
    answer: expected,
  });
});

test("it is asked for anew, and not from anything that remembers", async () => {
  const { seen } = await asked(always(configMap({})), (source) => pauseNow(source) as ReturnType<typeof source.get>);
  expect(seen).toEqual(["GET /api/v1/namespaces/kube-system/configmaps/holdfast-pause -"]);
});
