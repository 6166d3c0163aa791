import { describe, expect, test } from "vitest";
import { failed, forbidden, kubeSource, served, silence, wholeList } from "../../../test/builders/kube-source.ts";
import { servedNode, servedPod } from "../../../test/builders/served-scheduling.ts";
import type { ListStep } from "../../model/kube-source.ts";
import { isKnown, known, unknown, type Told } from "../../model/told.ts";
import { readmission } from "./readmission.ts";

interface Facts {
  readonly node?: object | null;
  readonly ofApi?: readonly object[];
  /** What the kubelet's page has. */
  readonly ofKubelet?: readonly object[];
  readonly page?: Told<string>;
  readonly steps?: readonly ListStep[];
}

async function asked({ node = servedNode(), ofApi = [], ofKubelet = ofApi, page, steps }: Facts): Promise<unknown> {
  const kube = kubeSource({
    get: (kind, { name }) => {
      expect([kind.resource, name]).toEqual(["nodes", "cp"]);
      return Promise.resolve(known(node === null ? null : served(node)));
    },
    list: (kind, { freshness, fieldSelector }) => {
      expect([kind.resource, freshness, fieldSelector]).toEqual(["pods", "most-recent", "spec.nodeName=cp"]);
      return stepping(steps ?? wholeList(ofApi));
    },
  });
  const whole = known(JSON.stringify({ kind: "PodList", apiVersion: "v1", items: ofKubelet }));
  const kubelet = (): Promise<Told<string>> => Promise.resolve(page ?? whole);
  const told = await readmission({ kube, kubelet, node: "cp" }, new AbortController().signal);
  return isKnown(told) ? told.known : `unknown (${told.unknown.code}): ${told.unknown.text}`;
}

async function* stepping(all: readonly ListStep[]): AsyncGenerator<ListStep> {
  await Promise.resolve();
  yield* all;
}

const needsDisk = servedPod("db", { spec: { nodeSelector: { disk: "fast" } } });
const wants = (hostPort: number): object => ({ containers: [{ name: "main", ports: [{ hostPort }] }] });
/** As a kubelet has a pod of a file; the API has at most a mirror of it. */
const ofFile = servedPod("etcd", {
  metadata: { uid: "f1", annotations: { "kubernetes.io/config.source": "file" }, creationTimestamp: null },
  spec: wants(2379),
});
const mirror = servedPod("etcd", {
  metadata: { annotations: { "kubernetes.io/config.mirror": "f1", "kubernetes.io/config.hash": "f1" } },
  spec: wants(2379),
});

describe("pods that a kubelet would not take again", () => {
  test.each<[string, Facts, readonly string[]]>([
    ["none", { ofApi: [servedPod("web")] }, []],
    [
      "one whose node lost a label",
      { ofApi: [servedPod("web"), needsDisk] },
      ["default/db (NodeAffinity: its node selector or affinity is not for this node)"],
    ],
    [
      "one that a static pod takes the port of, which only the kubelet has",
      { ofApi: [servedPod("web", { spec: wants(2379) })], ofKubelet: [ofFile] },
      ["default/web (NodePorts: default/etcd has host port 2379/tcp too)"],
    ],
    ["a static pod and its mirror are one", { ofApi: [mirror], ofKubelet: [ofFile] }, []],
    [
      "what only the kubelet has of the API's pods is not taken again, and takes nothing",
      {
        ofApi: [servedPod("web", { spec: wants(80) })],
        ofKubelet: [
          servedPod("gone", { spec: wants(80), metadata: { annotations: { "kubernetes.io/config.source": "api" } } }),
        ],
      },
      [],
    ],
    [
      "one that is not understood is a doubt",
      { ofApi: [servedPod("odd", { spec: { containers: 7 } })], ofKubelet: [] },
      [
        "default/odd (perhaps Unread: its spec.containers is not that of a pod, and what it takes of the node is not told)",
      ],
    ],
    [
      "a name that is none is printed safely",
      { ofApi: [servedPod("a\u001B[2J", { spec: { nodeSelector: { disk: "fast" } } })], ofKubelet: [] },
      [String.raw`default/a\u{1b}[2J (NodeAffinity: its node selector or affinity is not for this node)`],
    ],
  ])("%s", async (_, facts, expected) => expect(await asked(facts)).toEqual(expected));
});

test.each([
  ["v1.36.0", []],
  ["v1.36.11", []],
  ["v1.36.3+k3s1", []],
  ["v1.36.3-gke.100", []],
  ["v1.35.4", other("v1.35.4")],
  ["v1.37.0", other("v1.37.0")],
  ["v1.360.1", other("v1.360.1")],
  ["v2.36.0", other("v2.36.0")],
  ["1.36.3", other("1.36.3")],
  ["v1.36.3\u001b[2J", other(String.raw`v1.36.3\u{1b}[2J`)],
  ["", "unknown (incomplete): the Node does not say which version its kubelet is of"],
])("a kubelet %j is replayed only where that is known", async (kubeletVersion, expected) => {
  expect(await asked({ node: servedNode({ kubeletVersion }) })).toEqual(expected);
});

function other(version: string): string {
  return `unknown (incomplete): the kubelet is ${version}, and which pods one takes again is known of v1.36 alone`;
}

describe("what could not be told is not none", () => {
  test.each<[string, Facts, string]>([
    ["the node is not there", { node: null }, "unknown (wrong-cluster): the API server has no node cp"],
    [
      "it is none",
      { node: { status: { nodeInfo: { kubeletVersion: "v1.36.3" } } } },
      "unknown (not-understood): the Node has not the form of one",
    ],
    ["the list fails", { steps: [failed(silence)] }, "unknown (timed-out): it gave no answer"],
    ["the list is cut", { steps: [] }, "unknown (incomplete): the list of pods did not come to its end"],
    ["the kubelet refuses", { page: unknown(forbidden) }, "unknown (not-permitted): listing secrets is forbidden"],
    ["its page is none", { page: known("<html>") }, "unknown (not-understood): the answer is no list of pods"],
    [
      "it is another's",
      { ofKubelet: [servedPod("web", { spec: { nodeName: "w1" } })] },
      "unknown (contradicted): it has a pod that is not of the node cp",
    ],
  ])("%s", async (_, facts, expected) => expect(await asked(facts)).toBe(expected));
});
