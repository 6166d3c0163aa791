import { expect, test } from "vitest";
import { kubeSource, served } from "../../../test/builders/kube-source.ts";
import type { KubeSource, ListOptions, ListStep } from "../../model/kube-source.ts";
import { known } from "../../model/told.ts";
import { podsOfApi } from "./pods-of-api.ts";

const refused = { code: "not-permitted", text: "forbidden", at: [], status: 403, said: "Forbidden" } as const;
/** A source that gives these steps to every list, and this object to every GET. */
function kube(steps: readonly ListStep[], object: object | null = null): { source: KubeSource; asked: ListOptions[] } {
  const asked: ListOptions[] = [];
  const source = kubeSource({
    async *list(_, options) {
      asked.push(options);
      yield* steps;
    },
    get: () => Promise.resolve(known(object === null ? null : served(object))),
  });
  return { source, asked };
}

function pod(name: string, spec: object = {}): object {
  return {
    metadata: { namespace: "a", name, uid: `uid of ${name}`, resourceVersion: "7" },
    spec: { nodeName: "cp", ...spec },
  };
}

function podsOf(source: KubeSource) {
  let last = 0;
  return podsOfApi(source, {
    sequence: () => (last += 1),
    now: () => new Date("2026-05-17T09:00:41Z"),
    deadline: 1000,
  });
}

const begin = { step: "begin", attempt: 1, because: null } as const;
const page = (...objects: readonly object[]): ListStep => ({ step: "page", objects: objects.map(served) });
const end = { step: "end", resourceVersion: "42", servedAt: "2026-05-17T09:00:40.000Z", count: 1 } as const;

test.each<[string, readonly ListStep[], unknown]>([
  ["whole", [begin, page(pod("one")), page(pod("two")), end], ["one", "two"]],
  [
    "begun again: what came before is void",
    [begin, page(pod("gone")), { ...begin, attempt: 2 }, page(pod("one")), end],
    ["one"],
  ],
  ["failed", [begin, page(pod("one")), { step: "failed", reason: refused }], "forbidden"],
  ["cut short", [begin, page(pod("one"))], "the list of pods did not come to its end"],
])("a list that is %s", async (_, steps, expected) => {
  const { source, asked } = kube(steps);
  const told = await podsOf(source).list("cp");
  expect("known" in told ? told.known.pods.map(({ name }) => name) : told.unknown.text).toEqual(expected);
  expect(asked).toMatchObject([{ freshness: "most-recent", fieldSelector: "spec.nodeName=cp", limit: 500 }]);
});

test("a reading has its place in the order, and a pod without the form of one is kept as such", async () => {
  const told = await podsOf(kube([begin, page(pod("odd", { hostNetwork: "yes" })), end]).source).list("cp");
  expect(told).toMatchObject({
    known: {
      reading: { began: 1, ended: 2, at: "2026-05-17T09:00:41.000Z" },
      node: "cp",
      resourceVersion: "42",
      pods: [],
      unparsed: [{ name: "odd", uid: "uid of odd" }],
    },
  });
});

test("a GET: absent, there, and there without the form of a pod", async () => {
  expect(await podsOf(kube([]).source).get("a", "one")).toMatchObject({ known: { pod: null } });
  expect(await podsOf(kube([], pod("one")).source).get("a", "one")).toMatchObject({ known: { pod: { name: "one" } } });
  expect(await podsOf(kube([], pod("one", { nodeName: 1 })).source).get("a", "one")).toMatchObject({
    unknown: { code: "not-understood", text: expect.stringContaining("the API has a pod a/one") },
  });
});

test("the boot of a Node: told, absent, not said", async () => {
  const node = { status: { nodeInfo: { bootID: "b" } } };
  expect(await podsOf(kube([], node).source).bootId("cp")).toMatchObject({ known: "b" });
  expect(await podsOf(kube([]).source).bootId("cp")).toMatchObject({ known: null });
  expect(await podsOf(kube([], { status: {} }).source).bootId("cp")).toMatchObject({
    unknown: { code: "not-understood" },
  });
});
