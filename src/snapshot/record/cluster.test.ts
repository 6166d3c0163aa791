import { expect, test } from "vitest";
import { incident } from "../../../test/builders/incident.ts";
import {
  begun,
  discovering,
  failed,
  forbidden,
  kubeSource,
  page,
  served,
  silence,
  wholeList,
} from "../../../test/builders/kube-source.ts";
import type { KubeSource, ListStep } from "../../model/kube-source.ts";
import type { NodeReading } from "../../model/sources.ts";
import { isKnown, known, unknown } from "../../model/told.ts";
import { kinds, nodesRow, podsRow } from "../format/kinds.ts";
import { readLines } from "../read/lines.ts";
import { readNode } from "../read/node.ts";
import { readObjects } from "../read/objects.ts";
import { clusterLines, type ClusterRecording } from "./cluster.ts";
import { Redactor } from "../redact/redactor.ts";

const secrets = kinds.find(({ resource }) => resource === "secrets") ?? podsRow;
const policies = kinds.find(({ resource }) => resource === "clusterpolicies") ?? podsRow;

function pod(name: string, change: object = {}): object {
  const metadata = { namespace: "a", name, uid: `uid-${name}`, resourceVersion: "7", ...change };
  return { metadata, spec: { nodeName: "cp", containers: [{ name: "main" }] }, status: { phase: "Running" } };
}

function node(name: string, bootID: string): object {
  return { metadata: { name, uid: `uid-${name}`, resourceVersion: "3" }, status: { nodeInfo: { bootID } } };
}

type Lists = Readonly<Record<string, readonly (readonly ListStep[])[]>>;

/** Gives a kind's lists in turn, the last one again and again; `null`: no pod of any name. */
function cluster(lists: Lists, gets: Readonly<Record<string, object | null>> = {}): KubeSource {
  const asked = new Map<string, number>();
  return kubeSource({
    async *list({ resource }) {
      const times = asked.get(resource) ?? 0;
      asked.set(resource, times + 1);
      const given = lists[resource] ?? [wholeList()];
      yield* given[Math.min(times, given.length - 1)] ?? [];
    },
    get: (_, { name }) => {
      const found = gets[name] ?? null;
      return Promise.resolve(known(found === null ? null : served(found)));
    },
    async *openApi() {
      yield { path: "/openapi/v3", told: known('{"paths":{}}') };
      yield { path: "/openapi/v3/apis/apps/v1", told: { unknown: forbidden } };
    },
  });
}

async function record(change: Partial<ClusterRecording> & Pick<ClusterRecording, "kube">): Promise<string[]> {
  let readings = 0;
  const lines: string[] = [];
  const recording: ClusterRecording = {
    toolVersion: "0.1.0",
    discovery: discovering(nodesRow, podsRow, secrets),
    redact: (kind, object) => new Redactor(Buffer.alloc(32)).redact(kind, object),
    kinds: [podsRow, nodesRow, secrets, policies],
    withOpenApi: false,
    nodes: null,
    sequence: () => (readings += 1),
    now: () => new Date("2026-05-17T09:00:39Z"),
    signal: new AbortController().signal,
    progress: () => {},
    onPart: () => {},
    ...change,
  };
  for await (const line of clusterLines(recording)) lines.push(line.trimEnd());
  return lines;
}

async function* bytesOf(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  yield Buffer.from(lines.map((line) => `${line}\n`).join(""));
}

/** Without what is long and the same in all. */
function short(lines: readonly string[]): string {
  return lines
    .slice(0, -1)
    .map((line) =>
      line
        .replace(/"kind":\{"group":"","resource":"(\w+)","version":"v1","kind":"\w+","namespaced":\w+\}/, '"kind":$1')
        .replace(/"metadata":\{.*?"name":"([\w-]+)".*?\}(?=[,}]).*\}\}$/, "$1}}"),
    )
    .join("\n");
}

test("a cluster of which no node is read", async () => {
  const kube = cluster({
    pods: [wholeList([pod("one")], [pod("two")])],
    nodes: [wholeList([node("cp", "boot-cp")])],
    secrets: [[begun(1), failed(forbidden)]],
  });
  expect(short(await record({ kube, withOpenApi: true }))).toMatchInlineSnapshot(`
    "{"holdfast":"snapshot","version":{"major":1,"minor":1},"tool":"0.1.0","at":"2026-05-17T09:00:39.000Z","server":"https://10.0.0.1:6443","nodes":[{"name":"cp","asked":false}]}
    {"open":"objects","kind":pods,"pass":1,"attempt":1}
    {"object":{one}}
    {"object":{two}}
    {"close":"objects","kind":pods,"pass":1,"attempt":1,"count":2,"complete":true,"list":{"reading":{"began":1,"ended":2,"at":"2026-05-17T09:00:39.000Z"},"resourceVersion":"42","servedAt":"2026-05-17T09:00:41.000Z"}}
    {"open":"objects","kind":nodes,"pass":1,"attempt":1}
    {"object":{cp}}
    {"close":"objects","kind":nodes,"pass":1,"attempt":1,"count":1,"complete":true,"list":{"reading":{"began":3,"ended":4,"at":"2026-05-17T09:00:39.000Z"},"resourceVersion":"42","servedAt":"2026-05-17T09:00:41.000Z"}}
    {"open":"objects","kind":secrets,"pass":1,"attempt":1}
    {"close":"objects","kind":secrets,"pass":1,"attempt":1,"count":0,"complete":false,"list":null}
    {"unread":{"what":"objects","kind":{"group":"","resource":"secrets"},"pass":1,"reason":{"code":"not-permitted","text":"listing secrets is forbidden","supply":"it needs list of secrets"}}}
    {"notServed":{"group":"kyverno.io","resource":"clusterpolicies"}}
    {"open":"documents"}
    {"document":{"path":"/apis","json":{}}}
    {"document":{"path":"/openapi/v3","json":{"paths":{}}}}
    {"close":"documents","count":2,"complete":false}
    {"unread":{"what":"documents","path":"/openapi/v3/apis/apps/v1","reason":{"code":"not-permitted","text":"listing secrets is forbidden","supply":"it needs list of secrets"}}}"
  `);
});

test("a list that has to be begun anew counts from there", async () => {
  const kube = cluster({
    pods: [[begun(1), page([pod("gone")]), begun(2), page([pod("one")]), ...wholeList().slice(-1)]],
  });
  const lines = await record({ kube, kinds: [podsRow] });
  expect(short(lines)).toMatchInlineSnapshot(`
    "{"holdfast":"snapshot","version":{"major":1,"minor":1},"tool":"0.1.0","at":"2026-05-17T09:00:39.000Z","server":"https://10.0.0.1:6443","nodes":[]}
    {"open":"objects","kind":pods,"pass":1,"attempt":1}
    {"object":{gone}}
    {"close":"objects","kind":pods,"pass":1,"attempt":1,"count":1,"complete":false,"list":null}
    {"open":"objects","kind":pods,"pass":1,"attempt":2}
    {"object":{one}}
    {"close":"objects","kind":pods,"pass":1,"attempt":2,"count":1,"complete":true,"list":{"reading":{"began":2,"ended":3,"at":"2026-05-17T09:00:39.000Z"},"resourceVersion":"42","servedAt":"2026-05-17T09:00:41.000Z"}}
    {"open":"documents"}
    {"document":{"path":"/apis","json":{}}}
    {"close":"documents","count":1,"complete":true}"
  `);
  const objects = await readObjects(readLines(bytesOf(lines)), [podsRow], () => "a test");
  const pods = objects.of(podsRow);
  expect(isKnown(pods) && pods.known.objects.map(({ object }) => object)).toEqual([pod("one")]);
});

test("of a kind that was not asked for, nothing is told: neither that there is one, nor that there is none", async () => {
  const lines = await record({ kube: cluster({ pods: [wholeList([pod("one")])] }), kinds: [podsRow, policies] });
  const objects = await readObjects(readLines(bytesOf(lines)), [secrets], () => "a test");
  for (const kind of [podsRow, policies, secrets])
    expect(objects.of(kind)).toMatchObject({ unknown: { code: "incomplete" } });
});

test("an API server that gives no answer any more is not asked for every kind", async () => {
  const kube = cluster({ pods: [[begun(1), failed(silence)]], secrets: [[begun(1), failed(forbidden)]] });
  const outcomes: string[] = [];
  const lines = await record({ kube, kinds: [podsRow, secrets], onPart: (outcome) => outcomes.push(outcome) });
  expect(short(lines)).toMatchInlineSnapshot(`
    "{"holdfast":"snapshot","version":{"major":1,"minor":1},"tool":"0.1.0","at":"2026-05-17T09:00:39.000Z","server":"https://10.0.0.1:6443","nodes":[]}
    {"open":"objects","kind":pods,"pass":1,"attempt":1}
    {"close":"objects","kind":pods,"pass":1,"attempt":1,"count":0,"complete":false,"list":null}
    {"unread":{"what":"objects","kind":{"group":"","resource":"pods"},"pass":1,"reason":{"code":"timed-out","text":"it gave no answer"}}}
    {"unread":{"what":"objects","kind":{"group":"","resource":"secrets"},"pass":1,"reason":{"code":"timed-out","text":"not asked any more: it gave no answer"}}}
    {"open":"documents"}
    {"document":{"path":"/apis","json":{}}}
    {"close":"documents","count":1,"complete":true}"
  `);
  expect(outcomes).toEqual(["unread", "unread", "read"]);
});

/** The node of the incident, as something on it reads it. */
const { observation } = incident();
const bootId = isKnown(observation.kernel) ? observation.kernel.known.bootId : "";
const read = (name: string): Promise<NodeReading> =>
  Promise.resolve({
    observation: { ...observation, node: name },
    cgroupRoot: "/kubepods",
    ownPod: null,
    left: Promise.resolve([]),
  });

async function nodeOf(lines: readonly string[]) {
  return readNode(readLines(bytesOf(lines)), () => "cp");
}

test("a node is read between two lists of pods, and who is in neither is asked for by name", async () => {
  const kube = cluster(
    {
      nodes: [wholeList([node("cp", bootId), node("w1", "other")])],
      pods: [
        wholeList([pod("stays"), pod("changes"), pod("goes")]),
        wholeList([pod("stays"), pod("changes", { resourceVersion: "8" })]),
      ],
    },
    { "csi-nfs-node-slq2j": pod("csi-nfs-node-slq2j") },
  );
  const lines = await record({ kube, kinds: [podsRow, nodesRow], nodes: { names: ["cp"], read } });
  const told = await nodeOf(lines);
  expect(told.observed.observation.runtime).toEqual(observation.runtime);
  expect(told.observed.observation.kernel).toEqual(observation.kernel);
  expect(told.cgroupRoot).toBe("/kubepods");
  const { before, after, asked } = told.observed.knowledge;
  const uids = [before, after].map(
    (list) => isKnown(list) && list.known.pods.map((each) => `${each.uid} ${each.resourceVersion}`),
  );
  expect(uids).toEqual([
    ["uid-stays 7", "uid-changes 7", "uid-goes 7"],
    ["uid-stays 7", "uid-changes 8"],
  ]);
  const answers = [...asked].map(([name, answer]) => [name, isKnown(answer) && (answer.known.pod?.uid ?? null)]);
  expect(Object.fromEntries(answers)).toMatchObject({
    "nfs-csi/csi-nfs-node-slq2j": "uid-csi-nfs-node-slq2j",
    "nfs-csi/csi-nfs-node-4xk7p": null,
  });
});

test("it is whole before the pod that a node was read through is gone, which is in no list", async () => {
  const kube = cluster({
    nodes: [wholeList([node("cp", bootId)])],
    pods: [wholeList([pod("stays")]), wholeList([pod("stays"), pod("reader")])],
  });
  const leaving = async (name: string): Promise<NodeReading> => ({
    ...(await read(name)),
    ownPod: "uid-reader",
    left: new Promise(() => {}),
  });
  const lines = await record({ kube, kinds: [podsRow, nodesRow], nodes: { names: ["cp"], read: leaving } });
  const { observed, warnings } = await nodeOf(lines);
  const { after } = observed.knowledge;
  expect(isKnown(after) && after.known.pods.map(({ uid }) => uid)).toEqual(["uid-stays"]);
  expect(warnings).toEqual([]);
  const ofPods = lines.filter((line) => line.includes('"close":"objects"') && line.includes('"pass":2'));
  expect(ofPods.map((line) => JSON.parse(line).count)).toEqual([1]);
  const details = lines.find((line) => line.includes('"close":"details"'));
  expect(JSON.parse(details ?? "{}")).toMatchObject({ ownPod: "uid-reader" });
});

test.each([
  ["beyond fifty", null, 50, "limit"],
  ["behind one that gave no answer", silence, 1, "timed-out"],
] as const)("a pod in neither list %s is not asked for by name, and unknown", async (_, reason, times, code) => {
  const pods = Array.from({ length: 52 }, (__, index) => ({
    name: `a/stranger-${index}`,
    listed: "none" as const,
    containers: [{ name: "main", processes: [{ pid: 100 + index, name: "main" }] }],
  }));
  const many = incident({ pods }).observation;
  let asked = 0;
  const kube: KubeSource = {
    ...cluster({ nodes: [wholeList([node("cp", bootId)])] }),
    get: () => {
      asked += 1;
      return Promise.resolve(reason === null ? known(null) : { unknown: reason });
    },
  };
  const readMany = async (name: string) => ({ ...(await read(name)), observation: { ...many, node: name } });
  const { observed } = await nodeOf(await record({ kube, nodes: { names: ["cp"], read: readMany } }));
  expect(asked).toBe(times);
  expect(observed.knowledge.asked.size).toBe(52);
  expect([...observed.knowledge.asked.values()].at(-1)).toMatchObject({ unknown: { code } });
});

test("a pod that was made while a long list of pods came is not older than that list", async () => {
  let minutes = 0;
  const { list, get } = cluster({
    nodes: [wholeList([node("cp", bootId)])],
    pods: [wholeList([pod("one")], [pod("two")])],
  });
  const kube = kubeSource({
    get,
    async *list(kind, options) {
      for await (const step of list(kind, options)) {
        if (step.step === "page" && kind.resource === "pods") minutes += 2;
        yield step;
      }
    },
  });
  const now = (): Date => new Date(Date.parse("2026-05-17T09:00:39Z") + minutes * 60_000);
  const lines = await record({ kube, kinds: [podsRow], nodes: { names: ["cp"], read }, now });
  const { before, after } = (await nodeOf(lines)).observed.knowledge;
  expect([before, after].map((told) => isKnown(told) && told.known.reading.at)).toEqual([
    "2026-05-17T09:00:39.000Z",
    "2026-05-17T09:04:39.000Z",
  ]);
});

test("what a first list of pods gave before it failed is written as a whole in the second", async () => {
  const kube = cluster({
    nodes: [wholeList([node("cp", bootId)])],
    pods: [[begun(1), page([pod("one")]), failed(forbidden)], wholeList([pod("one")])],
  });
  const { before, after } = (await nodeOf(await record({ kube, nodes: { names: ["cp"], read } }))).observed.knowledge;
  expect(before).toMatchObject({ unknown: { code: "not-permitted" } });
  expect(isKnown(after) && after.known.pods.map(({ uid }) => uid)).toEqual(["uid-one"]);
});

test.each<[string, readonly string[] | "all", string]>([
  ["a name that the API does not have", ["cp"], "the API server has no node cp"],
  [
    "another machine than the API's",
    ["w1"],
    "the machine that answered is not that of the API server's node w1, or it booted meanwhile",
  ],
  ["all", "all", "the machine that answered is not that of the API server's node w1, or it booted meanwhile"],
])("%s", async (_, names, text) => {
  const kube = cluster({ nodes: [wholeList([node("w1", "another boot")])] });
  const lines = await record({ kube, kinds: [podsRow, nodesRow], nodes: { names, read } });
  expect(lines.filter((line) => line.includes('"unread"')).map((line) => JSON.parse(line).unread.reason.text)).toEqual([
    text,
    text,
  ]);
});

test.each<[string, readonly string[] | "all", readonly string[]]>([
  ["that is named is not read, and not taken for one that is not there", ["w1"], ["runtime", "kernel"]],
  ["of all is not passed over in silence", "all", []],
])("where nodes cannot be listed, one %s", async (_, names, ofNodes) => {
  const [w1, w2] = [node("w1", bootId), node("w2", bootId)];
  const kube = cluster({ nodes: [[begun(1), page([w1]), failed(forbidden)], wholeList([w1, w2])] });
  const outcomes: string[] = [];
  const onPart = (outcome: string): void => void outcomes.push(outcome);
  const lines = await record({ kube, kinds: [podsRow, nodesRow], nodes: { names, read }, onPart });
  const unreads = lines.filter((line) => line.includes('"unread"')).map((line) => JSON.parse(line).unread);
  expect(unreads).toMatchObject([
    { what: "objects", kind: { resource: "nodes" }, reason: { text: "listing secrets is forbidden" } },
    ...ofNodes.map((what) => ({
      what,
      node: "w1",
      reason: {
        code: "not-permitted",
        text: "the nodes of the API server could not be listed: listing secrets is forbidden",
      },
    })),
  ]);
  expect(outcomes).toContain("unread");
});

test("a node that could not be read is unknown, with the reason; and what was left on it is told", async () => {
  const why = unknown({ code: "timed-out", text: "its pod did not start within 60 s", at: [] });
  const left = [{ code: "timed-out", text: "a pod of ours is still on cp", at: [] }] as const;
  const kube = cluster({ nodes: [wholeList([node("cp", bootId)])] });
  const silent = (name: string): Promise<NodeReading> =>
    Promise.resolve({
      observation: { node: name, runtime: why, kernel: why, details: new Map() },
      cgroupRoot: null,
      ownPod: null,
      left: Promise.resolve(left),
    });
  const outcomes: string[] = [];
  const onPart = (outcome: string): void => void outcomes.push(outcome);
  const lines = await record({ kube, kinds: [podsRow], nodes: { names: "all", read: silent }, onPart });
  const { observed, warnings } = await nodeOf(lines);
  expect([observed.observation.runtime, observed.observation.kernel]).toEqual([why, why]);
  expect(warnings).toEqual([{ code: "reader-left", text: "a pod of ours is still on cp" }]);
  expect(outcomes).toContain("warned");
});

test("who is stopped ends without an end, once nothing of ours is on a node any more", async () => {
  const stop = new AbortController();
  const order: string[] = [];
  const slow = async (name: string): Promise<NodeReading> => {
    stop.abort(new Error("stopped"));
    await Promise.resolve();
    order.push(`${name} is left`);
    return read(name);
  };
  const kube = cluster({ nodes: [wholeList([node("cp", bootId)])] });
  const recording = record({ kube, kinds: [podsRow], nodes: { names: "all", read: slow }, signal: stop.signal });
  await expect(recording.finally(() => order.push("ended"))).rejects.toThrow("stopped");
  expect(order).toEqual(["cp is left", "ended"]);
});

test("who is stopped while pods are listed once more ends without an end, too", async () => {
  const stop = new AbortController();
  let lists = 0;
  const { list } = cluster({ nodes: [wholeList([node("cp", bootId)])] });
  const kube = kubeSource({
    async *list(kind, options) {
      if (kind.resource === "pods" && (lists += 1) === 2) stop.abort(new Error("stopped"));
      if (stop.signal.aborted) yield* [begun(1), failed(silence)];
      else yield* list(kind, options);
    },
    get: () => Promise.resolve(known(null)),
  });
  const recording = record({ kube, kinds: [podsRow], nodes: { names: "all", read }, signal: stop.signal });
  await expect(recording).rejects.toThrow("stopped");
  expect(lists).toBe(2);
});
