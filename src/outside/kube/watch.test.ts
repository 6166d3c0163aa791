import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { httpServer } from "../../../test/builders/http-server.ts";
import { kubeAt, pod, pods, status, stepsOf } from "../../../test/builders/kube.ts";
import type { WatchStep } from "../../model/kube-source.ts";

const a = JSON.stringify(pod("a"));
const added = `{"type":"ADDED","object":${a}}\n`;
const bookmark = '{"type":"BOOKMARK","object":{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"50"}}}\n';
const expired =
  '{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","status":"Failure","message":"too old resource version: 1 (9)","reason":"Expired","code":410}}\n';

type Answer = (response: ServerResponse) => unknown;
const lines =
  (text: string): Answer =>
  (response) =>
    response.end(text);

test("asks for changes from a resourceVersion on", async () => {
  await using server = await httpServer((_, response) => response.end());
  const { source } = await kubeAt(server.url);
  expect(
    await stepsOf(source.watch(pods, "42", { namespace: "default", fieldSelector: "metadata.name=a", seconds: 9 })),
  ).toEqual(["ended"]);
  expect(server.seen).toEqual([
    "GET /api/v1/namespaces/default/pods?watch=true&resourceVersion=42&allowWatchBookmarks=true&timeoutSeconds=9&fieldSelector=metadata.name%3Da -",
  ]);
});

test.each<[string, Answer, string[]]>([
  [
    "events, and the end of the watch",
    lines(added + bookmark + added.replace("ADDED", "DELETED")),
    [`ADDED ${a}`, "bookmark 50", `DELETED ${a}`, "ended"],
  ],
  [
    "a revision that was forgotten",
    lines(added + expired + added),
    [`ADDED ${a}`, "ended not-served 410 Expired: the API server ended the watch: too old resource version: 1 (9)"],
  ],
  [
    "a refusal",
    status(403, "Forbidden", "no"),
    [
      'ended not-permitted 403 Forbidden: the API server does not permit it (403: no) (grant an RBAC rule {apiGroups: [""], resources: [pods], verbs: [watch]})',
    ],
  ],
  ["a page", lines("<html>\n"), ["ended not-understood 200 -: a line of the watch is no event in JSON"]],
  [
    "an event of no known type",
    lines(added.replace("ADDED", "RENAMED")),
    ["ended not-understood 200 -: a line of the watch is no event in JSON"],
  ],
  [
    "a cut connection",
    (response) => response.write(added + added.slice(0, 20), () => response.destroy()),
    [`ADDED ${a}`, "ended incomplete - -: the connection was cut"],
  ],
  [
    "half a line at the end",
    lines(added + added.slice(0, 20)),
    [`ADDED ${a}`, "ended not-understood 200 -: a line of the watch is no event in JSON"],
  ],
])("%s", async (_, answer, expected) => {
  await using server = await httpServer((_request, response) => void answer(response));
  const { source } = await kubeAt(server.url);
  expect(await stepsOf(source.watch(pods, "42"))).toEqual(expected);
});

test("silence", async () => {
  await using server = await httpServer(() => undefined);
  const { source } = await kubeAt(server.url, { limits: { tryFor: 150 } });
  expect(await stepsOf(source.watch(pods, "42"))).toEqual(["ended timed-out - -: no answer began in time"]);
});

test("a line that never ends", async () => {
  await using server = await httpServer((_, response) => {
    const more = (): void => void (response.destroyed || response.write("a".repeat(1024 * 1024), more));
    more();
  });
  const { source } = await kubeAt(server.url);
  expect(await stepsOf(source.watch(pods, "42"))).toEqual([
    "ended not-understood 200 -: a line of the watch is over the cap of 16777216 characters",
  ]);
});

test("is given up by its signal, after what came before", async () => {
  await using server = await httpServer((_, response) => void response.write(added));
  const { source } = await kubeAt(server.url);
  const giveUp = new AbortController();
  const steps: WatchStep[] = [];
  for await (const step of source.watch(pods, "42", { signal: giveUp.signal })) {
    steps.push(step);
    giveUp.abort();
  }
  expect(steps.map(({ step }) => step)).toEqual(["event", "ended"]);
  expect(steps[1]).toMatchObject({ because: { code: "timed-out" } });
});

test("closes its connection where nobody listens any more", async () => {
  let closed: () => void = () => undefined;
  const whenClosed = new Promise<void>((resolve) => (closed = resolve));
  await using server = await httpServer((_, response) => {
    response.on("close", closed);
    response.write(added);
  });
  const { source } = await kubeAt(server.url);
  for await (const step of source.watch(pods, "42")) {
    expect(step.step).toBe("event");
    break;
  }
  await whenClosed;
});
